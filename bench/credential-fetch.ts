import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { startPostgres } from '@cordon/testkit/postgres-server'
import { startCordon } from './credential-fetch/cordon.ts'
import type { LoadResult } from './credential-fetch/load.ts'
import { type PlainTarget, startBare, startPlain } from './credential-fetch/plain.ts'
import { startSender } from './credential-fetch/sender.ts'
import { machine } from './machine.ts'

/** What `bench credential-fetch` measures; the names are relied on by other tools. */
export type CredentialFetchMetrics = {
  readonly requestsPerSecond: number
  readonly p99Ms: number
  readonly database: string
  /** Ours ÷ a plain handler that does the same token hash, indexed read, decryption and durable event. */
  readonly ratio: number
  /** Ours ÷ a handler that only sends the same bytes. */
  readonly bareRatio: number
  readonly plainRequestsPerSecond: number
  readonly bareRequestsPerSecond: number
  readonly connections: number
  readonly builds: number
}

interface Shape {
  readonly database: 'sqlite' | 'postgres'
  readonly connections: number
  /** So many that no build asks twice within the time that the server remembers a row for: real builds ask seldom. */
  readonly builds: number
  readonly seconds: number
  readonly rounds: number
}

type Targets = Readonly<Record<'cordon' | 'plain' | 'bare', Pick<PlainTarget, 'port' | 'requests'>>>

/**
 * Measures the fetch of credentials by builds: Cordon, a plain handler and a bare one take turns, so that all three meet the
 * same machine; a ratio is the median of what the rounds gave, because each round's three loads come close after one another. Flags: `--database sqlite|postgres --connections 32 --builds 1000 --seconds 1 --rounds 15`.
 */
export async function run(flags: readonly string[] = []): Promise<CredentialFetchMetrics> {
  const shape = readShape(flags)
  const postgres = shape.database === 'postgres' ? await startPostgres() : undefined
  try {
    return await measure(shape, postgres?.url)
  } finally {
    await postgres?.stop()
  }
}

function readShape(flags: readonly string[]): Shape {
  const { values } = parseArgs({
    args: [...flags],
    options: {
      database: { type: 'string', default: 'sqlite' },
      connections: { type: 'string', default: '32' },
      builds: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '1' },
      rounds: { type: 'string', default: '15' },
      json: { type: 'boolean' },
    },
  })
  const database = values.database === 'postgres' ? 'postgres' : 'sqlite'
  return {
    database,
    connections: Number(values.connections),
    builds: Number(values.builds),
    seconds: Number(values.seconds),
    rounds: Number(values.rounds),
  }
}

async function measure(shape: Shape, databaseUrl: string | undefined): Promise<CredentialFetchMetrics> {
  const cordon = await startCordon(databaseUrl, shape.builds)
  const plain = await startPlain(databaseUrl, shape.builds, cordon.body)
  const bare = await startBare(cordon.requests[0] ?? '', cordon.body)
  try {
    const results = await takeTurns(shape, { cordon, plain, bare })
    const rates = (name: keyof Targets) => results[name].map(({ requestsPerSecond }) => requestsPerSecond)
    const rate = (name: keyof Targets) => medianOf(rates(name))
    const ratioTo = (name: keyof Targets) => {
      const others = rates(name)
      return rounded(medianOf(rates('cordon').map((ours, round) => ours / (others[round] ?? Number.NaN))))
    }
    return {
      requestsPerSecond: Math.round(rate('cordon')),
      p99Ms: rounded(medianOf(results.cordon.map(({ p99Ms }) => p99Ms))),
      database: shape.database,
      ratio: ratioTo('plain'),
      bareRatio: ratioTo('bare'),
      plainRequestsPerSecond: Math.round(rate('plain')),
      bareRequestsPerSecond: Math.round(rate('bare')),
      connections: shape.connections,
      builds: shape.builds,
    }
  } finally {
    await Promise.all([cordon.close(), plain.close(), bare.close()])
  }
}

const WARM_UP_SECONDS = 2

async function takeTurns(shape: Shape, targets: Targets): Promise<Record<keyof Targets, LoadResult[]>> {
  const results: Record<keyof Targets, LoadResult[]> = { cordon: [], plain: [], bare: [] }
  const sender = startSender()
  try {
    for (let round = 0; round <= shape.rounds; round += 1) {
      for (const name of ['cordon', 'plain', 'bare'] as const) {
        // Round 0 warms up and is not counted.
        const seconds = round === 0 ? WARM_UP_SECONDS : shape.seconds
        const { port, requests } = targets[name]
        const result = await sender.send({ port, requests, connections: shape.connections, seconds })
        if (result.failed > 0) throw new Error(`${result.failed} requests to "${name}" failed`)
        if (round > 0) results[name].push(result)
      }
    }
  } finally {
    sender.close()
  }
  return results
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const metrics = await run(process.argv.slice(2))
  process.stdout.write(`${JSON.stringify({ bench: 'credential-fetch', metrics, machine: machine() })}\n`)
}
