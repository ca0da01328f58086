import { inParallel } from './in-parallel.ts'
import {
  EMPTY_LISTING,
  MEDIA_KINDS,
  type MediaKind,
  type StoredListing,
  type StoredMedia,
  type Value,
  type Values,
} from './model.ts'
import type { StoreInfo, StorePort, StoreText, StoreVersion } from './port.ts'
import { type Target, versionToWrite } from './standing.ts'

/** What of the page is looked at. */
export interface Scope {
  readonly texts: boolean
  /** Languages whose pictures and films are looked at; `all`: of every language. */
  readonly media: Readonly<Record<MediaKind, readonly string[] | 'all'>>
}

/** What is at Apple, with Apple's handles. */
export interface Observed {
  readonly version: StoreVersion
  /** The version has to be made first; what is told is of the one before, from which Apple copies. */
  readonly isYetToMake: boolean
  readonly isFirstVersion: boolean
  readonly info: StoreInfo | undefined
  readonly primaryLocale: string | undefined
  readonly textIds: Readonly<Record<'versionTexts' | 'infoTexts', Readonly<Record<string, string>>>>
  /** By `setKey`. */
  readonly setIds: ReadonlyMap<string, string>
  readonly listing: StoredListing
}

/** The key of a set among Apple's handles. */
export function setKey(media: MediaKind, locale: string, type: string): string {
  return `${media}/${locale}/${type}`
}

/** Reads the page of a version. Throws `metadata.version_not_editable`, `metadata.version_in_the_way`, `metadata.version_missing`. */
export async function observe(port: StorePort, target: Target, scope: Scope): Promise<Observed> {
  const versions = await port.listVersions(target.appId, target.platform)
  const { version, isYetToMake } = versionToWrite(versions, target)
  const isFirstVersion = versions.every(({ id }) => id === version.id) && !isYetToMake
  const [infos, primaryLocale] = scope.texts
    ? await Promise.all([port.listInfos(target.appId), port.primaryLocale(target.appId)])
    : [[], undefined]
  const info = editableInfo(infos)
  const texts = await port.listTexts('versionTexts', version.id)
  const infoTexts = info === undefined ? [] : await port.listTexts('infoTexts', info.id)
  const { sets, setIds } = await readSets(port, texts, scope)
  return {
    ...{ version, isYetToMake, isFirstVersion, info, primaryLocale, setIds },
    textIds: { versionTexts: idsOf(texts), infoTexts: idsOf(infoTexts) },
    listing: {
      ...EMPTY_LISTING,
      version: { ...version.values, versionString: version.version },
      phasedRelease: { isPhased: version.phasedRelease !== undefined },
      categories: info?.categories ?? {},
      ageRating: info?.ageRating?.values ?? {},
      review: version.review?.values ?? {},
      versionTexts: isYetToMake ? withoutNews(valuesOf(texts)) : valuesOf(texts),
      infoTexts: valuesOf(infoTexts),
      ...sets,
    },
  }
}

const EDITABLE_INFO: ReadonlySet<string> = new Set(['PREPARE_FOR_SUBMISSION', 'DEVELOPER_REJECTED', 'REJECTED'])

/** Two infos exist while a version is prepared: the one to edit comes first. */
function editableInfo(infos: readonly StoreInfo[]): StoreInfo | undefined {
  return infos.find(({ state }) => EDITABLE_INFO.has(state)) ?? infos[0]
}

/** Says whether name, subtitle and categories can be written. */
export function isInfoEditable({ info, isYetToMake }: Observed): boolean {
  return isYetToMake || (info !== undefined && EDITABLE_INFO.has(info.state))
}

function idsOf(texts: readonly StoreText[]): Readonly<Record<string, string>> {
  return Object.fromEntries(texts.map(({ locale, id }) => [locale, id]))
}

function valuesOf(texts: readonly StoreText[]): Readonly<Record<string, Values>> {
  return Object.fromEntries(texts.map(({ locale, values }) => [locale, values]))
}

function withoutNews(texts: Readonly<Record<string, Values>>): Readonly<Record<string, Values>> {
  const left = Object.entries(texts).map(
    ([locale, values]) => [locale, { ...values, whatsNew: null as Value }] as const,
  )
  return Object.fromEntries(left)
}

async function readSets(port: StorePort, texts: readonly StoreText[], { media: wanted }: Scope) {
  const setIds = new Map<string, string>()
  const sets: Record<MediaKind, Record<string, Record<string, readonly StoredMedia[]>>> = {
    screenshots: {},
    previews: {},
  }
  const asked = MEDIA_KINDS.flatMap((media) =>
    texts
      .filter(({ locale }) => wanted[media] === 'all' || wanted[media].includes(locale))
      .map((text) => ({ media, text })),
  )
  await inParallel(asked, async ({ media, text }) => {
    const found = await port.listSets(media, text.id)
    for (const { id, type } of found) setIds.set(setKey(media, text.locale, type), id)
    sets[media][text.locale] = Object.fromEntries(found.map(({ type, items }) => [type, items]))
  })
  return { sets, setIds }
}
