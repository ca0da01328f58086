import { spawnSync } from 'node:child_process'
import { createPrivateKey, sign } from 'node:crypto'
import { Agent, request } from 'node:http'
import { parseArgs } from 'node:util'
import type { Simulator } from '@cordon/simulator/simulator'

/** What `bench simulator` measures; the names are relied on by other tools. */
export type SimulatorMetrics = {
  /** GET of a page of 20 bundle IDs, signed, over keep-alive connections; the best round. */
  readonly readsPerSecond: number
  /** Processor time of one read, client and server together, in microseconds; says more than the rate on a busy machine. */
  readonly readCpuMicros: number
  /** `startSimulator()` until it listens, in a fresh process; the median. */
  readonly startMs: number
  /** From there to the first answer over HTTP; the median. */
  readonly firstAnswerMs: number
  /** Loading the simulator's modules from their sources in that process; the median. */
  readonly loadMs: number
  /** Memory of the process before and after the mixed requests. */
  readonly rssStartMB: number
  readonly rssEndMB: number
  /** Live objects after a collection, before and after. */
  readonly heapStartMB: number
  readonly heapEndMB: number
  readonly mixedRequests: number
}

const CONNECTIONS = 16
const ROUNDS = 5

/** Flags: `--reads 6000` a round, `--mixed 100000`. Client and server share the process, so both are in the figures. */
export async function run(flags: readonly string[] = []): Promise<SimulatorMetrics> {
  const { values } = parseArgs({
    args: [...flags],
    options: { reads: { type: 'string', default: '6000' }, mixed: { type: 'string', default: '100000' } },
  })
  const starts = Array.from({ length: 5 }, startApart)
  const { startSimulator } = await import('@cordon/simulator/simulator')
  const simulator = await startSimulator({ settings: { hourlyLimit: null } })
  const client = await clientOf(simulator)
  try {
    await readRound(client, 1_000)
    const rates: number[] = []
    const cpuBefore = process.cpuUsage()
    for (let round = 0; round < ROUNDS; round += 1) rates.push(await readRound(client, Number(values.reads)))
    const cpu = process.cpuUsage(cpuBefore)
    // The log fills before the first look: what it holds at most is no growth.
    await mixed(client, 10_000, 0)
    const start = memoryMB()
    const mixedRequests = Number(values.mixed)
    await mixed(client, mixedRequests, 10_000)
    const end = memoryMB()
    return {
      readsPerSecond: Math.round(Math.max(...rates)),
      readCpuMicros: Math.round((cpu.user + cpu.system) / (ROUNDS * Number(values.reads))),
      startMs: medianOf(starts.map((one) => one.startMs)),
      firstAnswerMs: medianOf(starts.map((one) => one.firstAnswerMs)),
      loadMs: medianOf(starts.map((one) => one.loadMs)),
      rssStartMB: start.rss,
      rssEndMB: end.rss,
      heapStartMB: start.heap,
      heapEndMB: end.heap,
      mixedRequests,
    }
  } finally {
    client.agent.destroy()
    await simulator.close()
  }
}

interface Start {
  readonly loadMs: number
  readonly startMs: number
  readonly firstAnswerMs: number
}

const START_PROGRAM = `
import { get } from 'node:http'
const t0 = performance.now()
const { startSimulator } = await import(process.argv[1])
const t1 = performance.now()
const simulator = await startSimulator()
const t2 = performance.now()
await new Promise((resolve, reject) =>
  get(simulator.url + '/v1/apps', (answer) => answer.resume().on('end', resolve)).on('error', reject))
const t3 = performance.now()
await simulator.close()
process.stdout.write(JSON.stringify({ loadMs: t1 - t0, startMs: t2 - t1, firstAnswerMs: t3 - t2 }))
process.exit(0)
`

function startApart(): Start {
  const module = import.meta.resolve('@cordon/simulator/simulator')
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', START_PROGRAM, module]
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (!stdout.startsWith('{')) throw new Error(`the simulator did not start: ${stderr.slice(0, 500)}`)
  return JSON.parse(stdout)
}

interface Client {
  readonly agent: Agent
  readonly send: (method: string, path: string, body?: unknown) => Promise<number>
}

async function clientOf(simulator: Simulator): Promise<Client> {
  const { teamId } = simulator.createTeam({ name: 'Bench' })
  await simulator.seedTeam(teamId, {
    bundleIds: Array.from({ length: 100 }, (_, n) => ({ identifier: `com.bench.app${n}` })),
  })
  const token = tokenOf(simulator.createKey(teamId))
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const send: Client['send'] = (method, path, body) =>
    new Promise((resolve, reject) => {
      const outgoing = request({ agent, port: simulator.port, method, path, headers }, (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode ?? 0))
        answer.on('error', reject)
      })
      outgoing.on('error', reject)
      outgoing.end(body === undefined ? undefined : JSON.stringify(body))
    })
  return { agent, send }
}

function tokenOf(file: { keyId: string; issuerId: string | null; privateKey: string | null }): string {
  const now = Math.floor(Date.now() / 1_000)
  const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url')
  const head = encode({ alg: 'ES256', kid: file.keyId, typ: 'JWT' })
  const claims = encode({ iss: file.issuerId, iat: now, exp: now + 1_200, aud: 'appstoreconnect-v1' })
  const key = { key: createPrivateKey(file.privateKey ?? ''), dsaEncoding: 'ieee-p1363' } as const
  return `${head}.${claims}.${sign('sha256', Buffer.from(`${head}.${claims}`), key).toString('base64url')}`
}

/** Runs `count` requests over the connections and throws when one is not answered as it should be. */
async function many(count: number, one: (n: number) => Promise<number>, expected: readonly number[]): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) {
      next += 1
      const status = await one(next)
      if (!expected.includes(status)) throw new Error(`unexpected answer ${status}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
}

async function readRound({ send }: Client, count: number): Promise<number> {
  const started = performance.now()
  await many(count, () => send('GET', '/v1/bundleIds?limit=20'), [200])
  return count / ((performance.now() - started) / 1_000)
}

const READS = ['/v1/bundleIds?limit=5', '/v1/apps', '/v1/devices?filter[platform]=IOS', '/v1/bundleIds/NOPE']

/** Nine reads and refusals to one write that stays without effect after the first hundred, so that the state is bounded. */
async function mixed({ send }: Client, count: number, from: number): Promise<void> {
  const one = (n: number) => {
    if (n % 10 !== 0) return send('GET', READS[n % READS.length] ?? '')
    const identifier = `com.bench.mixed${(from + n) % 1_000}`
    const attributes = { identifier, name: 'Mixed', platform: 'IOS' }
    return send('POST', '/v1/bundleIds', { data: { type: 'bundleIds', attributes } })
  }
  await many(count, one, [200, 201, 404, 409])
}

function memoryMB(): { rss: number; heap: number } {
  if (globalThis.gc !== undefined) globalThis.gc()
  const { rss, heapUsed } = process.memoryUsage()
  const inMB = (bytes: number) => Math.round(bytes / 1024 / 102.4) / 10
  return { rss: inMB(rss), heap: inMB(heapUsed) }
}

function medianOf(values: readonly number[]): number {
  return Math.round((values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0) * 10) / 10
}
