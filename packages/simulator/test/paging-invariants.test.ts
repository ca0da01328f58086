import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { type Client, clientFor, startWithTeam } from './client.ts'

const IS_LONG = process.env.CORDON_TEST_LONG !== undefined
const PATIENCE_MS = IS_LONG ? 3_600_000 : 120_000

let simulator: Simulator
let made = 0

beforeAll(async () => {
  ;({ simulator } = await startWithTeam({ settings: { hourlyLimit: null } }))
})
afterAll(() => simulator.close())

/** What others do between two pages: add so many, remove these positions of those that are there. */
interface Meddling {
  readonly added: number
  readonly removed: readonly number[]
}

const meddling = fc.record({ added: fc.nat(3), removed: fc.array(fc.nat(40), { maxLength: 3 }) })

async function add(teamId: string, count: number): Promise<readonly string[]> {
  const bundleIds = Array.from({ length: count }, () => {
    made += 1
    return { identifier: `com.acme.paging${made}` }
  })
  const { bundleIds: ids = [] } = await simulator.seedTeam(teamId, { bundleIds })
  return ids
}

interface Others {
  readonly client: Client
  readonly teamId: string
  /** What is there now. */
  readonly present: Set<string>
  readonly everRemoved: Set<string>
}

async function meddle({ client, teamId, present, everRemoved }: Others, { added, removed }: Meddling): Promise<void> {
  for (const id of await add(teamId, added)) present.add(id)
  for (const position of removed) {
    const id = [...present][position % Math.max(present.size, 1)]
    if (id === undefined) continue
    present.delete(id)
    everRemoved.add(id)
    expect((await client.delete(`/v1/bundleIds/${id}`)).status).toBe(204)
  }
}

describe('a list that is read page by page while others write', () => {
  it(
    'gives nothing twice, and leaves out nothing that was there from beginning to end',
    async () => {
      let pages = 0
      const plans = fc.tuple(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        fc.array(meddling, { maxLength: 8 }),
      )
      await fc.assert(
        fc.asyncProperty(plans, async ([size, limit, between]) => {
          const { teamId } = simulator.createTeam({ name: 'Acme' })
          const client = clientFor(simulator, simulator.createKey(teamId))
          const atFirst = await add(teamId, size)
          const others: Others = { client, teamId, present: new Set(atFirst), everRemoved: new Set() }
          const seen: string[] = []
          let next: string | undefined = `/v1/bundleIds?limit=${limit}`
          for (let page = 0; next !== undefined; page += 1) {
            const answer = await client.get(next)
            seen.push(...answer.list.map((item) => item.id))
            await meddle(others, between[page] ?? { added: 0, removed: [] })
            next = answer.links.next
            pages += 1
          }
          expect(new Set(seen).size).toBe(seen.length)
          for (const id of atFirst) if (!others.everRemoved.has(id)) expect(seen).toContain(id)
        }),
        { numRuns: IS_LONG ? 1_000 : 25 },
      )
      expect(pages).toBeGreaterThan(25)
    },
    PATIENCE_MS,
  )
})
