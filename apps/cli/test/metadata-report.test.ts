import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { accountRoutes } from '@cordon/api/accounts/routes'
import { expect, test } from 'vitest'
import { startWorld } from '../../server/test/world.ts'
import { type Desk, openDesk } from './desk.ts'

const BUNDLE_ID = 'com.acme.tidepool'

/** The events that a build's own word has made, newest first. */
async function reports(desk: Desk, env: Readonly<Record<string, string>>) {
  const { items } = (await desk.run('audit list --app Tidepool --json', { env })).json<{
    items: { action: string; summary: string; details: object }[]
  }>()
  return items.filter(({ action }) => action === 'step.reported')
}

test('what a build changes on the store page is in the audit log, what it cannot do too, and who asked for the key is listed', async () => {
  const world = await startWorld('sqlite')
  const desk = openDesk()
  try {
    const dana = await world.server.setUp()
    const { token } = await dana.client.call(accountRoutes.createPersonalToken, {
      body: { name: 'laptop', scopes: ['read', 'write'] },
    })
    const person = { CORDON_SERVER: world.server.url, CORDON_TOKEN: token }
    const { teamId } = world.simulator.createTeam({ name: 'Acme' })
    const seeded = await world.simulator.seedTeam(teamId, {
      apps: [{ name: 'Tidepool', bundleId: BUNDLE_ID, versions: [{ versionString: '1.0' }] }],
      builds: [{ app: BUNDLE_ID, version: '7', versionString: '1.0', usesNonExemptEncryption: false }],
    })
    const [buildId] = seeded.builds ?? []
    const key = world.simulator.createKey(teamId)
    writeFileSync(join(desk.folder, `AuthKey_${key.keyId}.p8`), key.privateKey ?? '')
    await desk.run(
      `connection add api-key --name Acme --key-file ${desk.folder}/AuthKey_${key.keyId}.p8 --issuer-id ${key.issuerId}`,
      {
        env: person,
      },
    )
    await desk.run('app create Tidepool', { env: person })
    await desk.run('app authorise Tidepool Acme', { env: person })
    const { environment } = (await desk.run('build start --app Tidepool --json', { env: person })).json<{
      environment: Record<string, string>
    }>()
    const build = { ...environment, CORDON_APPLE_BASE_URL: world.simulator.url, bundle_id: BUNDLE_ID }
    const folder = join(desk.folder, 'fastlane/metadata/en-US')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'description.txt'), 'All about tides.')

    const pushed = await desk.run('metadata push --yes', { env: build })
    expect(pushed, pushed.stderr).toMatchObject({ exitCode: 0 })
    expect(await reports(desk, person)).toMatchObject([
      {
        details: {
          step: 'metadata push',
          outcome: 'success',
          actions: [{ action: 'write-store-page', subject: 'version 1.0', outcome: 'done' }],
        },
      },
    ])

    writeFileSync(join(folder, 'keywords.txt'), 'tide')
    const before = (await reports(desk, person)).length
    expect((await desk.run('metadata push', { env: build, answers: [false] })).exitCode).toBe(6)
    expect(await reports(desk, person), 'nothing is done, and nothing told, when a person says no').toHaveLength(before)
    expect((await desk.run('metadata push', { env: build })).exitCode).toBe(6)
    expect((await reports(desk, person))[0], 'where nobody can be asked, it is a failure').toMatchObject({
      details: { outcome: 'failure', actions: [], summary: 'cli.not_confirmed' },
    })
    rmSync(join(folder, 'keywords.txt'))

    const operation = 'appStoreVersionLocalizations_updateInstance'
    world.simulator.world.faults.add({ operation, kind: 'status', status: 409, times: 99 })
    writeFileSync(join(folder, 'description.txt'), 'All about tides and moons.')
    writeFileSync(join(folder, '../copyright.txt'), '2026 Acme')
    expect((await desk.run('metadata push --yes', { env: build })).exitCode).not.toBe(0)
    expect((await reports(desk, person))[0], 'what Apple took before the refusal').toMatchObject({
      details: {
        step: 'metadata push',
        outcome: 'failure',
        actions: [{ action: 'write-store-page', subject: 'version 1.0', outcome: 'done', reason: '1 write' }],
      },
    })
    world.simulator.world.faults.clear()

    const submit = `metadata submit --build-id ${buildId}`
    expect((await desk.run(submit, { env: build })).exitCode, 'the page lacks nearly everything').not.toBe(0)
    expect((await reports(desk, person))[0], 'the build that stays attached').toMatchObject({
      details: {
        step: 'metadata submit',
        outcome: 'failure',
        actions: [{ action: 'attach-build', subject: 'version 1.0', reason: `build ${buildId}` }],
      },
    })

    expect((await desk.run('metadata release', { env: build })).exitCode).not.toBe(0)
    expect((await reports(desk, person))[0]).toMatchObject({
      details: { step: 'metadata release', outcome: 'failure' },
    })
    const { stdout } = await desk.run('audit list --app Tidepool', { env: person })
    expect(stdout).toMatch(/credentials\.released .*\(asked by cordon\/\d/)
  } finally {
    desk.close()
    await world.close()
  }
})
