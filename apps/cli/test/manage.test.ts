import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { appRoutes } from '@cordon/api/apps/routes'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { type AppId, isId } from '@cordon/core/ids'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fragmentToken, PASSWORD, type SignedIn } from '../../server/test/harness.ts'
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

let world: ServerWorld
let dana: SignedIn
let robin: SignedIn
let desk: Desk
let other: Desk
let count = 0
let name: string
let appId: AppId
let connectionId: ConnectionId

beforeAll(async () => {
  world = await startWorld('sqlite')
  dana = await world.server.setUp()
  robin = await world.server.addPerson(dana, { email: 'robin@example.com', name: 'Robin' })
  desk = openDesk()
  other = openDesk()
  await desk.run(`login --server ${world.server.url}`, { answers: [dana.email, PASSWORD] })
  await other.run(`login --server ${world.server.url}`, { answers: [robin.email, PASSWORD] })
})
afterAll(async () => {
  desk.close()
  other.close()
  await world.close()
})
beforeEach(async () => {
  count += 1
  name = `Wallet ${count}`
  appId = (await createApp(dana, name)).id
  connectionId = (await connect(dana, world.newKey(), `Key ${count}`)).id
  await authorise(dana, appId, connectionId)
})

const actionsOf = async (app = name) => (await desk.run(`audit list --app '${app}'`)).stdout

describe('trigger tokens', () => {
  test('one is shown once on standard output, starts builds, is listed without its text, and is revoked', async () => {
    const made = await desk.run(`app trigger-token create '${name}' 'GitHub Actions' --days 30`)
    const token = made.stdout.trim()
    expect(token).toMatch(/^cdn_trg_/)
    expect(made.stderr).toMatch(/^the token starts builds of "Wallet \d+" until .*, and is shown only now\n$/)
    const env = { CORDON_SERVER: world.server.url, CORDON_TRIGGER_TOKEN: token }
    expect((await desk.run('build start', { env })).exitCode).toBe(0)
    const listed = await desk.run(`app trigger-token list '${name}'`)
    expect(listed.stdout).toMatch(
      /^GitHub Actions +Dana +\d{4}-\d\d-\d\d +\d{4}-\d\d-\d\d \d\d:\d\d +\d{4}-\d\d-\d\d +trg_/m,
    )
    expect(listed.stdout).not.toContain(token)
    expect(await desk.run(`app trigger-token revoke '${name}' 'GitHub Actions'`)).toMatchObject({
      exitCode: 0,
      stdout: 'revoked "GitHub Actions"; builds that it has started go on\n',
    })
    expect((await desk.run('build start', { env })).exitCode).toBe(4)
    expect(await actionsOf()).toMatch(/trigger_token\.revoked/)
  })

  test('as JSON it is shown with its id, and one may live until it is revoked', async () => {
    const made = (await desk.run(`app trigger-token create '${name}' CI --never-expires --json`)).json<{
      token: string
      triggerToken: { id: string; expiresAt: string | null }
    }>()
    expect(made).toMatchObject({ token: expect.stringMatching(/^cdn_trg_/), triggerToken: { expiresAt: null } })
    expect((await desk.run(`app trigger-token list '${name}'`)).stdout).toMatch(/^CI .* never +never +trg_/m)
    expect((await desk.run(`app trigger-token revoke ${appId} ${made.triggerToken.id} --json`)).json()).toEqual({
      revoked: made.triggerToken.id,
    })
  })

  test.each([
    [`create 'APP' CI --days 0`, 2, 'a whole number from 1'],
    [`create 'APP' CI --days 5000`, 2, 'a whole number from 1 to 3650'],
    [`create 'APP' CI --days 5 --never-expires`, 2, 'cannot be used with'],
    [`create 'APP'`, 2, "missing required argument 'name'"],
    [`create Nowhere CI`, 5, 'cli.app_unknown'],
    [
      `revoke 'APP' Nothing`,
      5,
      '"Nothing" is no name or id of a trigger token of "APP"; "cordon app trigger-token list" shows them',
    ],
    ['list', 2, "missing required argument 'app'"],
  ])('%s exits with %i and says why', async (command, exitCode, why) => {
    const ran = await desk.run(`app trigger-token ${command.replaceAll('APP', name)}`)
    expect(ran).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(why.replaceAll('APP', name)) })
  })

  test('a developer of the app makes none', async () => {
    await joinTeam(dana, appId, robin, 'developer')
    const ran = await other.run(`app trigger-token create '${name}' CI`)
    expect(ran).toMatchObject({ exitCode: 4, stdout: '', stderr: expect.stringContaining('access.forbidden') })
  })
})

