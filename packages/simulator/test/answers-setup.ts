import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { isPlayed, type ListedOperation, listAppleOperations } from '../src/app-store-connect/operation-list.ts'
import { registry } from '../src/app-store-connect/registry.ts'
import { ANSWERS_FOLDER } from './answers-folder.ts'

/** Answers told one by one are too many to print; these are enough to begin with. */
const SHOWN_FINDINGS = 20

/**
 * Around a whole test run: every answer of every simulator in it is written down by the processes of the run, and judged at
 * the end against Apple's document. A finding fails the run; what was covered is printed.
 */
export default function setUp(): () => Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'simulator-answers-'))
  process.env[ANSWERS_FOLDER] = folder
  return async () => {
    try {
      await judge(folder)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
}

async function judge(folder: string): Promise<void> {
  const files = readdirSync(folder)
  if (files.length === 0) return
  const { appleDocument } = await import('./document.ts')
  if (appleDocument === undefined) {
    process.stdout.write(
      '\nsimulator: ../shared/apple is absent, so answers were not checked against Apple’s document\n',
    )
    return
  }
  let answers = 0
  const findings = new Map<string, number>()
  for (const file of files) {
    for await (const line of createInterface({ input: createReadStream(join(folder, file)) })) {
      const { method, path, status, body } = JSON.parse(line)
      answers += 1
      for (const text of appleDocument.check(method, path, status, body))
        findings.set(text, (findings.get(text) ?? 0) + 1)
    }
  }
  process.stdout.write(`\n${report(answers, appleDocument.covered, findings)}`)
  // A teardown that throws is only written about; the exit code fails the run.
  if (findings.size > 0) process.exitCode = 1
}

function notAsked(played: readonly ListedOperation[], statuses: ReadonlyMap<string, unknown>): string {
  return played
    .filter(({ id }) => !statuses.has(id))
    .map(({ id }) => id)
    .join(', ')
}

function report(answers: number, covered: ReadonlySet<string>, findings: ReadonlyMap<string, number>): string {
  const statuses = new Map<string, string[]>()
  for (const entry of covered) {
    const [id = '', status = ''] = entry.split(' ')
    statuses.set(id, [...(statuses.get(id) ?? []), status].sort())
  }
  const played = listAppleOperations().filter((operation) => isPlayed(operation, registry))
  const seen = played.filter(({ id }) => statuses.has(id))
  const pairs = seen.reduce((sum, { id }) => sum + (statuses.get(id)?.length ?? 0), 0)
  const lines = [
    `simulator: ${answers} answers checked against Apple's document, ${findings.size} findings; ${seen.length} of ${played.length} played operations, ${pairs} operations × statuses; ${statuses.size - seen.length} others answered 501`,
    ...[...new Set(seen.map(({ type }) => type))].map((type) => {
      const own = seen.filter((operation) => operation.type === type)
      return `  ${type}: ${own.map(({ id, name }) => `${name} ${statuses.get(id)?.join('/')}`).join(', ')}`
    }),
    ...(seen.length < played.length && seen.length * 2 > played.length
      ? [`  not asked: ${notAsked(played, statuses)}`]
      : []),
    ...[...findings].slice(0, SHOWN_FINDINGS).map(([text, times]) => `  finding (${times} times): ${text}`),
  ]
  return `${lines.join('\n')}\n`
}
