import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PASSWORD } from '../../server/test/harness.ts'
import { newKey, type ServerWorld, startWorld } from '../../server/test/world.ts'
import { type Desk, openDesk } from './desk.ts'

const LINE = '--bundle-id com.acme.wallet --for-version 1.1'

describe('build-number next', () => {
  let world: ServerWorld
  let desk: Desk
  beforeAll(async () => {
    world = await startWorld('sqlite')
    const dana = await world.server.setUp()
    desk = openDesk()
    await desk.run(`login --server ${world.server.url}`, { answers: [dana.email, PASSWORD] })
  })
  afterAll(async () => {
    desk.close()
    await world.close()
  })

  const buildOf = async (app: string) => {
    await desk.run(`app create '${app}'`)
    return async () => {
      const { stdout } = await desk.run(`build start --app '${app}' --json`)
      const { environment } = JSON.parse(stdout) as { environment: Record<string, string> }
      return { ...environment, CORDON_APPLE_BASE_URL: world.simulator.url }
    }
  }

  test('begins above what Apple has, for the version that is asked', async () => {
    const key = newKey(world.simulator, 'team')
    const teamId = [...world.simulator.world.teams.keys()].at(-1) ?? ''
    await world.simulator.seedTeam(teamId, {
      bundleIds: [{ identifier: 'com.acme.wallet', name: 'Wallet' }],
      apps: [{ bundleId: 'com.acme.wallet', name: 'Wallet' }],
      builds: [
        { app: 'com.acme.wallet', version: '41', versionString: '1.1' },
        { app: 'com.acme.wallet', version: '97', versionString: '1.0' },
      ],
    })
    const start = await buildOf('Wallet')
    writeFileSync(join(desk.folder, `AuthKey_${key.keyId}.p8`), key.privateKey)
    const file = `${desk.folder}/AuthKey_${key.keyId}.p8`
    await desk.run(`connection add api-key --name Key --key-file ${file} --issuer-id ${key.issuerId}`)
    await desk.run('app authorise Wallet Key')
    expect(await desk.run(`build-number next ${LINE}`, { env: await start() })).toMatchObject({
      exitCode: 0,
      stdout: '42\n',
    })
    expect((await desk.run(`build-number next ${LINE} --no-ask-apple`, { env: await start() })).stdout).toBe('43\n')
    const asPerson = await desk.run(`build-number next ${LINE} --app Wallet --above 50 --json`)
    expect(asPerson.json()).toEqual({
      bundleId: 'com.acme.wallet',
      version: '1.1',
      platform: 'ios',
      buildNumber: 51,
    })
  })

  test('says when Apple could not be asked, and what a version is', async () => {
    const start = await buildOf('No key')
    const ran = await desk.run(`build-number next ${LINE}`, { env: await start() })
    expect(ran).toMatchObject({ exitCode: 0, stdout: '1\n' })
    expect(ran.stderr).toContain('Apple was not asked')
    const wrong = await desk.run("build-number next --bundle-id com.acme.wallet --for-version 1.1-beta --app 'No key'")
    expect(wrong.exitCode).not.toBe(0)
    expect(wrong.stderr).toContain('version: must be one to three numbers')
  })
})
