import { type Attributes, choice, flag, text } from './shape.ts'

/** How often something occurs. */
export const AGE_RATING_LEVELS = [
  'NONE',
  'INFREQUENT_OR_MILD',
  'FREQUENT_OR_INTENSE',
  'INFREQUENT',
  'FREQUENT',
] as const

const level = choice(AGE_RATING_LEVELS)

/** The answers that give an app its age rating. Source: Apple's document, schema `AgeRatingDeclaration`. */
export const ageRatingDeclarationShape = {
  advertising: flag,
  ageAssurance: flag,
  alcoholTobaccoOrDrugUseOrReferences: level,
  contests: level,
  gambling: flag,
  gamblingSimulated: level,
  gunsOrOtherWeapons: level,
  healthOrWellnessTopics: flag,
  horrorOrFearThemes: level,
  kidsAgeBand: choice(['FIVE_AND_UNDER', 'SIX_TO_EIGHT', 'NINE_TO_ELEVEN']),
  lootBox: flag,
  matureOrSuggestiveThemes: level,
  medicalOrTreatmentInformation: level,
  messagingAndChat: flag,
  parentalControls: flag,
  profanityOrCrudeHumor: level,
  sexualContentGraphicAndNudity: level,
  sexualContentOrNudity: level,
  socialMedia: flag,
  socialMediaAgeRestricted: flag,
  unrestrictedWebAccess: flag,
  userGeneratedContent: flag,
  violenceCartoonOrFantasy: level,
  violenceRealistic: level,
  violenceRealisticProlongedGraphicOrSadistic: level,
  ageRatingOverrideV2: choice(['NONE', 'NINE_PLUS', 'THIRTEEN_PLUS', 'SIXTEEN_PLUS', 'EIGHTEEN_PLUS', 'UNRATED']),
  koreaAgeRatingOverride: choice(['NONE', 'FIFTEEN_PLUS', 'NINETEEN_PLUS']),
  developerAgeRatingInfoUrl: text,
}

/** The answers about age of one app info. */
export type AgeRatingDeclaration = { readonly id: string } & Attributes<typeof ageRatingDeclarationShape>
