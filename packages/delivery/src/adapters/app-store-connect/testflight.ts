import type { AppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { appleErrors } from '@cordon/apple/errors'
import type { TestFlightPort } from '../../engine/testflight/port.ts'
import { storeBuild } from './builds.ts'

/** What TestFlight asks of a client of the App Store Connect API. */
export type TestFlightClient = Pick<
  AppStoreConnect,
  'builds' | 'betaGroups' | 'betaTesters' | 'betaBuildLocalizations' | 'betaAppReviewSubmissions'
>

const REVIEW_STATES: Readonly<Record<string, 'waiting' | 'in_review' | 'rejected' | 'approved'>> = {
  WAITING_FOR_REVIEW: 'waiting',
  IN_REVIEW: 'in_review',
  REJECTED: 'rejected',
  APPROVED: 'approved',
}

/** TestFlight by an App Store Connect API key. Errors of key and network come through as those of `@cordon/apple`. */
export function createAppStoreConnectTestFlight(apple: TestFlightClient): TestFlightPort {
  return {
    answerEncryption: async (buildId, usesNonExemptEncryption) => {
      await apple.builds.modify(buildId, { usesNonExemptEncryption })
    },
    listNotes: async (buildId) =>
      (await apple.betaBuildLocalizations.list(buildId)).items.map(({ id, locale = '', whatsNew = '' }) => ({
        ...{ id, locale },
        text: whatsNew,
      })),
    createNote: async (build, locale, whatsNew) => {
      await apple.betaBuildLocalizations.create({ build, locale, whatsNew })
    },
    changeNote: async ({ id }, whatsNew) => {
      await apple.betaBuildLocalizations.modify(id, { whatsNew })
    },
    listGroups: async (app) =>
      (await apple.betaGroups.list(app.id)).items.map((group) => ({
        id: group.id,
        name: group.name ?? '',
        isInternal: group.isInternalGroup ?? false,
        hasAllBuilds: group.hasAccessToAllBuilds ?? false,
        publicLink: group.publicLinkEnabled === true ? group.publicLink : undefined,
      })),
    addToGroups: (buildId, groups) =>
      apple.builds.addToGroups(
        buildId,
        groups.map(({ id }) => id),
      ),
    listTesters: async ({ id }) =>
      (await apple.betaTesters.list(id)).items.map(({ email = '', firstName, lastName }) => ({
        ...{ email, firstName, lastName },
      })),
    addTester: async (tester, groups) => {
      try {
        await apple.betaTesters.create({ ...tester, groups: groups.map(({ id }) => id) })
      } catch (error) {
        // Somebody else has added the person meanwhile.
        if (!appleErrors.refused.is(error) || !/already/i.test(error.detail ?? '')) throw error
      }
    },
    readReview: async (buildId) => {
      const [review] = (await apple.betaAppReviewSubmissions.list(buildId)).items
      return review === undefined ? undefined : (REVIEW_STATES[review.betaReviewState ?? ''] ?? 'other')
    },
    submitForReview: async (buildId) => {
      await apple.betaAppReviewSubmissions.create(buildId)
    },
    listLiveBuilds: async (app, platform) =>
      (await apple.builds.list({ app: app.id, platform, expired: false })).items.map(storeBuild),
    expire: async (buildId) => {
      await apple.builds.modify(buildId, { expired: true })
    },
  }
}
