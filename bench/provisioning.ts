import { fileURLToPath } from 'node:url'
import { readDesired } from '@cordon/provisioning/engine/desired'
import { provision } from '@cordon/provisioning/engine/provision'
import { machine } from './machine.ts'
import { identifiersOf, replaySequentially } from './provisioning/sequential.ts'
import {
  DISTRIBUTIONS,
  ENTITLEMENTS,
  readShape,
  type Shape,
  sequentialFromEmpty,
  sequentialInPlace,
} from './provisioning/shape.ts'
import { clock, portalOf, startTeam, type Team, udidOf } from './provisioning/team.ts'

/** What `bench provisioning` measures; the names are relied on by other tools. Requests are counted by the simulator. */
export interface ProvisioningMetrics {
  readonly inPlaceRequests: number
  readonly fromEmptyRequests: number
  readonly inPlaceWallMs: number
  readonly fromEmptyWallMs: number
  readonly sequentialInPlaceRequests: number
  readonly sequentialFromEmptyRequests: number
  readonly sequentialInPlaceWallMs: number
  readonly sequentialFromEmptyWallMs: number
}

interface Measured {
  readonly requests: number
  readonly wallMs: number
}

const WARM_UP = readShape(
  '--bundle-ids 2 --distributions 2 --certificates 2 --devices 20 --entitlements 1 --latency 0'.split(' '),
)

/**
 * Sets up signing for an app from empty and again in place, with the engine and with the request pattern of existing engines, each
 * in a simulated team of its own. Fails when the pattern's request counts are not those of its formulas.
 */
export async function run(flags: readonly string[]): Promise<ProvisioningMetrics & Readonly<Record<string, number>>> {
  const shape = readShape(flags)
  // Whoever runs first would pay for loading and compiling the code of both sides.
  for (const work of [provisionOnce, replaySequentially]) await measureTwice(WARM_UP, work)
  const own = await measureTwice(shape, provisionOnce)
  const sequential = await measureTwice(shape, replaySequentially)
  requireCount('from empty', sequential.fromEmpty.requests, sequentialFromEmpty(shape))
  requireCount('in place', sequential.inPlace.requests, sequentialInPlace(shape))
  return {
    inPlaceRequests: own.inPlace.requests,
    fromEmptyRequests: own.fromEmpty.requests,
    inPlaceWallMs: own.inPlace.wallMs,
    fromEmptyWallMs: own.fromEmpty.wallMs,
    sequentialInPlaceRequests: sequential.inPlace.requests,
    sequentialFromEmptyRequests: sequential.fromEmpty.requests,
    sequentialInPlaceWallMs: sequential.inPlace.wallMs,
    sequentialFromEmptyWallMs: sequential.fromEmpty.wallMs,
  }
}

async function measureTwice(shape: Shape, work: (team: Team, shape: Shape) => Promise<void>) {
  const team = await startTeam(shape)
  try {
    const fromEmpty = await measure(team, () => work(team, shape))
    const inPlace = await measure(team, () => work(team, shape))
    return { fromEmpty, inPlace }
  } finally {
    await team.simulator.close()
  }
}

async function measure({ simulator }: Team, work: () => Promise<void>): Promise<Measured> {
  simulator.world.journal.reset()
  const start = performance.now()
  await work()
  return { requests: simulator.world.journal.total(), wallMs: Math.round(performance.now() - start) }
}

async function provisionOnce(team: Team, shape: Shape): Promise<void> {
  const claims = ENTITLEMENTS.slice(0, shape.entitlements).map(([entitlement, value]) => [entitlement, value] as const)
  const desired = readDesired({
    bundleIds: identifiersOf(shape).map((identifier) => ({
      identifier,
      platform: 'ios',
      entitlements: Object.fromEntries(claims),
    })),
    distributions: DISTRIBUTIONS.slice(0, shape.distributions),
    certificates: team.certificates,
    registerDevices: Array.from({ length: shape.register }, (_, index) => ({
      udid: udidOf(shape.devices + index + 1),
    })),
  })
  await provision(desired, portalOf(team), { clock })
}

function requireCount(situation: string, counted: number, expected: number): void {
  if (counted !== expected)
    throw new Error(`the sequential pattern, ${situation}, took ${counted} requests; its formula says ${expected}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const metrics = await run(process.argv.slice(2))
  process.stdout.write(`${JSON.stringify({ bench: 'provisioning', metrics, machine: machine() })}\n`)
}
