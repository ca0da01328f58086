import { accountRoutes } from '@cordon/api/accounts/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import { buildRoutes } from '@cordon/api/builds/routes'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { type AppId, isId } from '@cordon/core/ids'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { PASSWORD, type SignedIn } from '../../server/test/harness.ts'
import {
  authorise,
  type ConnectionId,
  codeOf,
  connect,
  createApp,
  fetchPortalData,
  joinTeam,
  type ServerWorld,
  startBuild,
  startWorld,
} from '../../server/test/world.ts'
import { type Desk, openDesk } from './desk.ts'

// What docs/guides/taking-access-back.md says.

let world: ServerWorld
let dana: SignedIn
let desk: Desk
let apps = 0
let name: string
let appId: AppId
let connectionId: ConnectionId

beforeAll(async () => {
  world = await startWorld('sqlite')
  dana = await world.server.setUp()
  desk = openDesk()
  await desk.run(`login --server ${world.server.url}`, { answers: [dana.email, PASSWORD] })
})
afterAll(async () => {
  desk.close()
  await world.close()
})
beforeEach(async () => {
  apps += 1
  name = `Wallet ${apps}`
  appId = (await createApp(dana, name)).id
  connectionId = (await connect(dana, world.newKey(), `Key ${apps}`)).id
  await authorise(dana, appId, connectionId)
})

const reasonOf = async (build: Parameters<typeof fetchPortalData>[0]) =>
  ((await fetchPortalData(build)).body.cordon as { reason: string } | undefined)?.reason

async function actionsOf(): Promise<string> {
  return (await desk.run(`audit list --app '${name}'`)).stdout
}

test('a build is aborted from outside: its token stops at once, and other names and ids are refused', async () => {
  const build = await startBuild(dana, appId)
  expect((await fetchPortalData(build)).status).toBe(200)
  const ran = await desk.run(`build abort ${build.build.id}`)
  expect(ran).toMatchObject({
    exitCode: 0,
    stdout: `aborted build 1 of "${name}"; what it fetched before stays with it\n`,
  })
  expect((await fetchPortalData(build)).status).toBe(401)
  expect(await desk.run(`build abort ${build.build.id}`)).toMatchObject({ exitCode: 6 })
  expect(await desk.run('build abort 1')).toMatchObject({
    exitCode: 5,
    stderr: expect.stringContaining('"1" is not the id of a build\n'),
  })
  expect(await actionsOf()).toMatch(/build\.ended .*abort/)
})

test('an authorisation is withdrawn: a build that runs gets nothing more, until an admin chooses again', async () => {
  const build = await startBuild(dana, appId)
  expect(await reasonOf(build)).toBeUndefined()
  const ran = await desk.run(`app withdraw '${name}'`)
  expect(ran).toMatchObject({
    exitCode: 0,
    stdout: `"${name}" does not use "Key ${apps}" any more; what builds fetched before stays with them\n`,
  })
  expect(await reasonOf(build)).toBe('nothing_authorised')
  expect(await desk.run(`app withdraw '${name}'`)).toMatchObject({ exitCode: 5 })
  expect(await actionsOf()).toContain('connection.withdrawn')
})

test('only the named type is withdrawn', async () => {
  expect(await desk.run(`app withdraw '${name}' --type apple-id`)).toMatchObject({ exitCode: 5 })
  const build = await startBuild(dana, appId)
  expect(await reasonOf(build)).toBeUndefined()
  const done = await desk.run(`app withdraw '${name}' --type api-key --json`)
  expect(done.json()).toEqual({ appId, withdrawn: [{ type: 'app_store_connect_api_key', connectionId }] })
})

test('a connection is taken back from one app by its owner, or removed for all; running builds get nothing more', async () => {
  const build = await startBuild(dana, appId)
  await dana.client.call(connectionRoutes.revokeUse, { params: { connectionId, appId } })
  expect(await reasonOf(build)).toBe('nothing_authorised')
  await authorise(dana, appId, connectionId)
  const next = await startBuild(dana, appId)
  expect((await fetchPortalData(next)).status).toBe(200)
  expect((await desk.run(`connection remove ${connectionId} --yes`)).exitCode).toBe(0)
  expect(await reasonOf(next)).toBe('nothing_authorised')
})

