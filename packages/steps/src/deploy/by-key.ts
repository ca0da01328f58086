import { MINUTE_MS } from '@cordon/core/instant'
import { createAppStoreConnectBuilds } from '@cordon/delivery/adapters/app-store-connect/builds'
import { createStorePort } from '@cordon/delivery/adapters/app-store-connect/store-port'
import { createAppStoreConnectTestFlight } from '@cordon/delivery/adapters/app-store-connect/testflight'
import type { BuildFile } from '@cordon/delivery/engine/builds/build-file'
import { deliveryErrors } from '@cordon/delivery/engine/builds/errors'
import { type FollowedBuild, followUpload } from '@cordon/delivery/engine/builds/follow'
import type { BuildUploadPort, UploadWish } from '@cordon/delivery/engine/builds/port'
import type { OnUploadEvent } from '@cordon/delivery/engine/builds/progress'
import { type SentBuild, type UploadOptions, uploadBuild } from '@cordon/delivery/engine/builds/upload-build'
import type { StoreApp } from '@cordon/delivery/engine/metadata/index'
import {
  checkTestFlightWish,
  distribute,
  requireGroups,
  type TestFlightChange,
  type TestFlightWish,
} from '@cordon/delivery/engine/testflight/distribute'
import type { KeyCredentials } from '../build-connection/find-credentials.ts'
import { openAppStoreConnect } from '../build-connection/open-apple.ts'
import type { StepContext } from '../step.ts'
import type { DeployInputs } from './inputs.ts'
import { readNotes } from './notes.ts'
import { type DeployResult, type Meter, noteDone, notePage, noteUpload } from './result.ts'
import { leftWarnings, openStorePage, pageDone, type StorePage } from './store-page.ts'
import { createTeller } from './tell-progress.ts'

/**
 * Everything with an API key. The order keeps waiting short: the build goes first, the page is written while Apple processes it, and
 * testers and review come when there is a build.
 */
export async function deployByKey(
  { key }: KeyCredentials,
  file: BuildFile | undefined,
  inputs: DeployInputs,
  context: StepContext,
  meter: Meter,
): Promise<DeployResult> {
  const apple = openAppStoreConnect(key, inputs, context, meter)
  const port = createAppStoreConnectBuilds(apple)
  const wish: TestFlightWish = {
    ...inputs.testflight,
    notes: await readNotes(inputs.testflight, context.workingFolder),
  }
  checkTestFlightWish(wish)
  const page = openStorePage(createStorePort(apple, context), inputs, context, notePage(meter))
  await page.check()
  if (file === undefined) return deployPage(await requireApp(port, inputs), page, inputs, meter)
  const tell = createTeller(context)
  const onEvent: OnUploadEvent = (event) => {
    noteUpload(meter, event)
    tell(event)
  }
  const testflight = createAppStoreConnectTestFlight(apple)
  const beforeSending = async ({ app, version: built, platform, buildNumber }: UploadWish, isKnown: boolean) => {
    const version = inputs.appVersion ?? built
    noteDone(meter, { appId: app.id, bundleId: app.bundleId, version, buildNumber })
    await requireGroups(wish.groups, app, testflight)
    await page.checkVersions(app, version, isKnown ? undefined : { version: built, platform })
  }
  const sent = await send(file, { port, onEvent, beforeSending }, inputs, context)
  for (const note of sent.notes) context.warn(note)
  const version = inputs.appVersion ?? sent.wish.version
  const { app, platform } = sent.wish
  noteDone(meter, {
    ...{ uploadId: sent.uploadId, uploadedBy: 'app-store-connect-api' },
    parts: { sent: sent.partsSent, found: sent.partsFound },
  })
  const pushed = await page.push(app, version, true)
  noteDone(meter, pageDone(pushed))
  const followed = needsBuild(wish, inputs) ? await follow(sent, port, onEvent, inputs, context) : undefined
  const onChange = (change: TestFlightChange) => {
    context.log(change.line)
    meter.testflight.push(change)
  }
  const distribution = { app, platform, port: testflight, onChange }
  const tested = followed && (await distribute(wish, { ...distribution, build: followed.build }))
  const submissionId = await page.submit(app, pushed.version ?? version, followed?.build.id)
  noteDone(meter, { submissionId })
  const warnings = followed?.warnings ?? []
  for (const warning of warnings) context.warn(`Apple: ${warning}`)
  for (const warning of tested?.warnings ?? []) context.warn(warning)
  return {
    ...meter.done,
    buildId: followed?.build.id,
    testflight: tested?.changes ?? [],
    testflightUrl: tested?.publicLinks[0] ?? testflightPage(app, sent, followed),
    warnings: [...sent.notes, ...leftWarnings(pushed), ...warnings, ...(tested?.warnings ?? [])],
  }
}

