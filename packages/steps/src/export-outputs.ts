import { appendFileSync } from 'node:fs'
import { withSecretFolder } from '@cordon/signing/secret-folder'
import { stepErrors } from './errors.ts'
import { writePrivately } from './private-file.ts'
import type { OutputDeclaration, StepContext } from './step.ts'

type Outputs = Readonly<Record<string, string>>

/**
 * Hands outputs to later steps, in every way that this machine knows: `envman` (Bitrise), GitHub's environment and output
 * files, and a dotenv file (0600) when one is named. Those declared sensitive are masked where a log would show them. Answers the ways that
 * were used.
 */
export async function exportOutputs(
  outputs: Outputs,
  context: StepContext,
  dotenvFile = '',
  declared: readonly OutputDeclaration[] = [],
): Promise<readonly string[]> {
  const used: string[] = []
  const sensitive = new Set(declared.filter((output) => output.sensitive).map(({ name }) => name))
  if (context.variables.GITHUB_ENV) maskOnGitHub(outputs, sensitive, context)
  if (await exportByEnvman(outputs, sensitive, context)) used.push('envman')
  for (const name of ['GITHUB_ENV', 'GITHUB_OUTPUT']) {
    const file = context.variables[name]
    if (!file) continue
    appendTo(file, toLines(outputs))
    used.push(name)
  }
  if (dotenvFile !== '') {
    await writePrivately(dotenvFile, Buffer.from(toLines(outputs)))
    used.push(dotenvFile)
  }
  return used
}

/** GitHub shows the environment of each step in its log, with what was masked before left out. */
function maskOnGitHub(outputs: Outputs, sensitive: ReadonlySet<string>, { write }: StepContext): void {
  for (const name of sensitive) {
    const value = outputs[name]?.replace(/[\r\n]+/g, ' ')
    if (value !== undefined && value !== '') write?.(`::add-mask::${value.replaceAll('%', '%25')}\n`)
  }
}

async function exportByEnvman(
  outputs: Outputs,
  sensitive: ReadonlySet<string>,
  context: StepContext,
): Promise<boolean> {
  if (!context.variables.ENVMAN_ENVSTORE_PATH) return false
  for (const [name, value] of Object.entries(outputs)) {
    const exitCode = sensitive.has(name)
      ? await addSensitive(name, value, context)
      : (await context.run('envman', ['add', '--key', name, '--value', value])).exitCode
    if (exitCode !== 0) throw stepErrors.envman_failed({ output: name }, { detail: `"${name}"` })
  }
  return true
}

/** By a file: arguments are seen by every process of the machine, and envman reads pipes but not the sockets that Node makes. */
function addSensitive(name: string, value: string, { run, temporaryFolder }: StepContext): Promise<number> {
  return withSecretFolder(temporaryFolder, async (folder) => {
    const file = await folder.writeFile('value', Buffer.from(value))
    const { exitCode } = await run('envman', ['add', '--key', name, '--sensitive', '--no-expand', '--valuefile', file])
    return exitCode
  })
}

/** Outputs are names, ids and paths of ours: one line each. */
function toLines(outputs: Outputs): string {
  return Object.entries(outputs)
    .map(([name, value]) => `${name}=${value.replace(/[\r\n]+/g, ' ')}\n`)
    .join('')
}

function appendTo(path: string, lines: string): void {
  try {
    appendFileSync(path, lines)
  } catch (cause) {
    throw stepErrors.output_unwritable({ path }, { detail: `"${path}"`, cause })
  }
}
