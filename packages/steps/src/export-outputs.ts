import { appendFileSync, writeFileSync } from 'node:fs'
import { stepErrors } from './errors.ts'
import type { StepContext } from './step.ts'

type Outputs = Readonly<Record<string, string>>

/**
 * Hands outputs to later steps, in every way that this machine knows: `envman` (Bitrise), GitHub's environment and output
 * files, and a dotenv file when one is named. Answers the ways that were used.
 */
export async function exportOutputs(
  outputs: Outputs,
  context: StepContext,
  dotenvFile = '',
): Promise<readonly string[]> {
  const used: string[] = []
  if (await exportByEnvman(outputs, context)) used.push('envman')
  for (const name of ['GITHUB_ENV', 'GITHUB_OUTPUT']) {
    const file = context.variables[name]
    if (!file) continue
    writing(file, () => appendFileSync(file, toLines(outputs)))
    used.push(name)
  }
  if (dotenvFile !== '') {
    writing(dotenvFile, () => writeFileSync(dotenvFile, toLines(outputs), { mode: 0o600 }))
    used.push(dotenvFile)
  }
  return used
}

async function exportByEnvman(outputs: Outputs, { variables, run }: StepContext): Promise<boolean> {
  if (!variables.ENVMAN_ENVSTORE_PATH) return false
  for (const [name, value] of Object.entries(outputs)) {
    const { exitCode } = await run('envman', ['add', '--key', name, '--value', value])
    if (exitCode !== 0) throw stepErrors.envman_failed({ output: name }, { detail: `"${name}"` })
  }
  return true
}

/** Outputs are names, ids and paths of ours: one line each. */
function toLines(outputs: Outputs): string {
  return Object.entries(outputs)
    .map(([name, value]) => `${name}=${value.replace(/[\r\n]+/g, ' ')}\n`)
    .join('')
}

function writing(path: string, write: () => void): void {
  try {
    write()
  } catch (cause) {
    throw stepErrors.output_unwritable({ path }, { detail: `"${path}"`, cause })
  }
}
