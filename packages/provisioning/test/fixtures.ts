import { DAY_MS, type Instant, instant, plusMs } from '@cordon/core/instant'
import { type DesiredInput, type LocalCertificate, readDesired } from '../src/engine/desired.ts'
import type { Observed } from '../src/engine/model.ts'
import type { PortalCertificate, PortalDevice, PortalProfile } from '../src/engine/port.ts'
import type { CertificateKind } from '../src/engine/profile-kinds.ts'
import { type ProfileWish, profileName } from '../src/engine/profiles.ts'

export const NOW: Instant = instant(Date.UTC(2026, 10, 24))
export const daysFromNow = (days: number): Instant => plusMs(NOW, days * DAY_MS)

export function localOf(kind: CertificateKind, serial: string, days = 300): LocalCertificate {
  return { serial, kind, teamId: 'TEAM123456', name: `Apple ${kind}`, expiresAt: daysFromNow(days), sha1: serial }
}

export function atAppleOf({ serial, kind, expiresAt, name }: LocalCertificate): PortalCertificate {
  return { id: `CERT${serial}`, serial, kind, family: 'all', name, expiresAt, content: undefined }
}

export const DEVELOPMENT = localOf('development', 'D1')
export const DISTRIBUTION = localOf('distribution', 'A1')

export function deviceOf(number: number, changes: Partial<PortalDevice> = {}): PortalDevice {
  const udid = `00008030-${String(number).padStart(16, '0')}`
  return { id: `DEVICE${number}`, name: `Phone ${number}`, udid, status: 'enabled', family: 'ios', ...changes }
}

export const APP = 'com.acme.app'

/** One iOS app for development, push notifications claimed. */
export function desiredOf(changes: Partial<DesiredInput> = {}) {
  return readDesired({
    bundleIds: [{ identifier: APP, platform: 'ios', entitlements: { 'aps-environment': 'development' } }],
    distributions: ['development'],
    certificates: [DEVELOPMENT, DISTRIBUTION],
    ...changes,
  })
}

export const PUSH = { id: 'BUNDLE0001_PUSH', type: 'PUSH_NOTIFICATIONS', settings: [] }

/** What `desiredOf()` asks of its one profile, with two devices. */
export const WISH: ProfileWish = {
  kind: { platform: 'ios', distribution: 'development' },
  identifier: APP,
  capabilities: [{ type: 'PUSH_NOTIFICATIONS', settings: [], corrected: [], entitlement: 'aps-environment' }],
  certificateSerials: ['D1'],
  udids: [deviceOf(1).udid, deviceOf(2).udid],
  validUntil: NOW,
}

export function profileOf(changes: Partial<PortalProfile> = {}): PortalProfile {
  return {
    id: 'PROFILE001',
    uuid: '00000000-0000-0000-0000-000000000001',
    name: profileName(WISH, []),
    kind: WISH.kind,
    isActive: true,
    identifier: APP,
    expiresAt: daysFromNow(200),
    certificateSerials: WISH.certificateSerials,
    udids: WISH.udids,
    entitlements: { 'aps-environment': 'development' },
    content: Uint8Array.of(1),
    ...changes,
  }
}

/** A team in which everything that `desiredOf()` asks for is in place. */
export function observedOf(changes: Partial<Observed> = {}): Observed {
  return {
    bundleIds: [{ id: 'BUNDLE0001', identifier: APP, capabilities: [PUSH] }],
    certificates: [atAppleOf(DEVELOPMENT), atAppleOf(DISTRIBUTION)],
    devices: [deviceOf(1), deviceOf(2)],
    profiles: [profileOf()],
    ...changes,
  }
}
