import type { StoredRecord } from '../../world/collection.ts'

/** A category of the App Store, the same for everybody. */
export interface CategoryRecord extends StoredRecord {
  readonly parentId: string | null
}

const PLAIN = [
  ...['BOOKS', 'BUSINESS', 'DEVELOPER_TOOLS', 'EDUCATION', 'ENTERTAINMENT', 'FINANCE', 'FOOD_AND_DRINK'],
  ...['GRAPHICS_AND_DESIGN', 'HEALTH_AND_FITNESS', 'LIFESTYLE', 'MEDICAL', 'MUSIC', 'NAVIGATION', 'NEWS'],
  ...['PHOTO_AND_VIDEO', 'PRODUCTIVITY', 'REFERENCE', 'SHOPPING', 'SOCIAL_NETWORKING', 'SPORTS', 'TRAVEL'],
  ...['UTILITIES', 'WEATHER'],
] as const
const WITH_PARTS: Readonly<Record<string, readonly string[]>> = {
  GAMES: [
    ...['ACTION', 'ADVENTURE', 'BOARD', 'CARD', 'CASINO', 'CASUAL', 'FAMILY', 'MUSIC', 'PUZZLE', 'RACING'],
    ...['ROLE_PLAYING', 'SIMULATION', 'SPORTS', 'STRATEGY', 'TRIVIA', 'WORD'],
  ],
  MAGAZINES_AND_NEWSPAPERS: [],
  STICKERS: [
    ...['PLACES_AND_OBJECTS', 'EMOJI_AND_EXPRESSIONS', 'CELEBRATIONS', 'CELEBRITIES', 'MOVIES_AND_TV'],
    ...['SPORTS_AND_ACTIVITIES', 'EATING_AND_DRINKING', 'CHARACTERS', 'ANIMALS', 'FASHION', 'ART', 'GAMING'],
    ...['KIDS_AND_FAMILY', 'PEOPLE', 'MUSIC'],
  ],
}

const IDS: readonly (readonly [id: string, parentId: string | null])[] = [
  ...PLAIN.map((id) => [id, null] as const),
  ...Object.entries(WITH_PARTS).flatMap(([id, parts]) => [
    [id, null] as const,
    ...parts.map((part) => [`${id}_${part}`, id] as const),
  ]),
]

/** Every category. Source: @expo/apple-utils 2.2.1 and spaceship `app_category.rb`. */
export const CATEGORIES: readonly CategoryRecord[] = IDS.map(([id, parentId], seq) => ({
  id,
  parentId,
  seq,
  visibleAt: 0,
}))

const BY_ID: ReadonlyMap<string, CategoryRecord> = new Map(CATEGORIES.map((record) => [record.id, record]))

/** Whether there is such a category. */
export function isCategory(id: string): boolean {
  return BY_ID.has(id)
}

/** A category by its id; what is none stands for itself. */
export function categoryOf(id: string): CategoryRecord {
  return BY_ID.get(id) ?? { id, parentId: null, seq: CATEGORIES.length, visibleAt: 0 }
}