async function requireApp(port: BuildUploadPort, { appId, bundleId = '' }: DeployInputs): Promise<StoreApp> {
  const app = await port.findApp({ id: appId, bundleId })
  if (app !== undefined) return app
  const detail = appId === undefined ? `"${bundleId}"` : `the app with the id "${appId}"`
  throw deliveryErrors.app_not_found({ bundleId, appId: appId ?? null }, { detail })
}

async function deployPage(
  app: StoreApp,
  page: StorePage,
  { appVersion }: DeployInputs,
  meter: Meter,
): Promise<DeployResult> {
  const { id: appId, bundleId } = app
  noteDone(meter, { appId, bundleId, version: appVersion })
  const pushed = await page.push(app, appVersion, false)
  const version = pushed.version ?? appVersion
  noteDone(meter, { version, ...pageDone(pushed) })
  noteDone(meter, { submissionId: await page.submit(app, version, undefined) })
  return { ...meter.done, warnings: leftWarnings(pushed) }
}

function send(
  file: BuildFile,
  options: Pick<UploadOptions, 'port' | 'onEvent' | 'beforeSending'>,
  { appId, bundleId, platform, stateFolder }: DeployInputs,
  { clock, sleep }: StepContext,
): Promise<SentBuild> {
  // The platform of a .pkg is told by its kind: nobody sets "osx" beside it.
  const wanted = {
    appId,
    bundleId: appId === undefined ? bundleId : undefined,
    platform: file.kind === 'pkg' ? undefined : platform,
  }
  return uploadBuild(file.path, wanted, { ...options, clock, sleep, stateFolder })
}

function needsBuild(
  { groups, notes, keepsBuilds, usesNonExemptEncryption }: TestFlightWish,
  inputs: DeployInputs,
): boolean {
  const hasTestFlight = groups.length > 0 || Object.keys(notes).length > 0
  return (
    inputs.waitsForProcessing ||
    inputs.submitsForReview ||
    hasTestFlight ||
    keepsBuilds !== undefined ||
    usesNonExemptEncryption !== undefined
  )
}

function follow(
  { uploadId, wish }: SentBuild,
  port: BuildUploadPort,
  onEvent: OnUploadEvent,
  { processingTimeoutMinutes }: DeployInputs,
  { clock, sleep }: StepContext,
): Promise<FollowedBuild> {
  const patienceMs = processingTimeoutMinutes * MINUTE_MS
  return followUpload(uploadId, wish, { port, clock, sleep, onEvent, patienceMs })
}

const PAGES = { IOS: 'ios', MAC_OS: 'macos', TV_OS: 'tvos', VISION_OS: 'visionos' } as const

function testflightPage({ id }: StoreApp, { wish }: SentBuild, followed: FollowedBuild | undefined): string {
  const page = `https://appstoreconnect.apple.com/apps/${id}/testflight/${PAGES[wish.platform]}`
  return followed === undefined ? page : `${page}/${followed.build.id}`
}
