import type { CordonError } from '@cordon/core/errors'
import { metadataErrors } from '@cordon/delivery/engine/metadata/errors'
import { type MetadataPort, pushMetadata, type StoreApp, submitForReview } from '@cordon/delivery/engine/metadata/index'
import { EMPTY_LISTING } from '@cordon/delivery/engine/metadata/model'
import type { Written } from '@cordon/delivery/engine/metadata/push-context'
import { pushPage } from '@cordon/delivery/engine/metadata/push-page'
import { placesIn, readSoundPage } from '@cordon/delivery/engine/metadata/read-page'
import { requireAboveSale } from '@cordon/delivery/engine/metadata/standing'
import type { StorePlatform } from '@cordon/delivery/engine/platforms'
import type { OnReviewChange } from '@cordon/delivery/engine/review/changes'
import { takeOutOfDraft } from '@cordon/delivery/engine/review/draft'
import type { StepContext } from '../step.ts'
import type { DeployInputs } from './inputs.ts'
import { IN_REVIEW, requireWritable } from './writable-version.ts'

/** What was written to the store page. */
export interface PagePush {
  /** Undefined: no version was looked at. */
  readonly version: string | undefined
  readonly writes: number | undefined
  /** Why the page was left alone; undefined: it was not. */
  readonly left?: string | undefined
}

/** The version of a build, and the platform that its file is for, whatever the page is. */
export interface BuildVersion {
  readonly version: string
  readonly platform: StorePlatform
}

/** The store page of a version, as far as the inputs want something of it. */
export interface StorePage {
  /** Looks for mistakes in the files, before anything is sent. Errors: `metadata.invalid`, `metadata.nothing_there`. */
  check(): Promise<void>
  /**
   * Looks at the versions that Apple has, before a build is sent: that of `build` is not above the one on sale, `version` cannot be
   * written or handed in. `build` undefined: Apple has it already. Errors: `delivery.version_on_sale`, `metadata.version_in_the_way`,
   * `metadata.version_not_editable`, `metadata.version_missing`.
   */
  checkVersions(app: StoreApp, version: string | undefined, build?: BuildVersion): Promise<void>
  /**
   * Texts and screenshots, and the version itself. `isBuildSent`: the page may be left alone for the sake of the build. Errors:
   * `metadata.version_in_the_way`, `metadata.version_not_editable`, and what writing a page throws.
   */
  push(app: StoreApp, version: string | undefined, isBuildSent: boolean): Promise<PagePush>
  /** Gives the submission's id; undefined when no review is wanted. */
  submit(app: StoreApp, version: string | undefined, buildId: string | undefined): Promise<string | undefined>
}

type Wishes = Pick<DeployInputs, 'parts' | 'metadataFolder' | 'platform' | 'updatesVersion' | 'submitsForReview'>

/** Hear of what is done when it is done, also when what follows fails. */
export interface PageListeners {
  readonly onWritten: (written: Written) => void
  readonly onReviewChange: OnReviewChange
}

