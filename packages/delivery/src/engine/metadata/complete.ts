import { DEFAULT_LOCALE } from './locales.ts'
import {
  localesOf,
  MEDIA_KINDS,
  type MediaFile,
  type MediaSets,
  type StoredListing,
  TEXT_SECTIONS,
  type Values,
  type WantedListing,
} from './model.ts'

/** What a wish is completed from. */
export interface Surroundings {
  /** Languages that have a folder or a table of their own. */
  readonly locales: readonly string[]
  readonly stored: StoredListing
  readonly primaryLocale: string | undefined
  /** Nothing was on sale before. */
  readonly isFirstVersion: boolean
}

/** A wish that says everything it implies, and what was left out of it. */
export interface Completed {
  readonly wanted: WantedListing
  readonly notes: readonly string[]
}

/**
 * Fills in what a wish implies: `default` goes to each language without a text of its own, a new language gets the app's name, a first
 * version tells nothing new, and a test account is needed when there is one.
 */
export function completeWish(wanted: WantedListing, surroundings: Surroundings): Completed {
  const spread = withoutDefaults(wanted, surroundings)
  const news = surroundings.isFirstVersion ? withoutNews(spread) : { wanted: spread, notes: [] }
  const named = withNames(withBothTexts(news.wanted, surroundings.stored), surroundings)
  return { ...news, wanted: withTestAccount(named, surroundings.stored) }
}

/** A language that is spoken of anywhere is wanted in both kinds of texts, though nothing is said of them. */
function withBothTexts(wanted: WantedListing, stored: StoredListing): WantedListing {
  const texts = TEXT_SECTIONS.map((section) => {
    const there = localesOf(wanted).filter((locale) => stored[section][locale] !== undefined)
    return [section, { ...Object.fromEntries(there.map((locale) => [locale, {}])), ...wanted[section] }] as const
  })
  return { ...wanted, ...Object.fromEntries(texts) }
}

function withoutDefaults(wanted: WantedListing, { locales, stored }: Surroundings): WantedListing {
  const served = locales.length > 0 ? locales : Object.keys(stored.versionTexts)
  const texts = TEXT_SECTIONS.map((section) => [section, spreadTexts(wanted[section], served)] as const)
  const media = MEDIA_KINDS.map((kind) => [kind, spreadSets(wanted[kind], served)] as const)
  return { ...wanted, ...Object.fromEntries(texts), ...Object.fromEntries(media) }
}

function spreadTexts(
  texts: Readonly<Record<string, Values>>,
  served: readonly string[],
): Readonly<Record<string, Values>> {
  const { [DEFAULT_LOCALE]: common, ...own } = texts
  if (common === undefined) return own
  return { ...own, ...Object.fromEntries(served.map((locale) => [locale, { ...common, ...own[locale] }])) }
}

function spreadSets(sets: MediaSets<MediaFile>, served: readonly string[]): MediaSets<MediaFile> {
  const { [DEFAULT_LOCALE]: common, ...own } = sets
  if (common === undefined) return own
  return { ...own, ...Object.fromEntries(served.map((locale) => [locale, { ...common, ...own[locale] }])) }
}

function withoutNews(wanted: WantedListing): Completed {
  const texts = Object.entries(wanted.versionTexts).map(
    ([locale, { whatsNew: _, ...values }]) => [locale, values] as const,
  )
  const hasNews = Object.values(wanted.versionTexts).some(({ whatsNew }) => (whatsNew ?? null) !== null)
  return {
    wanted: { ...wanted, versionTexts: Object.fromEntries(texts) },
    notes: hasNews ? ['release_notes are left out: this is the first version of the app, which has none'] : [],
  }
}

/** Every language needs texts of both kinds, and those of the app need a name. */
function withNames(wanted: WantedListing, { stored, primaryLocale }: Surroundings): WantedListing {
  const pictured = MEDIA_KINDS.flatMap((kind) => Object.keys(wanted[kind]))
  const ofVersion = [...new Set([...Object.keys(wanted.versionTexts), ...pictured])]
  const fresh = ofVersion.filter((locale) => stored.versionTexts[locale] === undefined)
  const freshInfo = [...new Set([...fresh, ...Object.keys(wanted.infoTexts)])].filter(
    (locale) => stored.infoTexts[locale] === undefined,
  )
  const name = stored.infoTexts[primaryLocale ?? '']?.name ?? Object.values(stored.infoTexts)[0]?.name ?? null
  const missing = pictured.filter((locale) => fresh.includes(locale))
  return {
    ...wanted,
    versionTexts: { ...Object.fromEntries(missing.map((locale) => [locale, {}])), ...wanted.versionTexts },
    infoTexts: {
      ...wanted.infoTexts,
      ...Object.fromEntries(freshInfo.map((locale) => [locale, { name, ...wanted.infoTexts[locale] }])),
    },
  }
}

function withTestAccount(wanted: WantedListing, { review: before }: StoredListing): WantedListing {
  const { review } = wanted
  if (!('demoAccountName' in review || 'demoAccountPassword' in review)) return wanted
  const has = (field: string) => ((field in review ? review[field] : before[field]) ?? null) !== null
  const demoAccountRequired = has('demoAccountName') && has('demoAccountPassword')
  return { ...wanted, review: { ...review, demoAccountRequired } }
}
