import { execFile, execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { appRoutes } from '@cordon/api/apps/routes'
import { buildRoutes } from '@cordon/api/builds/routes'
import type { StartedBuild } from '@cordon/api/builds/schema'
import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SignedIn } from './harness.ts'
import {
  authorise,
  connect,
  createApp,
  joinTeam,
  type KeyFile,
  type ServerWorld,
  startBuild,
  startWorld,
} from './world.ts'

const SOURCE = fileURLToPath(new URL('../../../test/go-client/main.go', import.meta.url))
const run = promisify(execFile)

const hasGo = canRunGo()
if (!hasGo)
  process.stdout.write('skipped: no "go" on this machine, so the Go client was not built (Debian: golang-go)\n')

function canRunGo(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe.skipIf(!hasGo)('a strict Go client of the build protocol', () => {
  let folder: string
  let world: ServerWorld
  let dana: SignedIn
  let robin: SignedIn
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cordon-go-'))
    const env = { ...process.env, GO111MODULE: 'off', CGO_ENABLED: '0' }
    await run('go', ['build', '-o', join(folder, 'client'), SOURCE], { env })
    world = await startWorld('sqlite')
    dana = await world.server.setUp()
    robin = await world.server.addPerson(dana, { email: 'robin@example.com' })
  }, 240_000)
  afterAll(async () => {
    await world?.close()
    await rm(folder, { recursive: true, force: true })
  })

  const read = async (build: Pick<StartedBuild, 'environment'>): Promise<unknown> => {
    const { stdout } = await run(join(folder, 'client'), { env: { ...process.env, ...build.environment } })
    return JSON.parse(stdout)
  }
  const NOTHING = { status: 200, appleId: false, apiKey: false, isEnterprise: false, devices: [] }

  const appWith = async (kind: KeyFile['kind']) => {
    const app = await createApp(dana)
    const key = world.newKey(kind)
    await authorise(dana, app.id, (await connect(dana, key)).id)
    return { app, key }
  }

  test('sees no connection where nothing is authorised', async () => {
    const app = await createApp(dana)
    expect(await read(await startBuild(dana, app.id))).toEqual({ ...NOTHING, reason: 'nothing_authorised' })
  })

  test.each([
    ['team', false],
    ['enterprise', true],
  ] as const)('reads a %s key, and the private key is the one that was stored', async (kind, isEnterprise) => {
    const { app, key } = await appWith(kind)
    expect(await read(await startBuild(dana, app.id))).toEqual({
      ...NOTHING,
      apiKey: true,
      keyId: key.keyId,
      issuerId: key.issuerId,
      isEnterprise,
      publicKey: publicPoint(key),
    })
  })

  test('sees no connection where only an individual key is authorised', async () => {
    const { app } = await appWith('individual')
    expect(await read(await startBuild(dana, app.id))).toEqual({ ...NOTHING, reason: 'individual_key' })
  })

  test('reads devices alone', async () => {
    const app = await createApp(robin)
    const body = { title: 'QA phone', identifier: '00008101-000A1B2C3D4E001E' }
    const { number } = await robin.client.call(testDeviceRoutes.add, { body })
    expect(await read(await startBuild(robin, app.id))).toEqual({
      ...NOTHING,
      devices: [{ id: number, title: 'QA phone', udid: body.identifier }],
      reason: 'nothing_authorised',
    })
  })

  test('sees no connection once the authorisation is suspended', async () => {
    const app = await createApp(dana)
    await joinTeam(dana, app.id, robin, 'admin')
    await authorise(dana, app.id, (await connect(robin, world.newKey())).id)
    const build = await startBuild(dana, app.id)
    expect(await read(build)).toMatchObject({ apiKey: true })
    const params = { appId: app.id, userId: robin.userId }
    await dana.client.call(appRoutes.changeMember, { params, body: { role: 'tester' } })
    expect(await read(build)).toMatchObject({ apiKey: false, appleId: false, reason: 'authorisation_suspended' })
  })

  test('is refused with a text once the build ended', async () => {
    const { app } = await appWith('team')
    const build = await startBuild(dana, app.id)
    await dana.client.call(buildRoutes.abort, { params: { buildId: build.build.id } })
    expect(await read(build)).toMatchObject({ status: 401, errorMsg: expect.stringContaining('not accepted') })
  })

  test('is refused with the reason in a build of a fork', async () => {
    const { app } = await appWith('team')
    const build = await startBuild(dana, app.id, { facts: { fromFork: true } })
    expect(await read(build)).toMatchObject({ status: 401, errorMsg: expect.stringContaining('forks') })
  })
})

/** The public point in hex, as the client prints it. */
function publicPoint({ privateKey }: KeyFile): string {
  const { x, y } = createPublicKey(privateKey).export({ format: 'jwk' })
  return `04${[x, y].map((part) => Buffer.from(part ?? '', 'base64url').toString('hex')).join('')}`
}
