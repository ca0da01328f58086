import { type BuildFile, readBuildFile } from '@cordon/delivery/engine/builds/build-file'
import { type ReportedRun, reported } from '../build-connection/report.ts'
import { exportOutputs } from '../export-outputs.ts'
import type { Step, StepContext } from '../step.ts'
import { deployByAppleId } from './by-apple-id.ts'
import { deployByKey } from './by-key.ts'
import { chooseDeployCredentials } from './credentials.ts'
import { INPUTS, OUTPUTS } from './declaration.ts'
import { type DeployInputs, readDeployInputs } from './inputs.ts'
import { actionsOf, summaryOf } from './report.ts'
import { type DeployResult, type Meter, newMeter, noteDone } from './result.ts'

/** Brings a build and its store page to App Store Connect, without fastlane and on any system. */
export const deployStep: Step<DeployInputs, DeployResult> = {
  id: 'deploy',
  title: 'Deploy to App Store Connect',
  summary:
    'uploads an .ipa or .pkg, its texts and screenshots, gives it to testers and hands it to review; with an API key on any system, without fastlane',
  versions: [{ version: '0.1.0', changes: 'first version' }],
  otherNames: ['Deploy to App Store Connect', 'Deploy to iTunes Connect'],
  inputs: INPUTS,
  outputs: OUTPUTS,
  readInputs: readDeployInputs,
  run: runDeploy,
  outputsOf,
}

async function runDeploy(inputs: DeployInputs, context: StepContext): Promise<DeployResult> {
  for (const input of inputs.withoutEffect) context.warn(`${input} has no effect: fastlane is not needed`)
  if (inputs.appId !== undefined && inputs.bundleId !== undefined)
    context.warn('app_id is set, so bundle_id does not count')
  // Read first: a file that is wrong needs no way to Apple.
  const file = inputs.file === undefined ? undefined : await readBuildFile(inputs.file)
  const meter = newMeter()
  const run: ReportedRun<DeployResult> = {
    ...{ step: deployStep.id, access: inputs.build, meter },
    actions: () => actionsOf(meter),
    summary: summaryOf,
  }
  return reported(run, context, async () => {
    const result = await deploy(file, inputs, context, meter)
    noteDone(meter, result)
    await exportOutputs(outputsOf(result), context, inputs.outputFile, OUTPUTS)
    return result
  })
}

async function deploy(
  file: BuildFile | undefined,
  inputs: DeployInputs,
  context: StepContext,
  meter: Meter,
): Promise<DeployResult> {
  const credentials = await chooseDeployCredentials(inputs, context)
  return credentials.kind === 'key'
    ? deployByKey(credentials, file, inputs, context, meter)
    : deployByAppleId(credentials, file, inputs, context, meter)
}

function outputsOf(result: DeployResult): Readonly<Record<string, string>> {
  const values = {
    CORDON_APP_ID: result.appId,
    CORDON_APP_VERSION: result.version,
    CORDON_BUILD_NUMBER: result.buildNumber,
    CORDON_UPLOAD_ID: result.uploadId,
    CORDON_BUILD_ID: result.buildId,
    CORDON_TESTFLIGHT_URL: result.testflightUrl,
  }
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
