import { type AppStoreConnectOptions, createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { instant } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import { readCertificate } from '@cordon/signing/certificate'
import { createCsr } from '@cordon/signing/csr'
import { generateSigningKey } from '@cordon/signing/rsa-key'
import type { Simulator } from '@cordon/simulator/simulator'
import type { Settings } from '@cordon/simulator/world/settings'
import { createAppStoreConnectPortal } from '../src/adapters/app-store-connect/portal.ts'
import type { LocalCertificate } from '../src/engine/desired.ts'
import { localCertificate } from '../src/engine/local-certificate.ts'
import type { DeveloperPortal } from '../src/engine/port.ts'

/** Signing keys are slow to make, and no test here minds sharing them. */
const keys = Promise.all([generateSigningKey(), generateSigningKey()])
const TYPES = ['DEVELOPMENT', 'DISTRIBUTION'] as const

export const clock = { now: () => instant(Date.now()) }
/** Nobody waits in tests. */
export const sleep = async () => {}

/** The only team of a simulator, with one development and one distribution certificate whose keys are at hand. */
export interface AppleTeam {
  readonly simulator: Simulator
  readonly teamId: string
  readonly certificates: readonly LocalCertificate[]
  /** A client of its own with the team's Admin key. */
  portal(transport?: Partial<AppStoreConnectOptions>): DeveloperPortal
  /** A client with a key that the team does not have. */
  strangersPortal(): DeveloperPortal
  /** Requests per operation since the last call. */
  requests(): Readonly<Record<string, number>>
}

export function udidOf(number: number): string {
  return `00008030-${String(number).padStart(16, '0')}`
}

export interface TeamWish {
  /** How many iPhones it has. */
  readonly devices?: number
  readonly settings?: Partial<Settings>
  readonly kind?: 'standard' | 'enterprise'
  /** Of the two certificates at hand; Apple's newer ones, which fit every platform, unless told. */
  readonly certificateTypes?: readonly [string, string]
  /** Further devices, of any platform. */
  readonly others?: readonly { readonly name: string; readonly udid: string; readonly platform: string }[]
}

/** Empties the simulator and makes one team in it. The authority stays: making a new one takes a second. */
export async function startTeam(
  simulator: Simulator,
  { devices = 2, settings = {}, kind = 'standard', certificateTypes = TYPES, others = [] }: TeamWish = {},
): Promise<AppleTeam> {
  await fetch(`${simulator.controlUrl}/reset`, { method: 'POST' })
  simulator.world.settings = { ...simulator.world.settings, ...settings }
  const { teamId } = simulator.createTeam({ name: 'Acme', kind })
  const key = simulator.createKey(teamId)
  const requests = (await keys).map((privateKey) => createCsr(privateKey, { commonName: 'Acme' }))
  await simulator.seedTeam(teamId, {
    certificates: requests.map((csrContent, index) => ({ certificateType: certificateTypes[index], csrContent })),
    devices: [
      ...Array.from({ length: devices }, (_, index) => ({
        name: `iPhone ${index + 1}`,
        udid: udidOf(index + 1),
        platform: 'IOS',
      })),
      ...others,
    ],
  })
  const portalWith = ({ keyId, issuerId, privateKey }: typeof key, transport: Partial<AppStoreConnectOptions> = {}) =>
    createAppStoreConnectPortal(
      createAppStoreConnect({
        key: {
          kind: kind === 'enterprise' ? 'enterprise' : 'team',
          keyId,
          issuerId: issuerId ?? '',
          privateKey: secret(privateKey ?? ''),
        },
        baseUrl: kind === 'enterprise' ? simulator.enterpriseUrl : simulator.url,
        fetch,
        clock,
        sleep,
        ...transport,
      }),
    )
  const listed = await portalWith(key).listCertificates()
  simulator.world.journal.reset()
  return {
    simulator,
    teamId,
    certificates: listed.flatMap(({ content }) =>
      content === undefined ? [] : (localCertificate(readCertificate(content)) ?? []),
    ),
    portal: (transport) => portalWith(key, transport),
    strangersPortal: () => portalWith({ ...key, keyId: 'ABCDEFGHIJ' }),
    requests: () => {
      const counts = simulator.world.journal.counts()
      simulator.world.journal.reset()
      return counts
    },
  }
}
