import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPlayed, type ListedOperation, listAppleOperations } from '../src/app-store-connect/operation-list.ts'
import { registry } from '../src/app-store-connect/registry.ts'
import type { Simulator } from '../src/simulator.ts'
import { type Client, clientFor, startWithTeam, udid } from './client.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

let simulator: Simulator
let client: Client
let faulty: Client
let ids: Readonly<Record<string, readonly string[]>>

beforeAll(async () => {
  const started = await startWithTeam()
  ;({ simulator, client } = started)
  faulty = clientFor(simulator, started.file, { isChecked: false })
  ids = await simulator.seedTeam(started.teamId, {
    users: [{ username: 'kim@example.com', roles: ['DEVELOPER'] }],
    merchantIds: [{ identifier: 'merchant.com.acme.all' }],
    bundleIds: [{ identifier: 'com.acme.all', capabilities: ['PUSH_NOTIFICATIONS'] }],
    apps: [{ name: 'Acme', bundleId: 'com.acme.all' }],
    devices: [{ name: 'Phone', udid: udid(1) }],
    certificates: [{ certificateType: 'DEVELOPMENT', csrContent: SIGNING_REQUEST }],
    profiles: [{ name: 'Dev', profileType: 'IOS_APP_DEVELOPMENT', bundleId: 'com.acme.all' }],
  })
})
afterAll(() => simulator.close())

const all = listAppleOperations()
const played = all.filter((operation) => isPlayed(operation, registry))
const pathOf = ({ path, type }: ListedOperation) => path.replace('{id}', ids[type]?.[0] ?? 'NONE')

describe('what is played of Apple’s document', () => {
  it.each(played.filter(({ method }) => method === 'GET').map((operation) => [operation.id, operation] as const))(
    '%s answers 200 in its documented form, and 404 for an id that is none',
    async (id, operation) => {
      const answer = await client.get(pathOf(operation))
      expect(answer.status, answer.text).toBe(200)
      expect(Object.keys(simulator.world.journal.counts())).toContain(id)
      if (operation.path.includes('{id}')) {
        expect((await client.get(operation.path.replace('{id}', 'NONE0NONE0'))).status).toBe(404)
      }
    },
  )

  it('is refused without a token and while an agreement is missing, each operation', async () => {
    for (const operation of played) {
      const bare = await fetch(`${simulator.url}${pathOf(operation)}`, { method: operation.method })
      expect([operation.id, bare.status]).toEqual([operation.id, 401])
    }
    const [team] = simulator.world.teams.values()
    if (team === undefined) throw new Error('no team')
    team.agreementsInForce = false
    for (const operation of played) {
      const answer = await client.request(operation.method, pathOf(operation))
      expect([operation.id, answer.status]).toEqual([operation.id, 403])
    }
    team.agreementsInForce = true
  })

  it('is all that there is: every other operation answers 501 and names itself', async () => {
    const rest = all.filter((operation) => !isPlayed(operation, registry))
    expect(played.length + rest.length).toBe(all.length)
    for (const { id, method, path } of rest) {
      const answer = await faulty.request(method, path.replace('{id}', '1'))
      expect([id, answer.status, answer.error.code]).toEqual([id, 501, 'NOT_SIMULATED'])
      expect(answer.error.detail).toContain(`'${id}'`)
    }
  })
})
