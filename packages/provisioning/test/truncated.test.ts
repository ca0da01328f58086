import { type AppStoreConnect, createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { secret } from '@cordon/core/secret'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAppStoreConnectPortal } from '../src/adapters/app-store-connect/portal.ts'
import { clock, sleep } from './apple-team.ts'

let simulator: Simulator
let apple: AppStoreConnect
beforeAll(async () => {
  simulator = await startSimulator()
  const { teamId } = simulator.createTeam({ name: 'Acme' })
  const { keyId, issuerId, privateKey } = simulator.createKey(teamId)
  const key = { kind: 'team', keyId, issuerId: issuerId ?? '', privateKey: secret(privateKey ?? '') } as const
  apple = createAppStoreConnect({ key, baseUrl: simulator.url, fetch, clock, sleep })
})
afterAll(() => simulator.close())

const cut = async <T>(list: Promise<T>): Promise<T> => ({ ...(await list), isTruncated: true })

test.each<[string, () => Promise<unknown>]>([
  ['devices', () => portal({ devices: { ...apple.devices, list: () => cut(apple.devices.list()) } }).listDevices()],
  [
    'certificates',
    () =>
      portal({
        certificates: { ...apple.certificates, list: () => cut(apple.certificates.list()) },
      }).listCertificates(),
  ],
  [
    'profiles',
    () =>
      portal({ profiles: { ...apple.profiles, list: (filter) => cut(apple.profiles.list(filter)) } }).listProfiles(
        [{ platform: 'ios', distribution: 'development' }],
        ['com.acme.app'],
      ),
  ],
  [
    'bundle IDs',
    () =>
      portal({ bundleIds: { ...apple.bundleIds, list: (filter) => cut(apple.bundleIds.list(filter)) } }).listBundleIds([
        'com.acme.app',
      ]),
  ],
])('a list of %s that Apple did not give to its end is an error, never half the truth', async (list, read) => {
  await expect(read()).rejects.toMatchObject({ code: 'provisioning.list_truncated', details: { list } })
})

function portal(changed: Partial<AppStoreConnect>) {
  return createAppStoreConnectPortal({ ...apple, ...changed })
}
