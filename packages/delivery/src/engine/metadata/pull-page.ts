import { join } from 'node:path'
import { type Enclosure, enclosureOf, listFolder, readRegular } from '../files/regular-file.ts'
import { writeWithin } from '../files/write-file.ts'
import { pullScreenshots, type ScreenshotsPulled } from '../screenshots/pull-sets.ts'
import { inKnownLanguages } from './known-languages.ts'
import type { MediaSets, StoredListing, StoredMedia } from './model.ts'
import { observe } from './observe.ts'
import { type PageForm, pageFiles } from './page-files.ts'
import type { Parts } from './plan-page.ts'
import type { StorePort } from './port.ts'
import { requireNone } from './problems.ts'
import { type PagePlaces, placesIn } from './read-page.ts'
import type { Target } from './standing.ts'

/** A wish to have a store page as files. */
export interface PagePull extends PageForm {
  readonly port: StorePort
  readonly target: Pick<Target, 'appId' | 'platform' | 'version'>
  readonly parts: Parts
  /** Folder in the layout of fastlane deliver. */
  readonly folder: string
  readonly workingFolder: string
  /** How paths are shown to people. */
  readonly show: (path: string) => string
  /** Files and sets that say something else are replaced. */
  readonly overwrites: boolean
  readonly log: (line: string) => void
}

/** What of the texts was written. Paths as they are shown. */
export interface TextsPulled {
  readonly written: readonly string[]
  /** Files that say something else and were kept. */
  readonly kept: readonly string[]
  readonly right: number
}

/** What was pulled. */
export interface PagePulled {
  readonly version: string
  readonly state: string
  readonly texts: TextsPulled | undefined
  readonly screenshots: ScreenshotsPulled | undefined
  /** Films at Apple, none of which can be pulled. */
  readonly previews: number
  /** Things a person should know that are about more than screenshots. */
  readonly notes: readonly string[]
}

/**
 * Brings what is at Apple into a folder. What says something else there is kept and told, unless it shall be overwritten. Nothing is
 * written outside of the folder: a language of Apple's answer that is none of the store is left out and told. Throws what `observe`
 * throws, `metadata.invalid` for a folder that leads elsewhere and for a list of copies that cannot be read, and
 * `metadata.picture_unavailable`.
 */
export async function pullPage(pull: PagePull): Promise<PagePulled> {
  const { port, target, parts, folder, show, log } = pull
  const enclosure = await enclosureOf(folder, pull.workingFolder)
  const places = placesIn(folder)
  await requireOwn(places, enclosure, show)
  const media = parts.screenshots ? ('all' as const) : []
  const scope = { texts: parts.texts, media: { screenshots: media, previews: media } }
  const observed = await observe(port, { ...target, updatesVersion: false, isForReading: true }, scope)
  const { version } = observed
  const { listing, notes } = inKnownLanguages(observed.listing)
  const texts = parts.texts ? await pullTexts(listing, pull, enclosure) : undefined
  const screenshots = parts.screenshots
    ? await pullScreenshots({
        ...{ port, stored: listing.screenshots, folder: places.screenshots, enclosure, show },
        overwrites: pull.overwrites,
        onSet: ({ name, done, total }) => log(`${done} of ${total}: fetched the screenshots of ${name}`),
      })
    : undefined
  const previews = countOf(listing.previews)
  return { version: version.version, state: version.state, texts, screenshots, previews, notes }
}

/** A link in place of a folder would lead the files somewhere else. */
async function requireOwn({ metadata, screenshots }: PagePlaces, enclosure: Enclosure, show: (path: string) => string) {
  const looked = [metadata, screenshots].map(async (path) => {
    const { flaw } = await listFolder(path, enclosure)
    return flaw === undefined ? [] : [{ file: show(path), message: flaw }]
  })
  requireNone((await Promise.all(looked)).flat())
}

async function pullTexts(listing: StoredListing, pull: PagePull, enclosure: Enclosure): Promise<TextsPulled> {
  const written: string[] = []
  const kept: string[] = []
  const files = pageFiles(listing, pull)
  for (const [path, content] of files) {
    const file = join(pull.folder, path)
    const outcome = await writeText(file, content, pull.overwrites, enclosure)
    if (outcome === 'kept') kept.push(pull.show(file))
    if (outcome === 'written') written.push(pull.show(file))
  }
  return { written, kept, right: files.size - written.length - kept.length }
}

/** Most bytes of a file that is compared with what is at Apple. */
const MAX_BYTES = 4 * 1024 * 1024

async function writeText(file: string, content: string, overwrites: boolean, enclosure: Enclosure) {
  const read = await readRegular(file, enclosure, MAX_BYTES)
  const before = read !== undefined && 'bytes' in read ? read.bytes.toString('utf8').trim() : undefined
  if (before === content.trim()) return 'right' as const
  // Neither a file of its own text nor one that cannot be read, such as a link, goes without being asked for.
  if (read !== undefined && before !== '' && !overwrites) return 'kept' as const
  await writeWithin(file, content, enclosure)
  return 'written' as const
}

function countOf(sets: MediaSets<StoredMedia>): number {
  const all = Object.values(sets).flatMap((types) => Object.values(types))
  return all.reduce((sum, items) => sum + items.length, 0)
}