test('a revoked trigger token starts no build; one that it has started goes on', async () => {
  const params = { appId }
  const body = { name: 'CI', expiresInDays: 365 }
  const { token, triggerToken } = await dana.client.call(buildRoutes.createTriggerToken, { params, body })
  const env = { CORDON_SERVER: world.server.url, CORDON_TRIGGER_TOKEN: token }
  const started = (await desk.run('build start --json', { env })).json<{ buildUrl: string; buildToken: string }>()
  await dana.client.call(buildRoutes.revokeTriggerToken, { params: { appId, triggerTokenId: triggerToken.id } })
  expect(await desk.run('build start', { env })).toMatchObject({ exitCode: 4 })
  expect((await fetchPortalData(started)).status).toBe(200)
  expect(await actionsOf()).toContain('trigger_token.revoked')
})

test('a new password ends the other sessions and leaves personal tokens; those are revoked one by one', async () => {
  const kim = await world.server.addPerson(dana, { email: 'kim@example.com' })
  const body = { name: 'laptop', scopes: ['read', 'write'] as ('read' | 'write')[] }
  const { token, personalToken } = await kim.client.call(accountRoutes.createPersonalToken, { body })
  const laptop = { CORDON_SERVER: world.server.url, CORDON_TOKEN: token }
  const changed = await kim.fetch('/api/v1/me/password', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ currentPassword: kim.password, newPassword: 'another horse battery' }),
  })
  expect(changed.status).toBe(204)
  expect((await kim.fetch('/api/v1/me')).status).toBe(401)
  expect((await desk.run('whoami', { env: laptop })).exitCode).toBe(0)
  const client = world.server.client({ authorization: `Bearer ${token}` })
  await client.call(accountRoutes.revokePersonalToken, { params: { personalTokenId: personalToken.id } })
  expect((await desk.run('whoami', { env: laptop })).exitCode).toBe(4)
})

test('whoever is disabled is out everywhere, and what they connected is suspended for the apps of others', async () => {
  const robin = await world.server.addPerson(dana, { email: 'robin@example.com' })
  await joinTeam(dana, appId, robin, 'admin')
  await authorise(dana, appId, (await connect(robin, world.newKey(), "Robin's key")).id)
  const token = (
    await robin.client.call(accountRoutes.createPersonalToken, { body: { name: 'laptop', scopes: ['read'] } })
  ).token
  const build = await startBuild(dana, appId)
  const userId = robin.userId
  if (!isId('user', userId)) throw new Error('no id')
  await dana.client.call(accountRoutes.changePerson, { params: { userId }, body: { disabled: true } })
  expect((await robin.fetch('/api/v1/me')).status).toBe(401)
  const env = { CORDON_SERVER: world.server.url, CORDON_TOKEN: token }
  expect((await desk.run('whoami', { env })).exitCode).toBe(4)
  expect(await reasonOf(build)).toBe('authorisation_suspended')
  expect(await actionsOf()).toContain('connection.suspended')
})

test('who leaves a team takes along what they connected: the authorisation is suspended', async () => {
  const alex = await world.server.addPerson(dana, { email: 'alex@example.com' })
  await joinTeam(dana, appId, alex, 'admin')
  await authorise(dana, appId, (await connect(alex, world.newKey(), "Alex's key")).id)
  const build = await startBuild(dana, appId)
  const userId = alex.userId
  if (!isId('user', userId)) throw new Error('no id')
  await dana.client.call(appRoutes.removeMember, { params: { appId, userId } })
  expect(await reasonOf(build)).toBe('authorisation_suspended')
  expect(await codeOf(alex.client.call(appRoutes.read, { params: { appId } }))).toBe('app.not_found')
})

test('an invitation is made, also where --json stands at the end', async () => {
  const ran = await desk.run('people invite --note Kim --json')
  expect(ran.json()).toMatchObject({ url: expect.stringContaining('/invitation#token='), invitation: { note: 'Kim' } })
  expect(ran.exitCode).toBe(0)
})