/** Opens the store page through a port; nothing is asked yet. */
export function openStorePage(
  port: MetadataPort,
  { parts, metadataFolder: folder, platform, updatesVersion, submitsForReview }: Wishes,
  { log, warn, sleep, workingFolder }: StepContext,
  { onWritten, onReviewChange: onChange }: PageListeners,
): StorePage {
  const hasParts = parts.texts || parts.screenshots
  let versionOfFiles: string | undefined
  const leaveAsItIs = (left: string, version?: string): PagePush => {
    warn(staysAsItIs(left))
    return { version, writes: 0, left }
  }
  const makeVersion = async (app: StoreApp, version: string): Promise<PagePush> => {
    const page = {
      wanted: EMPTY_LISTING,
      locales: [],
      appVersion: version,
      notes: [],
      warnings: [],
      problems: [],
      origins: new Map(),
    }
    const target = { appId: app.id, platform, version, updatesVersion: true }
    try {
      const pushed = await pushPage(page, target, parts, { port, sleep, onWritten, onProgress: () => {} })
      if (pushed.writes > 0) log(`version ${version} is in preparation`)
      return { version, writes: pushed.writes }
    } catch (error) {
      // Testers can have a build of a version that the store page no longer lets through.
      if (submitsForReview || !metadataErrors.version_not_editable.is(error)) throw error
      return leaveAsItIs(reasonOf(error))
    }
  }
  const pushParts = async (app: StoreApp, version: string | undefined): Promise<PagePush> => {
    const target = updatesVersion ? version : undefined
    if (hasParts)
      return pushMetadata({
        folder,
        app,
        platform,
        version: target,
        updatesVersion,
        parts,
        port,
        log,
        onWritten,
        sleep,
      })
    return target === undefined ? { version: undefined, writes: undefined } : makeVersion(app, target)
  }
  return {
    check: async () => {
      if (!hasParts) return
      const { warnings, appVersion } = await readSoundPage(placesIn(folder), workingFolder)
      versionOfFiles = appVersion
      for (const warning of warnings) warn(warning)
    },
    checkVersions: async (app, version, build) => {
      if (build !== undefined) requireAboveSale(await port.listVersions(app.id, build.platform), build.version)
      if (!hasParts && !submitsForReview) return
      const wish = { platform, version, versionOfFiles, isNewBuild: build !== undefined }
      requireWritable(await port.listVersions(app.id, platform), {
        ...wish,
        hasParts,
        updatesVersion,
        submitsForReview,
      })
    },
    push: async (app, version, isBuildSent) => {
      // A run that ended before its version was handed in leaves it in a state in which nothing can be written.
      if (submitsForReview) await takeOutOfDraft({ appId: app.id, platform, version }, { port, log, onChange })
      try {
        return await pushParts(app, version)
      } catch (error) {
        // The build is for testers, and they need not wait for App Review.
        if (isBuildSent && !submitsForReview && metadataErrors.version_in_the_way.is(error))
          return leaveAsItIs(reasonOf(error))
        if (!submitsForReview || !metadataErrors.version_not_editable.is(error)) throw error
        const state = (await port.listVersions(app.id, platform)).find((one) => one.version === version)?.state
        if (state === undefined || !IN_REVIEW.has(state)) throw error
        // An earlier run has handed it in: what is left is to say so, and to find out whether it was this build.
        return leaveAsItIs(`version ${version} is ${state}`, version)
      }
    },
    submit: async (app, version, buildId) => {
      if (!submitsForReview) return undefined
      const wanted = version ?? (await versionInPreparation(port, app, platform))
      const wish = { app, platform, version: wanted, buildId, port, log, onChange, sleep }
      return (await submitForReview(wish)).submissionId
    },
  }
}

/** What a run keeps of a push. */
export function pageDone({ version: pageVersion, writes: pageWrites, left: pageLeft }: PagePush) {
  return { pageVersion, pageWrites, pageLeft }
}

/** What a run warns of when the page was left alone. */
export function leftWarnings(pushed: PagePush | undefined): readonly string[] {
  return pushed?.left === undefined ? [] : [staysAsItIs(pushed.left)]
}

function staysAsItIs(reason: string): string {
  return `the store page stays as it is: ${reason}`
}

function reasonOf({ detail, title }: CordonError): string {
  return detail ?? title
}

async function versionInPreparation(port: MetadataPort, app: StoreApp, platform: Wishes['platform']): Promise<string> {
  const versions = await port.listVersions(app.id, platform)
  const found = versions.find(({ state }) => state === 'PREPARE_FOR_SUBMISSION')
  if (found !== undefined) return found.version
  const told = versions.map(({ version, state }) => ({ version, state }))
  const detail = told.map(({ version, state }) => `${version} is ${state}`).join(', ') || 'the app has no version'
  throw metadataErrors.version_not_editable({ versions: told }, { detail })
}
