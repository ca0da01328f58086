import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import { type Client, clientFor, startWithTeam } from './client.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
const GROUPS = [
  ['Crew', true, ['kim@example.com']],
  ['Friends', false, ['pat@example.net']],
]

async function groupsOf(client: Client) {
  const { list, included } = await client.get('/v1/betaGroups?include=betaTesters&sort=name')
  return list.map(({ attributes: { name, isInternalGroup }, relationships }) => {
    const linked = relationships.betaTesters?.data as { id: string }[]
    const emails = linked.map(({ id }) => included.find((one) => one.id === id)?.attributes.email)
    return [name, isInternalGroup, emails]
  })
}

describe('what the documentation seeds', () => {
  it('is a team whose app has an internal and an external group of testers', async () => {
    const [, json = ''] = /^## A seed\n\n```json\n(.*?)```/ms.exec(page('simulator.md')) ?? []
    const seed = JSON.parse(json)
    seed.teams[0].certificates[0].csrContent = SIGNING_REQUEST
    const simulator = await startSimulator({ seed })
    try {
      const [key] = simulator.seeded[0]?.keys ?? []
      if (key === undefined) throw new Error('no key')
      expect(await groupsOf(clientFor(simulator, key))).toEqual(GROUPS)
    } finally {
      await simulator.close()
    }
  })

  it('is the app of the example with the same two', async () => {
    const [, json = ''] = /curl [^']*'[^']*' -d '([^']*)' http\S*\/seed$/m.exec(page('shipping.md')) ?? []
    const { simulator, client, teamId } = await startWithTeam()
    try {
      await simulator.seedTeam(teamId, { bundleIds: [{ identifier: 'com.example.tidepool' }], ...JSON.parse(json) })
      expect(await groupsOf(client)).toEqual(GROUPS)
    } finally {
      await simulator.close()
    }
  })
})

describe('a seeded group', () => {
  let simulator: Simulator
  let teamId: string
  let app: string | undefined
  beforeAll(async () => {
    ;({ simulator, teamId } = await startWithTeam())
    const users = [{ username: 'kim@example.com' }]
    const apps = [{ name: 'Acme', bundleId: 'com.acme.app' }]
    app = (await simulator.seedTeam(teamId, { users, apps })).apps?.[0]
  })
  afterAll(() => simulator.close())

  const seedGroup = (group: object) => simulator.seedTeam(teamId, { betaGroups: [{ app, ...group }] })

  it.each([
    ['has no name', {}, 'name'],
    ['belongs to no app', { name: 'A', app: 'com.acme.gone' }, "no app 'com.acme.gone'"],
    ['has a field that is not known', { name: 'A', isExternal: true }, 'isExternal'],
    ['is internal perhaps', { name: 'A', isInternalGroup: 'yes' }, 'true or false'],
    ['has testers that are no list', { name: 'A', testers: { email: 'pat@example.net' } }, 'a list of objects'],
    ['has a tester without an address', { name: 'A', testers: [{ firstName: 'Pat' }] }, 'email'],
    ['is internal and has a link', { name: 'A', isInternalGroup: true, publicLinkEnabled: true }, 'public link'],
  ])('that %s is refused', async (_, group, reason) => {
    await expect(seedGroup(group)).rejects.toMatchObject({ detail: expect.stringContaining(reason) })
  })

  it('that is internal takes nobody from outside the team', async () => {
    const group = { name: 'Inside', isInternalGroup: true }
    const [kim, pat] = [{ email: 'kim@example.com' }, { email: 'pat@example.net' }]
    await expect(seedGroup({ ...group, testers: [kim, pat] })).rejects.toMatchObject({
      detail: expect.stringContaining('not a member of the team'),
    })
    await expect(seedGroup({ ...group, testers: [kim] })).resolves.toHaveProperty('betaGroups')
  })
})
