import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CreatedIdentity } from '@cordon/provisioning/engine/create-certificate'
import { type Desired, readDesired } from '@cordon/provisioning/engine/desired'
import { localCertificate } from '@cordon/provisioning/engine/local-certificate'
import { type Action, type Observed, type Plan, actionsOf as plannedActions } from '@cordon/provisioning/engine/model'
import { type ProvisionResult, provision, survey } from '@cordon/provisioning/engine/provision'
import { profileFileName } from '@cordon/signing/profile-folder'
import { readProfile } from '@cordon/signing/provisioning-profile'
import type { SigningIdentity } from '@cordon/signing/signing-identity'
import type { AppleAccess } from '../build-connection/apple-access.ts'
import { connect } from '../build-connection/connect.ts'
import type { RequestMeter } from '../build-connection/open-apple.ts'
import { type ReportedRun, reported } from '../build-connection/report.ts'
import { chooseTeamCredentials } from '../build-connection/team-credentials.ts'
import { stepErrors } from '../errors.ts'
import { invalid } from '../inputs.ts'
import { writePrivately } from '../private-file.ts'
import { createdSources, loadIdentities } from '../project-provisioning/certificates.ts'
import { creatableKinds, desiredState, distributionsFor, signedParts } from '../project-provisioning/desired-state.ts'
import { testDevicesFor } from '../project-provisioning/device-list.ts'
import { readForTeam, readProject } from '../project-provisioning/project-analysis.ts'
import { logProgress } from '../project-provisioning/provision-app.ts'
import { actionsOf, newProvisionMeter, type ProvisionMeter, summaryOf } from '../project-provisioning/report.ts'
import { keepCreated } from '../project-provisioning/signing-assets.ts'
import type { StepContext } from '../step.ts'
import { parseDesiredFile, toDesiredInput } from './desired-file.ts'
import type { ProvisionInputs } from './inputs.ts'
import { type PlanFile, requireUnmoved } from './plan-file.ts'

/** A plan, and all it was made from. */
export interface Planned {
  readonly desired: Desired
  readonly observed: Observed
  readonly plan: Plan
  readonly appleRequests: number
}

/** Shows what would change at Apple for a project or a wish from a file. Changes nothing. */
export async function planProvision(inputs: ProvisionInputs, context: StepContext): Promise<Planned> {
  const meter: RequestMeter = {}
  const { desired, apple } = await prepare(inputs, context, meter)
  const { observed, plan } = await survey(desired, apple.portal, context)
  return { desired, observed, plan, appleRequests: meter.requests?.() ?? 0 }
}

/** What was changed, and the files that were written. */
export interface ProvisionApplied extends ProvisionResult {
  /** What was changed at Apple, in the order in which it was done. */
  readonly changes: readonly Action[]
  readonly files: readonly string[]
}

export interface ApplyRequest {
  readonly inputs: ProvisionInputs
  /** A plan that was looked at before; it is carried out only if it would still be the same. */
  readonly stored?: PlanFile
  /** Hears the plan before anything is changed, and may throw to keep it from being carried out. */
  readonly approve: (plan: Plan) => void | Promise<void>
  /** Says whether an error is the no of a person to whom `approve` has shown the plan: that is no failure to tell of. */
  readonly isDeclined?: (error: unknown) => boolean
}

/**
 * Does at Apple what a plan says, and writes the profiles into the signing folder. Within a build, the server is told what was done,
 * also by a run that fails. Throws `provisioning.plan_outdated` when a stored plan no longer fits, before anything is changed.
 */
export async function applyProvision(request: ApplyRequest, context: StepContext): Promise<ProvisionApplied> {
  const { inputs, isDeclined: isUntold } = request
  const meter = newProvisionMeter()
  const run: ReportedRun<ProvisionApplied> = {
    ...{ step: 'provision apply', access: inputs.build, meter },
    actions: () => actionsOf(meter),
    summary: () => summaryOf(meter),
    ...(isUntold && { isUntold }),
  }
  return reported(run, context, () => apply(request, context, meter))
}

