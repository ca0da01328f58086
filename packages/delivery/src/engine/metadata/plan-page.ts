import type { Action } from './actions.ts'
import { completeWish } from './complete.ts'
import { type DiffOptions, diffListings } from './diff.ts'
import { metadataErrors } from './errors.ts'
import { EMPTY_LISTING, MEDIA_KINDS, type MediaKind, type WantedListing } from './model.ts'
import { isInfoEditable, type Observed, observe, type Scope } from './observe.ts'
import type { StorePort } from './port.ts'
import type { Page } from './read-page.ts'
import type { Target } from './standing.ts'

/** Which parts of a page are looked at. */
export interface Parts {
  readonly texts: boolean
  readonly screenshots: boolean
}

/** What would be written, and what that was found from. */
export interface PagePlan {
  /** Version that has to be made first. */
  readonly newVersion: string | undefined
  readonly actions: readonly Action[]
  readonly notes: readonly string[]
  readonly warnings: readonly string[]
  readonly observed: Observed
  readonly wanted: WantedListing
}

/** Compares a page with Apple; changes nothing. Throws `metadata.version_not_editable`, `metadata.info_not_editable`. */
export async function planPage(
  port: StorePort,
  page: Page,
  target: Target,
  parts: Parts,
  options: DiffOptions = {},
): Promise<PagePlan> {
  const wanted = partsOf(page.wanted, parts)
  const observed = await observe(port, target, scopeOf(wanted, page, parts, options))
  const completed = completeWish(withVersion(wanted, target, observed), {
    locales: page.locales,
    stored: observed.listing,
    primaryLocale: observed.primaryLocale,
    isFirstVersion: observed.isFirstVersion,
  })
  const wish = parts.texts ? completed.wanted : withoutTexts(completed.wanted, observed)
  const { isYetToMake } = observed
  const actions = diffListings(wish, observed.listing, options)
  requireEditableInfo(actions, observed)
  const newVersion = isYetToMake ? target.version : undefined
  return {
    newVersion,
    actions,
    notes: [...page.notes, ...completed.notes],
    warnings: page.warnings,
    observed,
    wanted: wish,
  }
}

function partsOf(wanted: WantedListing, { texts, screenshots }: Parts): WantedListing {
  const { screenshots: pictures, previews, ...fields } = wanted
  return {
    ...EMPTY_LISTING,
    ...(texts && fields),
    ...(screenshots && { screenshots: pictures, previews }),
  }
}

/** Where texts are left alone, no language goes, whatever is pruned. */
function withoutTexts(wanted: WantedListing, { listing }: Observed): WantedListing {
  const kept = Object.fromEntries(Object.keys(listing.versionTexts).map((locale) => [locale, {}]))
  return { ...wanted, versionTexts: { ...kept, ...wanted.versionTexts }, infoTexts: {} }
}

/** Only what is spoken of is looked at: each language and kind costs a request. */
function scopeOf(wanted: WantedListing, page: Page, parts: Parts, { prune = false }: DiffOptions): Scope {
  const localesIn = (media: MediaKind) => {
    const named = Object.keys(wanted[media])
    if (prune && parts.screenshots && named.length > 0) return 'all' as const
    if (!named.includes('default')) return named
    return page.locales.length === 0 ? ('all' as const) : [...new Set([...named, ...page.locales])]
  }
  const media = Object.fromEntries(MEDIA_KINDS.map((kind) => [kind, localesIn(kind)])) as Scope['media']
  return { texts: parts.texts, media }
}

function withVersion(wanted: WantedListing, { version }: Target, { isYetToMake }: Observed): WantedListing {
  if (version === undefined || isYetToMake) return wanted
  return { ...wanted, version: { ...wanted.version, versionString: version } }
}

function requireEditableInfo(actions: readonly Action[], observed: Observed): void {
  const isOfInfo = (action: Action) =>
    'section' in action &&
    (action.section === 'infoTexts' || action.section === 'categories' || action.section === 'ageRating')
  if (isInfoEditable(observed) || !actions.some(isOfInfo)) return
  const state = observed.info?.state ?? 'none'
  throw metadataErrors.info_not_editable({ states: [state] }, { detail: `the app info is ${state}` })
}
