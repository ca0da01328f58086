import { spawn } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const projectRoot = dirname(dirname(fileURLToPath(import.meta.url)))

interface Check {
  readonly name: string
  readonly command: readonly [string, ...string[]]
}

const bin = (name: string) => join(projectRoot, 'node_modules/.bin', name)

/** What must hold of the sources themselves; each is one program that exits 0 when it does. */
const CHECKS: readonly Check[] = [
  { name: 'format and lint', command: [bin('biome'), 'ci', '--error-on-warnings', '.'] },
  { name: 'types', command: [bin('tsc'), '-p', 'tsconfig.json'] },
  { name: 'types of the web app', command: [bin('tsc'), '-p', 'apps/web/tsconfig.json'] },
  { name: 'layering and cycles', command: [bin('vitest'), 'run', 'test/architecture.test.ts'] },
  { name: 'generated files and docs', command: [bin('tsx'), 'scripts/generate.ts', '--check'] },
]

export interface CheckResult {
  readonly name: string
  readonly passed: boolean
}

/** Runs all checks one after the other, showing the output of those that fail. */
export async function runChecks(): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = []
  for (const check of CHECKS) {
    const startedMs = Date.now()
    const { exitCode, output } = await capture(check.command)
    const passed = exitCode === 0
    if (!passed) process.stdout.write(output)
    process.stdout.write(
      `${passed ? 'ok  ' : 'FAIL'} ${check.name} (${((Date.now() - startedMs) / 1000).toFixed(1)} s)\n`,
    )
    results.push({ name: check.name, passed })
  }
  return results
}

function capture([program, ...args]: readonly [string, ...string[]]): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ exitCode: code ?? 1, output: Buffer.concat(chunks).toString('utf8') }))
  })
}
