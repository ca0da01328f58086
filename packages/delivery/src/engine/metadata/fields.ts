import type { PlainSection, TextSection } from './model.ts'

/** How the text of a field is checked. */
export type FieldKind = 'text' | 'url' | 'email' | 'phone' | 'flag' | 'choice' | 'time' | 'name' | 'category'

/** One field of the store page. */
export interface FieldSpec {
  readonly section: PlainSection | TextSection
  /** Apple's name of it. */
  readonly field: string
  /** File of fastlane deliver, without `.txt`; also the key in `metadata.yml`. */
  readonly file: string
  readonly kind: FieldKind
  /** Most characters, counted in UTF-16 units, which is never less than what Apple counts. */
  readonly max?: number
  /** Fewest characters. */
  readonly min?: number
  readonly choices?: readonly string[]
  /** Only `metadata.yml` has it. */
  readonly isYamlOnly?: true
}

const LEVELS = ['NONE', 'INFREQUENT_OR_MILD', 'FREQUENT_OR_INTENSE', 'INFREQUENT', 'FREQUENT']

const text = (section: TextSection, file: string, field: string, max?: number): FieldSpec => ({
  section,
  field,
  file,
  kind: 'text',
  ...(max !== undefined && { max }),
})
const url = (section: TextSection, file: string, field: string): FieldSpec => ({
  section,
  field,
  file,
  kind: 'url',
  max: 255,
})
const category = (file: string, field: string): FieldSpec => ({ section: 'categories', field, file, kind: 'category' })
const level = (field: string): FieldSpec => ({
  section: 'ageRating',
  field,
  file: field,
  kind: 'choice',
  choices: LEVELS,
  isYamlOnly: true,
})
const answer = (field: string): FieldSpec => ({
  section: 'ageRating',
  field,
  file: field,
  kind: 'flag',
  isYamlOnly: true,
})

/**
 * Every field of the store page. Lengths: rorkai/App-Store-Connect-CLI, `internal/validation/limits.go`, 2026, and Apple's pages on
 * app and platform version information. File names: fastlane deliver.
 */
export const FIELDS: readonly FieldSpec[] = [
  { section: 'infoTexts', field: 'name', file: 'name', kind: 'name', min: 2, max: 30 },
  text('infoTexts', 'subtitle', 'subtitle', 30),
  url('infoTexts', 'privacy_url', 'privacyPolicyUrl'),
  { ...url('infoTexts', 'privacy_choices_url', 'privacyChoicesUrl'), isYamlOnly: true },
  text('infoTexts', 'apple_tv_privacy_policy', 'privacyPolicyText'),
  text('versionTexts', 'description', 'description', 4000),
  text('versionTexts', 'keywords', 'keywords', 100),
  text('versionTexts', 'release_notes', 'whatsNew', 4000),
  text('versionTexts', 'promotional_text', 'promotionalText', 170),
  url('versionTexts', 'support_url', 'supportUrl'),
  url('versionTexts', 'marketing_url', 'marketingUrl'),
  { section: 'version', field: 'copyright', file: 'copyright', kind: 'text', max: 200 },
  {
    section: 'version',
    field: 'releaseType',
    file: 'release_type',
    kind: 'choice',
    choices: ['MANUAL', 'AFTER_APPROVAL', 'SCHEDULED'],
    isYamlOnly: true,
  },
  { section: 'version', field: 'earliestReleaseDate', file: 'release_date', kind: 'time', isYamlOnly: true },
  { section: 'phasedRelease', field: 'isPhased', file: 'phased_release', kind: 'flag', isYamlOnly: true },
  category('primary_category', 'primaryCategory'),
  category('primary_first_sub_category', 'primarySubcategoryOne'),
  category('primary_second_sub_category', 'primarySubcategoryTwo'),
  category('secondary_category', 'secondaryCategory'),
  category('secondary_first_sub_category', 'secondarySubcategoryOne'),
  category('secondary_second_sub_category', 'secondarySubcategoryTwo'),
  { section: 'review', field: 'contactFirstName', file: 'first_name', kind: 'text' },
  { section: 'review', field: 'contactLastName', file: 'last_name', kind: 'text' },
  { section: 'review', field: 'contactPhone', file: 'phone_number', kind: 'phone' },
  { section: 'review', field: 'contactEmail', file: 'email_address', kind: 'email' },
  { section: 'review', field: 'demoAccountName', file: 'demo_user', kind: 'text' },
  { section: 'review', field: 'demoAccountPassword', file: 'demo_password', kind: 'text' },
  { section: 'review', field: 'notes', file: 'notes', kind: 'text', max: 4000 },
  answer('advertising'),
  answer('ageAssurance'),
  answer('gambling'),
  answer('healthOrWellnessTopics'),
  answer('lootBox'),
  answer('messagingAndChat'),
  answer('parentalControls'),
  answer('socialMedia'),
  answer('socialMediaAgeRestricted'),
  answer('unrestrictedWebAccess'),
  answer('userGeneratedContent'),
  level('alcoholTobaccoOrDrugUseOrReferences'),
  level('contests'),
  level('gamblingSimulated'),
  level('gunsOrOtherWeapons'),
  level('horrorOrFearThemes'),
  level('matureOrSuggestiveThemes'),
  level('medicalOrTreatmentInformation'),
  level('profanityOrCrudeHumor'),
  level('sexualContentGraphicAndNudity'),
  level('sexualContentOrNudity'),
  level('violenceCartoonOrFantasy'),
  level('violenceRealistic'),
  level('violenceRealisticProlongedGraphicOrSadistic'),
  { ...level('kidsAgeBand'), choices: ['FIVE_AND_UNDER', 'SIX_TO_EIGHT', 'NINE_TO_ELEVEN'] },
  {
    ...level('ageRatingOverrideV2'),
    choices: ['NONE', 'NINE_PLUS', 'THIRTEEN_PLUS', 'SIXTEEN_PLUS', 'EIGHTEEN_PLUS', 'UNRATED'],
  },
  { ...level('koreaAgeRatingOverride'), choices: ['NONE', 'FIFTEEN_PLUS', 'NINETEEN_PLUS'] },
  {
    section: 'ageRating',
    field: 'developerAgeRatingInfoUrl',
    file: 'developerAgeRatingInfoUrl',
    kind: 'url',
    isYamlOnly: true,
  },
]

