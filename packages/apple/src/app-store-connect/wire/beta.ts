import { type Attributes, choice, flag, text, time } from './shape.ts'

/** Attributes of a group of testers. Source: Apple's document, schema `BetaGroup`. */
export const betaGroupShape = {
  name: text,
  createdDate: time,
  isInternalGroup: flag,
  /** Builds cannot be added to such a group: it has them all. */
  hasAccessToAllBuilds: flag,
  publicLinkEnabled: flag,
  publicLink: text,
}

/** A group of testers of one app. */
export type BetaGroup = { readonly id: string } & Attributes<typeof betaGroupShape>

/** Attributes of a tester. Source: Apple's document, schema `BetaTester`. Who joined by a link may have no e-mail. */
export const betaTesterShape = {
  firstName: text,
  lastName: text,
  email: text,
  inviteType: choice(['EMAIL', 'PUBLIC_LINK']),
  state: choice(['NOT_INVITED', 'INVITED', 'ACCEPTED', 'INSTALLED', 'REVOKED']),
}

/** A person who tests. */
export type BetaTester = { readonly id: string } & Attributes<typeof betaTesterShape>

/** Attributes of what testers read about a build. Source: Apple's document, schema `BetaBuildLocalization`. */
export const betaBuildLocalizationShape = { whatsNew: text, locale: text }

/** What to test, in one language. */
export type BetaBuildLocalization = { readonly id: string } & Attributes<typeof betaBuildLocalizationShape>

/** Attributes of a beta review. Source: Apple's document, schema `BetaAppReviewSubmission`. */
export const betaAppReviewSubmissionShape = {
  betaReviewState: choice(['WAITING_FOR_REVIEW', 'IN_REVIEW', 'REJECTED', 'APPROVED']),
  submittedDate: time,
}

/** A build in the hands of beta review. */
export type BetaAppReviewSubmission = { readonly id: string } & Attributes<typeof betaAppReviewSubmissionShape>
