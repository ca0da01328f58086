import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { buildApiRoutes } from '@cordon/api/builds/routes'
import { Secret } from '@cordon/core/secret'
import { STARTER_TOKEN_VARIABLES } from '@cordon/steps/child-environment'
import type { Command } from 'commander'
import { type Context, note } from '../context.ts'
import { cliErrors } from '../errors.ts'
import { topLevel } from '../overview.ts'
import { buildClient } from '../running-build.ts'
import { type FactOptions, startBuild } from '../start-build.ts'
import { addFactOptions } from './build.ts'

type GetContext = (command: Command) => Context

/** Signals that are passed on to the command, so that it can end in its own way. */
const FORWARDED: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

export function addRunCommand(program: Command, getContext: GetContext, setExitCode: (code: number) => void): void {
  addFactOptions(topLevel(program, 'run'))
    .argument('<command...>', 'program and its arguments, after --')
    .passThroughOptions()
    .action(async (commandLine: string[], options: FactOptions, command: Command) => {
      setExitCode(await run(getContext(command), options, commandLine))
    })
}

/** Starts a build, runs the command in its environment, and ends the build whatever happens. Answers the command's exit code. */
async function run(context: Context, options: FactOptions, [program, ...args]: string[]): Promise<number> {
  if (program === undefined)
    throw cliErrors.missing_option({ option: 'COMMAND' }, { detail: 'the command to run, after --' })
  const started = await startBuild(context, options)
  note(context, `build ${started.build.number} of "${started.build.appName}": ${started.buildUrl}\n`)
  const { client, buildId } = buildClient(context, started.buildUrl, new Secret(started.buildToken))
  let exitCode = 1
  try {
    exitCode = await runChild(context, program, args, started.environment)
    return exitCode
  } finally {
    const outcome = exitCode === 0 ? 'success' : 'failure'
    await client.call(buildApiRoutes.end, { params: { buildId }, body: { outcome } })
    note(context, `build ${started.build.number} ended: ${outcome}\n`)
  }
}

function runChild(
  context: Context,
  program: string,
  args: readonly string[],
  build: Readonly<Record<string, string>>,
): Promise<number> {
  const env = { ...context.environment.variables, ...build }
  for (const name of STARTER_TOKEN_VARIABLES) delete env[name]
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env, cwd: context.environment.workingFolder })
    const stopForwarding = forwardSignals(child)
    child.on('error', (cause) => {
      stopForwarding()
      reject(cliErrors.command_not_started({ command: program }, { detail: `"${program}"`, cause }))
    })
    child.on('close', (code, signal) => {
      stopForwarding()
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0))
    })
  })
}

function forwardSignals(child: ChildProcess): () => void {
  const handlers = FORWARDED.map((signal) => ({ signal, handler: () => child.kill(signal) }))
  for (const { signal, handler } of handlers) process.on(signal, handler)
  return () => {
    for (const { signal, handler } of handlers) process.off(signal, handler)
  }
}