describe('an app', () => {
  test('is deleted when its name is typed; builds that run lose access, and its log stays and holds', async () => {
    const build = await startBuild(dana, appId)
    for (const answers of [['Wallet'], ['']]) {
      const kept = await desk.run(`app delete '${name}'`, { answers })
      expect(kept).toMatchObject({ exitCode: 6, stdout: '' })
      expect(kept.stderr).toContain(`error: nothing was done: "${name}" stays; "${answers[0]}" is not its name\n`)
      expect(kept.stderr).toContain(`hint: type "${name}" when asked, capitals and blanks as they are here, or give it`)
    }
    const unasked = await desk.run(`app delete ${appId}`)
    expect(unasked).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('give --confirm with its name') })
    expect((await desk.run(`app delete ${appId} --confirm ${appId}`)).exitCode).toBe(6)
    const ran = await desk.run(`app delete '${name}'`, { answers: [name] })
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`deleted "${name}" (${appId})`) })
    expect((await fetchPortalData(build)).status).toBe(401)
    expect((await desk.run('app list')).stdout).not.toContain(`${name} `)
    const { items } = (await desk.run('audit list --action app.deleted --json')).json<{
      items: { action: string; object: { id: string } }[]
    }>()
    expect(items[0]).toMatchObject({ action: 'app.deleted', object: { id: appId } })
    expect(items.every(({ action }) => action === 'app.deleted')).toBe(true)
    expect((await desk.run('audit verify')).stdout).toContain(`intact: ${appId}, `)
  })

  test('is deleted without a question where --confirm gives the name, and by its owner only', async () => {
    await joinTeam(dana, appId, robin, 'admin')
    const admin = await other.run(`app delete '${name}' --confirm '${name}'`)
    expect(admin).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('access.forbidden') })
    const ran = await desk.run(`app delete ${appId} --confirm '${name}' --json`)
    expect(ran.json()).toEqual({ deleted: appId })
    expect(await codeOf(dana.client.call(appRoutes.read, { params: { appId } }))).toBe('app.not_found')
  })

  test('is renamed and given to another member', async () => {
    await joinTeam(dana, appId, robin, 'developer')
    expect((await desk.run(`app rename '${name}' 'Purse ${count}'`)).stdout).toBe(`"${name}" is "Purse ${count}" now\n`)
    const kept = await desk.run(`app transfer ${appId} ${robin.email}`, { answers: [false] })
    expect(kept).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('keeps its owner') })
    const given = await desk.run(`app transfer ${appId} ${robin.email} --yes`)
    expect(given.stdout).toBe(`Robin is the owner of "Purse ${count}"\n`)
    expect((await other.run(`app members ${appId}`)).stdout).toMatch(/dana@example.com +admin /)
  })

  test('has a team whose roles change and who can be taken out', async () => {
    await joinTeam(dana, appId, robin, 'developer')
    expect((await desk.run(`app set-role '${name}' ${robin.email} tester`)).stdout).toBe(
      `Robin is tester of "${name}"\n`,
    )
    expect((await desk.run(`app set-role '${name}' ${robin.email} owner`)).exitCode).toBe(2)
    expect((await desk.run(`app remove-member '${name}' ${robin.userId}`)).stdout).toBe(
      `Robin is not in the team of "${name}" any more\n`,
    )
    expect((await other.run(`app members ${appId}`)).exitCode).toBe(5)
    const owner = await desk.run(`app remove-member '${name}' ${dana.email}`)
    expect(owner).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('app.owner_fixed') })
    expect((await desk.run(`app remove-member '${name}' ${robin.email}`)).exitCode).toBe(5)
  })

  test('has invitations that are listed and taken back', async () => {
    const { url } = (await desk.run(`app invite '${name}' --role tester --note Kim --json`)).json<{ url: string }>()
    expect((await desk.run(`app invitations '${name}'`)).stdout).toMatch(/^Kim +tester +Dana .* inv_/m)
    expect((await desk.run(`app revoke-invitation '${name}' Kim`)).exitCode).toBe(0)
    expect((await desk.run(`app invitations '${name}'`)).stdout).toBe('no open invitations\n')
    const accepting = await robin.fetch('/api/v1/invitations/accept', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: fragmentToken(url) }),
    })
    expect(accepting.status).toBe(410)
  })

  test('has builds that are shown with what CI told of them', async () => {
    const { build } = (await desk.run(`build start --app '${name}' --branch main --commit 4f1c0de --json`)).json<{
      build: { id: string }
    }>()
    const shown = await desk.run(`build show ${build.id}`)
    expect(shown.stdout).toContain(`build:          1 of "${name}" (${build.id})\nstate:          running\n`)
    expect(shown.stdout).toMatch(/branch: +main\ncommit: +4f1c0de\n/)
    expect((await desk.run('build show 7')).exitCode).toBe(5)
    const forged = (
      await desk.run(`build start --app '${name}' --branch 'main\nstate:          success' --json`)
    ).json<{ build: { id: string } }>()
    expect((await desk.run(`build show ${forged.build.id}`)).stdout).toMatch(/^branch: +main state: +success$/m)
    const events = await desk.run(`audit list --build ${build.id} --action build.started --json`)
    expect(events.json<{ items: unknown[] }>().items).toHaveLength(1)
    expect((await desk.run('audit list --build 7')).stderr).toContain('"7" is not the id of a build')
    expect((await desk.run(`audit list --build ${build.id} --app '${name}'`)).exitCode).toBe(2)
  })
})

