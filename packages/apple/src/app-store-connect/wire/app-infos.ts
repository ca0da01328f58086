import type { AgeRatingDeclaration } from './age-rating-declarations.ts'
import { type Attributes, choice } from './shape.ts'

/** Attributes of an app info that Cordon reads. Source: Apple's document, schema `AppInfo`. */
export const appInfoShape = {
  state: choice([
    'ACCEPTED',
    'DEVELOPER_REJECTED',
    'IN_REVIEW',
    'PENDING_RELEASE',
    'PREPARE_FOR_SUBMISSION',
    'READY_FOR_DISTRIBUTION',
    'READY_FOR_REVIEW',
    'REJECTED',
    'REPLACED_WITH_NEW_INFO',
    'WAITING_FOR_REVIEW',
  ]),
}

/** The places that a category can have. */
export const CATEGORY_PLACES = [
  'primaryCategory',
  'primarySubcategoryOne',
  'primarySubcategoryTwo',
  'secondaryCategory',
  'secondarySubcategoryOne',
  'secondarySubcategoryTwo',
] as const

export type CategoryPlace = (typeof CATEGORY_PLACES)[number]

/** What is said of an app apart from its versions. Two exist while a version is prepared: the one on sale and the one to edit. */
export type AppInfo = { readonly id: string } & Attributes<typeof appInfoShape>

/** An app info with its categories (Apple's names, such as `GAMES`) and its answers about age. */
export type AppInfoWithRelated = AppInfo & {
  readonly categories: Readonly<Partial<Record<CategoryPlace, string>>>
  readonly ageRating?: AgeRatingDeclaration
}
