import { profileText } from '@cordon/signing/profile/content'
import { profiles } from '@cordon/simulator/app-store-connect/profiles/store'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { storeOf } from '@cordon/simulator/world/team'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readDesired } from '../src/engine/desired.ts'
import { provision } from '../src/engine/provision.ts'
import { type AppleTeam, clock, sleep, startTeam, udidOf } from './apple-team.ts'

// Entitlements that Apple grants on request come with a template that a person chooses on the portal. No key can do that,
// and the simulator offers it to nobody: the profile is changed in its store and signed anew, as if a person had made it.

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator()
})
afterAll(() => simulator.close())

const APP = 'com.acme.app'
const CARPLAY = 'com.apple.developer.carplay-audio'

const wish = (apple: AppleTeam, entitlements: Readonly<Record<string, unknown>>, newDevice = false) =>
  readDesired({
    bundleIds: [{ identifier: APP, platform: 'ios', entitlements }],
    distributions: ['development'],
    certificates: apple.certificates,
    registerDevices: newDevice ? [{ udid: udidOf(9), name: 'iPhone of Ann' }] : [],
  })
const run = (apple: AppleTeam, ...rest: [Readonly<Record<string, unknown>>, boolean?]) =>
  provision(wish(apple, ...rest), apple.portal(), { clock, sleep })

function stored({ teamId }: AppleTeam) {
  const team = simulator.world.teams.get(teamId)
  if (team === undefined) throw new Error('no such team')
  return storeOf(team, profiles)
}

/** A team whose only profile a person has made with an entitlement that Apple granted. */
async function teamWithGrant(): Promise<AppleTeam> {
  const apple = await startTeam(simulator)
  await run(apple, {})
  const [profile] = stored(apple).values()
  if (profile === undefined) throw new Error('no profile was made')
  const plist = profileText(Buffer.from(profile.content, 'base64'))
  const granted = plist.replace(/<key>Entitlements<\/key>\s*<dict>/, `$&<key>${CARPLAY}</key><true/>`)
  expect(granted).not.toBe(plist)
  const cms = await simulator.world.authority.signProfile(Buffer.from(granted), new Date())
  stored(apple).change(profile, { content: Buffer.from(cms).toString('base64') })
  return apple
}
const names = (apple: AppleTeam) =>
  stored(apple)
    .values()
    .map(({ name }) => name)

test('a profile with what Apple granted is used as it is while it fits', async () => {
  const apple = await teamWithGrant()
  const { profiles: used, todos } = await run(apple, { [CARPLAY]: true })
  expect(used).toMatchObject([{ outcome: 'reused' }])
  expect(todos).toEqual([])
})

test('when it no longer fits, it stays and the new one goes: what Apple granted is not lost silently', async () => {
  const apple = await teamWithGrant()
  const before = names(apple)
  await expect(run(apple, { [CARPLAY]: true }, true)).rejects.toMatchObject({
    code: 'provisioning.entitlement_lost',
    details: { identifier: APP, entitlements: [CARPLAY], carrier: before[0] },
  })
  expect(names(apple)).toEqual(before)
})

test('what the app does not claim is lost with a warning', async () => {
  const apple = await teamWithGrant()
  const { profiles: made, warnings } = await run(apple, {}, true)
  expect(made).toMatchObject([{ outcome: 'replaced' }])
  expect(warnings.map(({ subject }) => subject)).toContain(CARPLAY)
})
