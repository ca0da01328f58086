import type { AttributeShape } from '../json-api/body.ts'

const FREQUENCIES = ['NONE', 'INFREQUENT_OR_MILD', 'FREQUENT_OR_INTENSE', 'INFREQUENT', 'FREQUENT']
const YES_OR_NO: AttributeShape = { kind: 'boolean', isNullable: true }
const HOW_OFTEN: AttributeShape = { kind: 'string', isNullable: true, values: FREQUENCIES }

/** What every app has to answer before review. */
export const QUESTIONS: Readonly<Record<string, AttributeShape>> = {
  advertising: YES_OR_NO,
  alcoholTobaccoOrDrugUseOrReferences: HOW_OFTEN,
  contests: HOW_OFTEN,
  gambling: YES_OR_NO,
  gamblingSimulated: HOW_OFTEN,
  gunsOrOtherWeapons: HOW_OFTEN,
  healthOrWellnessTopics: YES_OR_NO,
  lootBox: YES_OR_NO,
  medicalOrTreatmentInformation: HOW_OFTEN,
  messagingAndChat: YES_OR_NO,
  parentalControls: YES_OR_NO,
  profanityOrCrudeHumor: HOW_OFTEN,
  ageAssurance: YES_OR_NO,
  sexualContentGraphicAndNudity: HOW_OFTEN,
  sexualContentOrNudity: HOW_OFTEN,
  horrorOrFearThemes: HOW_OFTEN,
  matureOrSuggestiveThemes: HOW_OFTEN,
  unrestrictedWebAccess: YES_OR_NO,
  userGeneratedContent: YES_OR_NO,
  violenceCartoonOrFantasy: HOW_OFTEN,
  violenceRealisticProlongedGraphicOrSadistic: HOW_OFTEN,
  violenceRealistic: HOW_OFTEN,
}

/** What may be said beside the answers. */
const OPTIONAL: Readonly<Record<string, AttributeShape>> = {
  socialMedia: YES_OR_NO,
  socialMediaAgeRestricted: YES_OR_NO,
  kidsAgeBand: { kind: 'string', isNullable: true, values: ['FIVE_AND_UNDER', 'SIX_TO_EIGHT', 'NINE_TO_ELEVEN'] },
  ageRatingOverride: {
    kind: 'string',
    isNullable: true,
    values: ['NONE', 'NINE_PLUS', 'THIRTEEN_PLUS', 'SIXTEEN_PLUS', 'SEVENTEEN_PLUS', 'UNRATED'],
  },
  ageRatingOverrideV2: {
    kind: 'string',
    isNullable: true,
    values: ['NONE', 'NINE_PLUS', 'THIRTEEN_PLUS', 'SIXTEEN_PLUS', 'EIGHTEEN_PLUS', 'UNRATED'],
  },
  koreaAgeRatingOverride: { kind: 'string', isNullable: true, values: ['NONE', 'FIFTEEN_PLUS', 'NINETEEN_PLUS'] },
  developerAgeRatingInfoUrl: { kind: 'string', isNullable: true },
}

/** Everything that a declaration may say. Source: Apple's document. */
export const DECLARATION: Readonly<Record<string, AttributeShape>> = { ...QUESTIONS, ...OPTIONAL }
