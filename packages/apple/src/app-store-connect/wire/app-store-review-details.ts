import { type Attributes, flag, text } from './shape.ts'

/** Attributes of what App Review needs. Source: Apple's document, schema `AppStoreReviewDetail`. */
export const appStoreReviewDetailShape = {
  contactFirstName: text,
  contactLastName: text,
  contactPhone: text,
  contactEmail: text,
  demoAccountName: text,
  demoAccountPassword: text,
  demoAccountRequired: flag,
  notes: text,
}

/** Whom App Review may call, and how it signs in. `demoAccountPassword` is a secret of the team: never log it. */
export type AppStoreReviewDetail = { readonly id: string } & Attributes<typeof appStoreReviewDetailShape>
