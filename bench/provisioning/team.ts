import { type AppleKey, createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { sleep } from '@cordon/apple/transport/sleep'
import { type Clock, instant } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import { createAppStoreConnectPortal } from '@cordon/provisioning/adapters/app-store-connect/portal'
import type { LocalCertificate } from '@cordon/provisioning/engine/desired'
import { localCertificate } from '@cordon/provisioning/engine/local-certificate'
import { readCertificate } from '@cordon/signing/certificate'
import { createCsr } from '@cordon/signing/csr'
import { generateSigningKey } from '@cordon/signing/rsa-key'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import type { Shape } from './shape.ts'

export const clock: Clock = { now: () => instant(Date.now()) }

/** A simulated team with certificates and devices and nothing else. */
export interface Team {
  readonly simulator: Simulator
  readonly key: AppleKey
  readonly certificates: readonly LocalCertificate[]
}

/** The UDID of the n-th device, counted from 1. */
export function udidOf(number: number): string {
  return `00008030-${String(number).padStart(16, '0')}`
}

/** Starts a simulator with a team of the wanted shape. The latency begins when the team is complete. */
export async function startTeam(shape: Shape): Promise<Team> {
  const simulator = await startSimulator({
    settings: {
      defaultCapabilities: [],
      devicesPerClass: shape.devices + shape.register,
      hourlyLimit: null,
      certificateQuota: { DEVELOPMENT: shape.certificates, DISTRIBUTION: shape.certificates },
    },
  })
  const { teamId } = simulator.createTeam({ name: 'Acme' })
  const file = simulator.createKey(teamId)
  await simulator.seedTeam(teamId, { certificates: await certificateSeeds(shape), devices: deviceSeeds(shape) })
  const key: AppleKey = {
    kind: 'team',
    keyId: file.keyId,
    issuerId: file.issuerId ?? undefined,
    privateKey: secret(file.privateKey ?? ''),
  }
  const certificates = await ownCertificates({ simulator, key })
  simulator.world.settings = { ...simulator.world.settings, latencyMs: shape.latencyMs }
  return { simulator, key, certificates }
}

/** A new client for the team, without anything remembered. */
export function portalOf({ simulator, key }: Pick<Team, 'simulator' | 'key'>) {
  return createAppStoreConnectPortal(createAppStoreConnect({ key, baseUrl: simulator.url, fetch, clock, sleep }))
}

// One key pair for all: it is slow to make, and nobody compares them.
async function certificateSeeds({ certificates }: Shape) {
  const csrContent = createCsr(await generateSigningKey(), { commonName: 'Acme' })
  return Array.from({ length: certificates }, (_, index) => ({
    certificateType: index % 2 === 0 ? 'DEVELOPMENT' : 'DISTRIBUTION',
    csrContent,
  }))
}

function deviceSeeds({ devices }: Shape) {
  return Array.from({ length: devices }, (_, index) => ({
    name: `iPhone ${index + 1}`,
    udid: udidOf(index + 1),
    platform: 'IOS',
  }))
}

async function ownCertificates(team: Pick<Team, 'simulator' | 'key'>): Promise<readonly LocalCertificate[]> {
  const listed = await portalOf(team).listCertificates()
  return listed.flatMap(({ content }) =>
    content === undefined ? [] : (localCertificate(readCertificate(content)) ?? []),
  )
}
