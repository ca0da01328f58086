import { isCordonError } from '@cordon/core/errors'
import type { CreatedIdentity } from '@cordon/provisioning/engine/create-certificate'
import type { Action } from '@cordon/provisioning/engine/model'
import { sweepSecretFolders } from '@cordon/signing/secret-folder'
import type { SigningIdentity } from '@cordon/signing/signing-identity'
import type { ProjectAnalysis } from '@cordon/xcode/analyse'
import type { AppleAccess } from '../build-connection/apple-access.ts'
import { connect } from '../build-connection/connect.ts'
import { type ReportedRun, reported } from '../build-connection/report.ts'
import { chooseTeamCredentials } from '../build-connection/team-credentials.ts'
import { exportOutputs } from '../export-outputs.ts'
import type { StepContext } from '../step.ts'
import { createdSources, loadIdentities } from './certificates.ts'
import { creatableKinds, signedParts } from './desired-state.ts'
import { testDevicesFor } from './device-list.ts'
import { chooseFallback } from './fallback.ts'
import type { ProjectInputs } from './inputs.ts'
import { findLocalProfiles } from './local-profiles.ts'
import { provisionChosen } from './managed-profiles.ts'
import { readForTeam, readProject } from './project-analysis.ts'
import { projectDistribution, updateProject } from './project-signing.ts'
import { actionsOf, newProvisionMeter, type ProvisionMeter, summaryOf } from './report.ts'
import { outputsOf, type ProvisionedProject } from './result.ts'
import { installAssets, keepCreated } from './signing-assets.ts'

/**
 * Makes a project ready to be signed: reads it, provides at Apple what it needs, installs that, and sets manual signing. `stepId` is for
 * the report to the server.
 */
export async function provisionProject(
  stepId: string,
  inputs: ProjectInputs,
  context: StepContext,
): Promise<ProvisionedProject> {
  await sweepSecretFolders(context.temporaryFolder, context.clock)
  // The project first: what is wrong with it is found without a secret and without a request.
  const asFound = readProject(inputs)
  const identities = await readIdentities(inputs, context)
  const session: Session = newProvisionMeter()
  const run: ReportedRun<ProvisionedProject> = {
    ...{ step: stepId, access: inputs.build, meter: session },
    actions: () => actionsOf(session),
    summary: ({ targets }) => `${targets.length} bundle IDs, ${summaryOf(session)}`,
  }
  return reported(run, context, async () => {
    const provided = await provide({ inputs, asFound, identities, session }, context)
    session.profiles = provided.provisioned.profiles
    const result = await install(provided, identities, session, context)
    await exportOutputs(outputsOf(result), context, inputs.outputFile)
    return result
  })
}

async function readIdentities(inputs: ProjectInputs, context: StepContext): Promise<readonly SigningIdentity[]> {
  const { newCertificatePassphrase: passphrase, signingFolder } = inputs
  const made = passphrase === undefined ? [] : await createdSources(signingFolder, creatableKinds(inputs), passphrase)
  return loadIdentities([...inputs.certificates, ...made], context)
}

/** The way to Apple, and what was done there so far, also by a run that then fails. */
interface Session extends ProvisionMeter {
  apple?: Pick<AppleAccess, 'hourRemaining'>
}

interface Prepared {
  readonly inputs: ProjectInputs
  readonly asFound: ProjectAnalysis
  readonly identities: readonly SigningIdentity[]
  readonly session: Session
}

type Provided = Pick<
  ProvisionedProject,
  'inputs' | 'credentials' | 'analysis' | 'targets' | 'uiTests' | 'provisioned'
> & { readonly kept: readonly string[] }

/** Provides at Apple; when that fails for whatever reason, with the fallback profiles. If those do not fit, the first error counts. */
async function provide(prepared: Prepared, context: StepContext): Promise<Provided> {
  try {
    return await provideAtApple(prepared, context)
  } catch (error) {
    if (prepared.inputs.fallbackProfiles.length === 0) throw error
    return provideFallback(prepared, error, context)
  }
}

async function provideAtApple(
  { inputs, asFound, identities, session }: Prepared,
  context: StepContext,
): Promise<Provided> {
  const credentials = await chooseTeamCredentials(inputs, context)
  const apple = await connect(credentials, inputs, context, session)
  session.apple = apple
  const analysis = await readForTeam(asFound, { inputs, identities, apple })
  const parts = signedParts(analysis, inputs)
  const { newCertificatePassphrase: passphrase, signingFolder } = inputs
  const kept: string[] = []
  const testDevices = await testDevicesFor(inputs, credentials, context)
  const installed = await findLocalProfiles(signingFolder, context)
  const keep = async (created: CreatedIdentity) => {
    if (passphrase === undefined) return
    const path = await keepCreated(created, signingFolder, passphrase)
    kept.push(path)
    context.log(`kept the new certificate in ${path}`)
  }
  const onChange = (change: Action) => session.changes.push(change)
  const request = { apple, inputs, ...parts, identities, testDevices, installed, keep, onChange }
  const provisioned = await provisionChosen(request, analysis, context)
  return { inputs, credentials, analysis, ...parts, provisioned: { ...provisioned, changes: session.changes }, kept }
}

async function provideFallback(
  { inputs, asFound, identities, session: { changes } }: Prepared,
  error: unknown,
  context: StepContext,
): Promise<Provided> {
  const why = isCordonError(error) ? `${error.code}: ${error.detail ?? error.title}` : 'provisioning failed'
  context.warn(`provisioning failed (${why}); trying the fallback profiles`)
  try {
    const teamId = identities.find(({ certificate }) => certificate.teamId)?.certificate.teamId
    const analysis = teamId === undefined ? asFound : readProject(inputs, teamId)
    const parts = signedParts(analysis, inputs)
    const profiles = await chooseFallback({ inputs, ...parts, identities, why: 'provisioning failed' }, context)
    const text = `provisioning failed (${why}), so fallback profiles are used`
    const warning = { subject: 'fallback', text, remedy: 'Mend what is named before the fallback profiles expire.' }
    const provisioned = { profiles, identities: [], warnings: [warning], todos: [], changes }
    return { inputs, credentials: undefined, analysis, ...parts, provisioned, kept: [] }
  } catch (second) {
    context.warn(`the fallback profiles do not help: ${second instanceof Error ? second.message : String(second)}`)
    throw error
  }
}

async function install(
  { kept, ...provided }: Provided,
  given: readonly SigningIdentity[],
  { apple, requests }: Session,
  context: StepContext,
): Promise<ProvisionedProject> {
  const { inputs, analysis, targets, uiTests } = provided
  const { profiles, identities: created } = provided.provisioned
  const identities = [...given, ...created.map(({ identity }) => identity)]
  const assets = await installAssets(profiles, identities, inputs, context)
  const distribution = projectDistribution(profiles, inputs.distribution)
  const { signingFolder } = inputs
  const update = { analysis, targets, uiTests, profiles, distribution, signingFolder }
  return {
    ...provided,
    appleRequests: requests?.() ?? 0,
    appleRequestsLeft: apple?.hourRemaining(),
    assets: { ...assets, files: [...kept, ...assets.files] },
    projectEdit: inputs.updateProject ? await updateProject(update) : undefined,
    projectDistribution: distribution,
  }
}
