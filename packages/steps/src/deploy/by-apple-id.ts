import type { AppleIdContext } from '@cordon/apple/apple-id/context'
import type { AppleIdSession, Provider } from '@cordon/apple/apple-id/model'
import { checkSession, chooseProvider } from '@cordon/apple/apple-id/session'
import { appleErrors } from '@cordon/apple/errors'
import type { IrisClient } from '@cordon/apple/iris/client'
import type { Secret } from '@cordon/core/secret'
import { createIrisStorePort } from '@cordon/delivery/adapters/iris/store-port'
import type { BuildFile } from '@cordon/delivery/engine/builds/build-file'
import { problemsOfFile, throwProblems } from '@cordon/delivery/engine/builds/checks'
import { deliveryErrors } from '@cordon/delivery/engine/builds/errors'
import type { StoreApp } from '@cordon/delivery/engine/metadata/index'
import { openAppleId, type RequestMeter } from '../build-connection/open-apple.ts'
import { openWithSession } from '../build-connection/refused-session.ts'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import type { DeployAppleId } from './credentials.ts'
import { deployErrors } from './errors.ts'
import type { DeployInputs } from './inputs.ts'
import { type DeployResult, type Meter, noteDone, notePage } from './result.ts'
import { leftWarnings, openStorePage, pageDone } from './store-page.ts'
import { requireTool, uploadByTool } from './uploader-tools.ts'

/**
 * What an Apple ID can do: the store page through its session, on any system; a build through Apple's own tools, where they are. What
 * cannot be had is said before anything changes.
 */
export async function deployByAppleId(
  appleId: DeployAppleId,
  file: BuildFile | undefined,
  inputs: DeployInputs,
  context: StepContext,
  meter: Meter,
): Promise<DeployResult> {
  refuseKeyOnly(inputs)
  const needsPage = inputs.parts.texts || inputs.parts.screenshots || inputs.submitsForReview
  if (needsPage && appleId.cookies.reveal().length === 0)
    throw deployErrors.session_missing({ accountName: appleId.accountName }, { detail: appleId.accountName })
  const upload = file && { file, ...appleId, transporterArguments: inputs.transporterArguments }
  if (upload !== undefined) {
    throwProblems(problemsOfFile(upload.file, { platform: platformOf(upload.file, inputs), now: context.clock.now() }))
    await requireTool(upload, context)
  }
  const iris = needsPage ? await openIris(appleId, inputs, context, meter) : undefined
  const page = iris && openStorePage(iris.port, inputs, context, notePage(meter))
  await page?.check()
  const app = iris && (await requireApp(iris.client, file, inputs))
  if (file && page && app) await page.checkVersions(app, inputs.appVersion ?? file?.version, versionOf(file, inputs))
  noteDone(meter, {
    ...{ appId: app?.id ?? inputs.appId, bundleId: app?.bundleId ?? file?.bundleId ?? inputs.bundleId },
    ...{ version: inputs.appVersion ?? file?.version, buildNumber: file?.buildNumber },
  })
  if (upload !== undefined) {
    meter.requests ??= () => 0
    noteDone(meter, { uploadedBy: await uploadByTool(upload, context) })
  }
  if (page === undefined || app === undefined) return meter.done
  const wanted = inputs.appVersion ?? file?.version
  const pushed = await page.push(app, wanted, upload !== undefined)
  const pageVersion = pushed.version ?? wanted
  noteDone(meter, { ...pageDone(pushed), version: file === undefined ? pageVersion : (wanted ?? pageVersion) })
  noteDone(meter, { submissionId: await page.submit(app, pageVersion, undefined) })
  return { ...meter.done, warnings: leftWarnings(pushed) }
}

function versionOf({ version, platform }: BuildFile, inputs: DeployInputs) {
  return version === undefined ? undefined : { version, platform: platform ?? inputs.platform }
}

function platformOf(file: BuildFile, { platform }: DeployInputs) {
  return file.kind === 'pkg' ? undefined : platform
}

