import { profiles } from '@cordon/simulator/app-store-connect/profiles/store'
import type { Simulator } from '@cordon/simulator/simulator'
import { storeOf } from '@cordon/simulator/world/team'
import { SIGNING_REQUEST } from '../../simulator/test/signing-request.ts'

/** Has a simulated team make a profile with which an app may go to the store, and gives the file. */
export async function newStoreProfile(
  simulator: Simulator,
  teamId: string,
  bundleId = 'com.acme.app',
): Promise<Buffer> {
  const team = simulator.world.teams.get(teamId)
  const ids = await simulator.seedTeam(teamId, {
    bundleIds: [{ identifier: bundleId }],
    certificates: [{ certificateType: 'DISTRIBUTION', csrContent: SIGNING_REQUEST }],
    profiles: [{ name: `${bundleId} store`, profileType: 'IOS_APP_STORE', bundleId }],
  })
  const made = team === undefined ? undefined : storeOf(team, profiles).get(ids.profiles?.[0] ?? '')
  if (made === undefined) throw new Error('the simulator made no profile')
  return Buffer.from(made.content, 'base64')
}