async function apply(
  { inputs, stored, approve }: ApplyRequest,
  context: StepContext,
  meter: ProvisionMeter,
): Promise<ProvisionApplied> {
  const { desired, apple } =
    stored === undefined
      ? await prepare(inputs, context, meter)
      : { desired: readDesired(toDesiredInput(stored.desired)), apple: await open(inputs, context, meter) }
  const kept: string[] = []
  const result = await provision(desired, apple.portal, {
    clock: context.clock,
    sleep: context.sleep,
    onProgress: (event) => {
      if (event.kind === 'done') meter.changes.push(event.action)
      logProgress(event, context)
    },
    onIdentity: async (created) => {
      kept.push(await keep(created, inputs))
    },
    approve: async (plan, observed) => {
      if (stored !== undefined) requireUnmoved(stored, observed, plan)
      requirePassphrase(plan, inputs)
      await approve(plan)
    },
  })
  meter.profiles = result.profiles
  return { ...result, changes: meter.changes, files: [...kept, ...(await writeProfiles(result, inputs))] }
}

interface Prepared {
  readonly desired: Desired
  readonly apple: AppleAccess
}

async function prepare(inputs: ProvisionInputs, context: StepContext, meter: RequestMeter): Promise<Prepared> {
  const { newCertificatePassphrase: passphrase, signingFolder } = inputs
  const made = passphrase === undefined ? [] : await createdSources(signingFolder, creatableKinds(inputs), passphrase)
  const identities = await loadIdentities([...inputs.certificates, ...made], context)
  if (inputs.desiredStatePath !== '') {
    const desired = await desiredFromFile(inputs, identities)
    return { desired, apple: await open(inputs, context, meter) }
  }
  return fromProject(inputs, identities, context, meter)
}

async function desiredFromFile(inputs: ProvisionInputs, identities: readonly SigningIdentity[]): Promise<Desired> {
  const json = await readFile(inputs.desiredStatePath, 'utf8').catch(() => {
    throw invalid('desired_state', 'the path of a file that can be read')
  })
  const wish = toDesiredInput(parseDesiredFile(json, 'desired_state'))
  const own = identities.flatMap(({ certificate }) => localCertificate(certificate) ?? [])
  return readDesired({ ...wish, certificates: [...own, ...wish.certificates] })
}

async function fromProject(
  inputs: ProvisionInputs,
  identities: readonly SigningIdentity[],
  context: StepContext,
  meter: RequestMeter,
): Promise<Prepared> {
  const asFound = readProject(inputs)
  const credentials = await chooseTeamCredentials(inputs, context)
  const apple = await connect(credentials, inputs, context, meter)
  const analysis = await readForTeam(asFound, { inputs, identities, apple })
  const { required, optional } = distributionsFor(inputs, identities)
  const desired = desiredState({
    ...{ inputs, ...signedParts(analysis, inputs), identities, installed: [] },
    testDevices: await testDevicesFor(inputs, credentials, context),
    distributions: [...required, ...(optional === undefined ? [] : [optional])],
  })
  return { desired, apple }
}

async function open(inputs: ProvisionInputs, context: StepContext, meter: RequestMeter): Promise<AppleAccess> {
  return connect(await chooseTeamCredentials(inputs, context), inputs, context, meter)
}

/** A certificate that could not be kept would cost one of the team's few slots for nothing. */
function requirePassphrase({ actions }: Plan, { newCertificatePassphrase }: ProvisionInputs): void {
  if (newCertificatePassphrase !== undefined || plannedActions(actions, 'create-certificate').length === 0) return
  throw stepErrors.input_missing(
    { input: 'create_certificate' },
    { detail: 'the plan makes a certificate, so create_certificate must be "yes" and p12_passphrase set' },
  )
}

async function keep(created: CreatedIdentity, inputs: ProvisionInputs): Promise<string> {
  const { newCertificatePassphrase: passphrase, signingFolder } = inputs
  if (passphrase === undefined) throw stepErrors.input_missing({ input: 'p12_passphrase' })
  return keepCreated(created, signingFolder, passphrase)
}

async function writeProfiles(
  { profiles }: ProvisionResult,
  { signingFolder }: ProvisionInputs,
): Promise<readonly string[]> {
  const files: string[] = []
  for (const { content } of profiles) {
    const path = join(signingFolder, profileFileName(readProfile(content)))
    await writePrivately(path, content)
    files.push(path)
  }
  return files
}
