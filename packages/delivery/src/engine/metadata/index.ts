import { setTimeout as wait } from 'node:timers/promises'
import type { StorePlatform } from '../platforms.ts'
import type { OnReviewChange } from '../review/changes.ts'
import { submitVersion } from '../review/review.ts'
import type { StorePort } from './port.ts'
import type { PushEvent, Written } from './push-context.ts'
import { pushPage } from './push-page.ts'
import { placesIn, readSoundPage } from './read-page.ts'
import { progressLine } from './render.ts'

/** What the store page is written through: `createStorePort` with a key, `createIrisStorePort` with an Apple ID. */
export type MetadataPort = StorePort

/** The app record that is written to. */
export interface StoreApp {
  /** Apple's number for it. */
  readonly id: string
  readonly bundleId: string
}

/** A wish to bring a folder of texts and pictures to the store page. */
export interface MetadataPush {
  /** Folder in the layout of fastlane deliver: it holds `metadata` and `screenshots`. */
  readonly folder: string
  readonly app: StoreApp
  readonly platform: StorePlatform
  /** Version that is written to; undefined: the one in preparation, whatever its number. */
  readonly version: string | undefined
  /** Create the version, or give the one in preparation this number, when it is not there. */
  readonly updatesVersion: boolean
  readonly parts: { readonly texts: boolean; readonly screenshots: boolean }
  readonly port: MetadataPort
  /** One line of progress, for people. */
  readonly log: (line: string) => void
  /** Hears of every write that is done, also when a later one fails. */
  readonly onWritten?: (written: Written) => void
  /** Waits, and ends with the signal's reason when it is aborted. The timers of the machine if absent. */
  readonly sleep?: (durationMs: number, signal?: AbortSignal) => Promise<void>
  readonly signal?: AbortSignal
}

/** What was written. */
export interface MetadataPushed {
  readonly versionId: string
  readonly version: string
  /** Writes at Apple; 0 when all was there already. */
  readonly writes: number
}

/** Writes what differs and nothing else. */
export type PushMetadata = (push: MetadataPush) => Promise<MetadataPushed>

/** A wish to hand a version with its build to App Review. */
export interface ReviewWish {
  readonly app: StoreApp
  readonly platform: StorePlatform
  readonly version: string
  /** Apple's id of the build that is attached; undefined: what is attached stays. */
  readonly buildId: string | undefined
  readonly port: MetadataPort
  readonly log: (line: string) => void
  readonly onChange?: OnReviewChange
  /** As for `MetadataPush`. */
  readonly sleep?: (durationMs: number, signal?: AbortSignal) => Promise<void>
  readonly signal?: AbortSignal
}

/** Attaches the build and submits the version; a submission that is open is used again. */
export type SubmitForReview = (wish: ReviewWish) => Promise<{ readonly submissionId: string }>

/**
 * Brings a folder to the store page: checks all of it first, then writes what differs. Throws `metadata.invalid` before anything is
 * sent, and what `pushPage` throws. Paths in messages are from the working folder.
 */
export const pushMetadata: PushMetadata = async ({
  folder,
  app,
  platform,
  version,
  updatesVersion,
  parts,
  ...rest
}) => {
  const page = await readSoundPage(placesIn(folder), process.cwd())
  const target = { appId: app.id, platform, version: version ?? page.appVersion, updatesVersion }
  const { port, log, onWritten, sleep = waitFor, signal } = rest
  const onProgress = (event: PushEvent) => {
    const line = progressLine(event)
    if (line !== undefined) log(line)
  }
  const pushed = await pushPage(page, target, parts, {
    port,
    sleep,
    onProgress,
    ...(onWritten !== undefined && { onWritten }),
    ...(signal !== undefined && { signal }),
  })
  return { versionId: pushed.versionId, version: pushed.version, writes: pushed.writes }
}

/** Hands a version to App Review; see `submitVersion` for what it throws. */
export const submitForReview: SubmitForReview = async ({ app, platform, version, buildId, port, log, ...rest }) => {
  const { sleep = waitFor, signal, onChange } = rest
  const context = {
    ...{ port, sleep, log },
    ...(onChange !== undefined && { onChange }),
    ...(signal !== undefined && { signal }),
  }
  const { submissionId } = await submitVersion({ appId: app.id, platform, version }, buildId, context)
  return { submissionId }
}

async function waitFor(durationMs: number, signal?: AbortSignal): Promise<void> {
  await wait(durationMs, undefined, signal ? { signal } : {})
}
