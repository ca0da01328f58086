import { type AppStoreConnect, createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { isCordonError } from '@cordon/core/errors'
import { sweepSecretFolders } from '@cordon/signing/secret-folder'
import type { SigningIdentity } from '@cordon/signing/signing-identity'
import type { ProjectAnalysis } from '@cordon/xcode/analyse'
import { chooseCredentials, type StepCredentials } from '../build-connection/credentials.ts'
import { exportOutputs } from '../export-outputs.ts'
import type { Step, StepContext } from '../step.ts'
import { createdSources, loadIdentities } from './certificates.ts'
import { INPUTS, OUTPUTS } from './declaration.ts'
import { creatableKinds, signedTargets } from './desired-state.ts'
import { type AutoProvisionInputs, readAutoProvisionInputs } from './inputs.ts'
import { readForTeam, readProject } from './project-analysis.ts'
import { projectDistribution, updateProject } from './project-signing.ts'
import { provisionApp } from './provision-app.ts'
import { failureReport, reportToServer, successReport } from './report.ts'
import { type AutoProvisionResult, outputsOf } from './result.ts'
import { installAssets, keepCreated } from './signing-assets.ts'

/** Makes a project ready to be signed: reads it, provides at Apple what it needs, installs that, and sets manual signing. */
export const autoProvisionStep: Step<AutoProvisionInputs, AutoProvisionResult> = {
  id: 'auto-provision',
  title: 'iOS Auto Provision with App Store Connect API',
  summary:
    'reads the Xcode project on any system, provides bundle IDs, capabilities and profiles at Apple, installs them and sets the project to manual signing',
  inputs: INPUTS,
  outputs: OUTPUTS,
  readInputs: readAutoProvisionInputs,
  run: runAutoProvision,
  outputsOf,
}

async function runAutoProvision(inputs: AutoProvisionInputs, context: StepContext): Promise<AutoProvisionResult> {
  await sweepSecretFolders(context.temporaryFolder, context.clock)
  // The project first: what is wrong with it is found without a secret and without a request.
  const asFound = readProject(inputs)
  const identities = await readIdentities(inputs, context)
  const credentials = await chooseCredentials(inputs, context)
  const apple = connect(credentials, context)
  try {
    const analysis = await readForTeam(asFound, { inputs, identities, apple })
    const result = await provideAndInstall({ inputs, analysis, identities, credentials, apple }, context)
    await exportOutputs(outputsOf(result), context, inputs.outputFile)
    await reportToServer(inputs.build, successReport(result), context)
    return result
  } catch (error) {
    const code = isCordonError(error) ? error.code : 'step.failed'
    await reportToServer(inputs.build, failureReport(apple.requests(), code), context)
    throw error
  }
}

async function readIdentities(inputs: AutoProvisionInputs, context: StepContext): Promise<readonly SigningIdentity[]> {
  const { newCertificatePassphrase: passphrase, signingFolder } = inputs
  const made = passphrase === undefined ? [] : await createdSources(signingFolder, creatableKinds(inputs), passphrase)
  return loadIdentities([...inputs.certificates, ...made], context)
}

function connect({ key }: StepCredentials, context: StepContext): AppStoreConnect {
  const { fetch, clock, sleep, appleBaseUrls, warn } = context
  if (appleBaseUrls === undefined) return createAppStoreConnect({ key, fetch, clock, sleep })
  const baseUrl = key.kind === 'enterprise' ? appleBaseUrls.enterprise : appleBaseUrls.appStoreConnect
  warn(`asking ${baseUrl} instead of Apple`)
  return createAppStoreConnect({ key, baseUrl, fetch, clock, sleep })
}

interface Prepared {
  readonly inputs: AutoProvisionInputs
  readonly analysis: ProjectAnalysis
  readonly identities: readonly SigningIdentity[]
  readonly credentials: StepCredentials
  readonly apple: AppStoreConnect
}

async function provideAndInstall(
  { inputs, analysis, identities, credentials, apple }: Prepared,
  context: StepContext,
): Promise<AutoProvisionResult> {
  const targets = signedTargets(analysis)
  const { newCertificatePassphrase: passphrase, signingFolder } = inputs
  const kept: string[] = []
  const provisioned = await provisionApp(
    {
      apple,
      inputs,
      targets,
      identities,
      testDevices: credentials.testDevices,
      keep: async (created) => {
        if (passphrase)
          context.log(`kept the new certificate in ${await keepCreated(created, signingFolder, passphrase)}`)
      },
    },
    context,
  )
  const created = provisioned.identities.map(({ identity }) => identity)
  const assets = await installAssets(provisioned.profiles, [...identities, ...created], inputs, context)
  const distribution = projectDistribution(provisioned.profiles, inputs.distribution)
  return {
    inputs,
    credentials,
    analysis,
    targets,
    provisioned,
    appleRequests: apple.requests(),
    appleRequestsLeft: apple.rateLimit()?.hourRemaining,
    assets: { ...assets, files: [...kept, ...assets.files] },
    projectEdit: inputs.updateProject
      ? updateProject(analysis, targets, provisioned.profiles, distribution)
      : undefined,
    projectDistribution: distribution,
  }
}