/** The fields of a section. */
export function fieldsOf(section: FieldSpec['section']): readonly FieldSpec[] {
  return FIELDS.filter((spec) => spec.section === section)
}

/** The spec of a field by Apple's name. */
export function specOf(section: FieldSpec['section'], field: string): FieldSpec | undefined {
  return FIELDS.find((spec) => spec.section === section && spec.field === field)
}

/** How a field is called where people read of it: as its file, where there is one. */
export function shownField(section: FieldSpec['section'], field: string): string {
  return specOf(section, field)?.file ?? (field === 'versionString' ? 'version' : field)
}

/** What is never shown: passwords of the team's test accounts. */
export function isSecretField(field: string): boolean {
  return field === 'demoAccountPassword'
}

/** Categories under the names of iTunes Connect, which old folders still hold. Source: fastlane spaceship. */
const OLD_CATEGORIES: Readonly<Record<string, string>> = {
  Apps: '',
  Book: 'BOOKS',
  Business: 'BUSINESS',
  Catalogs: 'SHOPPING',
  Education: 'EDUCATION',
  Entertainment: 'ENTERTAINMENT',
  Finance: 'FINANCE',
  'Food&Drink': 'FOOD_AND_DRINK',
  Food_Drink: 'FOOD_AND_DRINK',
  Games: 'GAMES',
  Healthcare_Fitness: 'HEALTH_AND_FITNESS',
  Lifestyle: 'LIFESTYLE',
  Medical: 'MEDICAL',
  Music: 'MUSIC',
  Navigation: 'NAVIGATION',
  News: 'NEWS',
  Photography: 'PHOTO_AND_VIDEO',
  Productivity: 'PRODUCTIVITY',
  Reference: 'REFERENCE',
  Shopping: 'SHOPPING',
  SocialNetworking: 'SOCIAL_NETWORKING',
  Social_Networking: 'SOCIAL_NETWORKING',
  Sports: 'SPORTS',
  Travel: 'TRAVEL',
  Utilities: 'UTILITIES',
  Weather: 'WEATHER',
}

/** Apple's name of a category, also for the older names with and without `MZGenre.`. */
export function categoryName(given: string): string {
  const name = given.replace(/^MZGenre\./, '')
  return OLD_CATEGORIES[name] ?? name
}