/** TestFlight is asked for by key alone. */
function refuseKeyOnly({ testflight, submitsForReview, file }: DeployInputs): void {
  const wanted = {
    uses_non_exempt_encryption: testflight.usesNonExemptEncryption !== undefined,
    what_to_test: testflight.note !== undefined,
    what_to_test_folder: testflight.notesFolder !== '',
    beta_groups: testflight.groups.length > 0,
    beta_testers: testflight.testers.length > 0,
    keep_builds: testflight.keepsBuilds !== undefined,
    // The build would have to be found again among those that Apple processes.
    submit_for_review: submitsForReview && file !== undefined,
  }
  const inputs = Object.entries(wanted).flatMap(([name, isWanted]) => (isWanted ? [name] : []))
  if (inputs.length > 0) throw deployErrors.needs_key({ inputs }, { detail: inputs.join(', ') })
}

/**
 * Opens App Store Connect with the session of an Apple ID. Throws `step.session_expired`, `step.team_ambiguous`, `step.team_not_found`.
 */
export async function openIris(
  appleId: DeployAppleId,
  inputs: Pick<DeployInputs, 'build' | 'isVerbose' | 'team'>,
  context: StepContext,
  meter: RequestMeter = {},
) {
  const { fetch, sleep, appleIdOrigins } = context
  const apple = openAppleId('appStoreConnect', inputs, context, meter)
  const session = await openWithSession(appleId, inputs.build, context, (kept) =>
    sessionFor(apple, appleId.accountName, inputs, kept),
  )
  return createIrisStorePort(apple, session, {
    ...{ sleep, fetch, standIn: appleIdOrigins?.appStoreConnect },
  })
}

async function sessionFor(
  apple: AppleIdContext,
  accountName: string,
  { team }: Pick<DeployInputs, 'team'>,
  kept: Secret<AppleIdSession>,
): Promise<Secret<AppleIdSession>> {
  const { webSession, session } = await checkSession(apple, kept)
  if (webSession === 'unavailable') throw appleErrors.service_failed({ operation: 'check the session' })
  if (webSession === 'expired') {
    const detail = `${accountName}: App Store Connect does not know the session any more`
    throw stepErrors.session_expired({ accountName, since: null }, { detail })
  }
  const { providers, provider } = session.reveal()
  const wanted = chooseTeam(providers, provider, team, accountName)
  if (wanted.providerId === provider?.providerId) return session
  return (await chooseProvider(apple, session, wanted)).session
}

function chooseTeam(
  providers: readonly Provider[],
  current: Provider | null,
  { id, name }: DeployInputs['team'],
  accountName: string,
): Provider {
  const isWanted = (one: Provider) => (name === '' ? String(one.providerId) === id : one.name === name)
  const teams = providers.map((one) => ({ teamId: String(one.providerId), name: one.name }))
  const known = teams.map((one) => `${one.teamId} (${one.name})`).join(', ') || 'none'
  if (name !== '' || id !== '') {
    const found = providers.find(isWanted)
    if (found !== undefined) return found
    const detail = `"${name || id}" is not among the teams of ${accountName}: ${known}`
    throw stepErrors.team_not_found({ teamId: name || id, teams }, { detail })
  }
  const [only, ...others] = providers
  if (others.length > 0) throw stepErrors.team_ambiguous({ teams }, { detail: `${accountName} is in ${known}` })
  const found = only ?? current
  if (found === null)
    throw stepErrors.team_not_found({ teamId: '', teams }, { detail: `teams of ${accountName}: none` })
  return found
}

async function requireApp(
  client: IrisClient,
  file: BuildFile | undefined,
  { appId, bundleId }: DeployInputs,
): Promise<StoreApp> {
  const wanted = bundleId ?? file?.bundleId ?? ''
  const app =
    appId === undefined ? (await client.apps.list({ bundleIds: [wanted] })).items[0] : await client.apps.read(appId)
  if (app === undefined)
    throw deliveryErrors.app_not_found({ bundleId: wanted, appId: appId ?? null }, { detail: `"${appId ?? wanted}"` })
  if (file === undefined || app.bundleId === file.bundleId) return { id: app.id, bundleId: app.bundleId ?? '' }
  const detail = `${file.bundleId} is in the file, the app record is ${app.bundleId}`
  throw deliveryErrors.wrong_app({ wanted: app.bundleId ?? '', found: file.bundleId }, { detail })
}
