import { existsSync } from 'node:fs'
import { isCordonError } from '@cordon/core/errors'
import { type SecretFolder, sweepSecretFolders, withSecretFolder } from '@cordon/signing/secret-folder'
import type { Credentials } from '../build-connection/find-credentials.ts'
import { stepErrors } from '../errors.ts'
import { exportOutputs } from '../export-outputs.ts'
import { invalid } from '../inputs.ts'
import type { Step, StepContext } from '../step.ts'
import { cacheOutput, cachePaths } from './caches.ts'
import { chooseLaneCredentials } from './credentials.ts'
import { INPUTS, OUTPUTS } from './declaration.ts'
import { environmentOfInstall, environmentOfLane, laneEnvironment } from './environment.ts'
import { type FastlaneCommand, fastlaneCommand, prepare, readLockedGems } from './gems.ts'
import { type FastlaneInputs, readFastlaneInputs } from './inputs.ts'
import { moveLogs, writeLog } from './logs.ts'
import { runProgram } from './program.ts'

/** How a lane was run. */
export interface LaneResult {
  /** `fastlane`, or Bundler's way to it. */
  readonly program: string
  /** What opened Apple to it. */
  readonly credentials: 'key' | 'apple-id' | 'none'
  /** Files in the deploy folder. */
  readonly logs: readonly string[]
  readonly outputs: Readonly<Record<string, string>>
}

/** Runs a lane of fastlane with the connection of the app in the variables that fastlane reads. */
export const fastlaneStep: Step<FastlaneInputs, LaneResult> = {
  id: 'fastlane',
  title: 'fastlane',
  summary:
    'runs a lane with the app’s Apple connection, or a key or Apple ID of its own, in fastlane’s own variables; key files are readable by the build’s user alone and go with the lane, and what fastlane prints is shown without the secrets',
  versions: [{ version: '0.1.0', changes: 'first version' }],
  inputs: INPUTS,
  outputs: OUTPUTS,
  readInputs: readFastlaneInputs,
  run: runLane,
  outputsOf: ({ outputs }) => outputs,
}

/** Throws `step.lane_failed` with fastlane's exit code; logs and outputs are handed on before. */
async function runLane(inputs: FastlaneInputs, context: StepContext): Promise<LaneResult> {
  await sweepSecretFolders(context.temporaryFolder, context.clock)
  if (!existsSync(inputs.workingFolder)) throw invalid('work_dir', 'an existing folder')
  if (context.variables.GEM_HOME) context.warn('GEM_HOME is set: gems are taken from and installed to that folder')
  const locked = await readLockedGems(inputs.workingFolder)
  const command = fastlaneCommand(locked, inputs.updatesFastlane)
  context.log(locked ? `fastlane ${locked.fastlane} of ${locked.file}` : 'fastlane of this machine')
  await install(command, inputs, context)
  const credentials = await chooseLaneCredentials(inputs, context)
  return withSecretFolder(context.temporaryFolder, (folder) => runWith(credentials, folder, command, inputs, context))
}

/** Gems come from elsewhere and run code of their own: they get nothing of the connection. */
function install(command: FastlaneCommand, { workingFolder }: FastlaneInputs, context: StepContext): Promise<void> {
  const options = { folder: workingFolder, environment: environmentOfInstall(context), secrets: [] }
  return prepare(command, {
    run: (program, args) => runProgram(program, args, { ...options, write: writerOf(context) }),
    works: (program, args) =>
      runProgram(program, args, { ...options, write: () => {} }).then(
        (exitCode) => exitCode === 0,
        () => false,
      ),
  })
}

async function runWith(
  credentials: Credentials | undefined,
  folder: SecretFolder,
  { fastlane: [program, ...before] }: FastlaneCommand,
  inputs: FastlaneInputs,
  context: StepContext,
): Promise<LaneResult> {
  const lane = await laneEnvironment(credentials, folder)
  const secrets = [...lane.secrets, inputs.build?.buildToken.reveal() ?? '']
  const options = {
    folder: inputs.workingFolder,
    environment: environmentOfLane(lane.variables, context),
    write: writerOf(context),
    secrets,
  }
  if (inputs.isVerbose) context.log(`set for fastlane: ${Object.keys(lane.variables).join(', ')}`)
  const verbose = inputs.isVerbose && !inputs.lane.includes('--verbose') ? ['--verbose'] : []
  const exitCode = await runProgram(program, [...before, ...inputs.lane, ...verbose], options)
  const logs = await keepLogs(inputs, context, async () => [
    ...(isFailure(exitCode) ? await tellAboutFastlane([program, ...before], secrets, inputs, context) : []),
    ...(await moveLogs(lane.logFolder, inputs.deployFolder, secrets)),
  ])
  const outputs = outputsAfter(credentials, lane, inputs, context)
  await exportOutputs(outputs, context, inputs.outputFile, OUTPUTS)
  if (exitCode !== 0)
    throw stepErrors.lane_failed({ exitCode }, { detail: `"${inputs.lane[0]}" ended with exit code ${exitCode}` })
  return { program: [program, ...before].join(' '), credentials: credentials?.kind ?? 'none', logs, outputs }
}

function writerOf({ write, log }: StepContext): (text: string) => void {
  return write ?? ((text) => log(text.trimEnd()))
}

/** A lane that a signal has ended was cancelled: nothing is wrong with fastlane, and there is little time left. */
function isFailure(exitCode: number): boolean {
  return exitCode > 0 && exitCode <= 128
}

/** What cannot be kept is a warning: how the lane has ended is not to be lost over it. */
async function keepLogs(
  { deployFolder }: FastlaneInputs,
  { log, warn }: StepContext,
  collect: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  if (deployFolder === '') return []
  try {
    const logs = await collect()
    for (const path of logs) log(`log: ${path}`)
    return logs
  } catch (error) {
    warn(`fastlane’s logs could not be kept: ${isCordonError(error) ? (error.detail ?? error.title) : String(error)}`)
    return []
  }
}

/** `fastlane env`: what its makers ask for in a report. */
async function tellAboutFastlane(
  [program, ...before]: readonly [string, ...string[]],
  secrets: readonly string[],
  { deployFolder, workingFolder }: FastlaneInputs,
  context: StepContext,
): Promise<readonly string[]> {
  let text = ''
  const write = (piece: string) => {
    text += piece
  }
  const environment = environmentOfInstall(context)
  await runProgram(program, [...before, 'env'], { folder: workingFolder, environment, secrets, write })
  return [await writeLog(deployFolder, 'fastlane_env.log', text, secrets)]
}

function outputsAfter(
  credentials: Credentials | undefined,
  { session }: { readonly session: string },
  { exportsSession, namesCaches, workingFolder }: FastlaneInputs,
  { variables, homeFolder, warn }: StepContext,
): Readonly<Record<string, string>> {
  const caches = namesCaches ? cacheOutput(cachePaths(workingFolder, homeFolder), variables) : {}
  if (!exportsSession) return caches
  if (credentials?.kind !== 'apple-id' || session === '') {
    warn('there is no session to hand on: the lane ran without an Apple ID that has one')
    return caches
  }
  return { ...caches, FASTLANE_SESSION: session, FASTLANE_USER: credentials.accountName }
}