describe('a connection', () => {
  const read = () => dana.client.call(connectionRoutes.read, { params: { connectionId } })

  test('gets another name, and another key that apps go on with', async () => {
    expect((await desk.run(`connection rename 'Key ${count}' 'Acme ${count}'`)).stdout).toBe(
      `"Key ${count}" is "Acme ${count}" now\n`,
    )
    const key = world.newKey()
    const path = join(desk.folder, `AuthKey_${key.keyId}.p8`)
    writeFileSync(path, key.privateKey)
    const ran = await desk.run(`connection replace-key 'Acme ${count}' --key-file ${path} --issuer-id ${key.issuerId}`)
    expect(ran).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(`has the key ${key.keyId}\n`) })
    expect(ran.stdout).not.toContain(key.privateKey.split('\n')[1])
    expect(await read()).toMatchObject({ summary: { keyId: key.keyId }, usedBy: [{ appId, state: 'active' }] })
    expect((await desk.run(`connection replace-key 'Acme ${count}' --key-file nowhere.p8`)).exitCode).toBe(3)
  })

  test('is restricted to who connected it, and opened again', async () => {
    expect((await desk.run(`connection restrict ${connectionId}`)).stdout).toBe(`only you choose "Key ${count}"\n`)
    expect((await read()).restricted).toBe(true)
    expect((await desk.run(`connection restrict ${connectionId} --off`)).exitCode).toBe(0)
    expect((await read()).restricted).toBe(false)
  })

  test('is taken back from one app, whose builds get nothing from then on', async () => {
    const build = await startBuild(dana, appId)
    const ran = await desk.run(`connection revoke-use 'Key ${count}' '${name}'`)
    expect(ran.stdout).toBe(`"${name}" does not use "Key ${count}" any more\n`)
    expect((await fetchPortalData(build)).body.cordon).toMatchObject({ reason: 'nothing_authorised' })
    const again = await desk.run(`connection revoke-use 'Key ${count}' '${name}'`)
    expect(again).toMatchObject({
      exitCode: 5,
      stderr: expect.stringContaining(`is no name or id of an app that uses "Key ${count}"`),
    })
  })

  test('is given to somebody else after the password; they are told', async () => {
    const ran = await desk.run(`connection transfer 'Key ${count}' ${robin.email} --yes --password-stdin`, {
      stdin: PASSWORD,
    })
    expect(ran).toMatchObject({ exitCode: 0, stdout: `"Key ${count}" belongs to ${robin.email} now\n` })
    expect((await other.run('connection list')).stdout).toContain(`Key ${count} `)
    expect((await other.run('notices')).stdout).toMatch(/ new +.*Key/)
    expect((await other.run('notices --mark-read')).exitCode).toBe(0)
    expect((await other.run('notices')).stdout).not.toMatch(/ new +/)
  })
})

test('a test device is removed by title, UDID or id', async () => {
  const udids = ['00008101-000A1B2C3D4E0101', '00008101-000A1B2C3D4E0102', '00008101-000A1B2C3D4E0103'] as const
  for (const [index, udid] of udids.entries()) await desk.run(`device add 'Phone ${index}' ${udid}`)
  const { items } = (await desk.run('device list --json')).json<{ items: { id: string; identifier: string }[] }>()
  const third = items.find(({ identifier }) => identifier === udids[2])?.id ?? ''
  if (!isId('testDevice', third)) throw new Error('no id')
  for (const wanted of [`'Phone 0'`, udids[1], third])
    expect(await desk.run(`device remove ${wanted}`)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('at Apple it stays registered'),
    })
  expect((await desk.run('device list')).stdout).toContain('no test devices yet')
  expect((await desk.run('device remove Phone')).exitCode).toBe(5)
})
