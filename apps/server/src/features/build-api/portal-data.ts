import type { PortalData } from '@cordon/api/builds/wire'
import { toIso } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import type { DeviceRow } from './store.ts'

/** What a build should know beside its credentials, or instead of them. */
export interface Note {
  readonly reason: string
  readonly message: string
}

/** What a build gets of one connection of its app: keys of the protocol, or nothing and the reason. */
export type Credential =
  | {
      readonly kind: 'released'
      readonly keys: Readonly<Record<string, Secret<unknown> | string | boolean>>
      readonly note?: Note
    }
  | ({ readonly kind: 'withheld' } & Note)

/**
 * The answer of the compatible build protocol. An absent part has none of its keys, because clients take any key of a
 * part, even with null, for a connection. There is one note: the first that something is wrong. This is the one place
 * where a stored secret is shown.
 */
export function portalDataOf(credentials: readonly Credential[], devices: readonly DeviceRow[]): PortalData {
  const wire = wireDevices(devices)
  const note = credentials.map(noteOf).find((candidate) => candidate !== undefined)
  return {
    ...Object.assign({}, ...credentials.map(revealed)),
    ...(note === undefined ? {} : { cordon: note }),
    ...(wire.length === 0 ? {} : { test_devices: wire }),
  }
}

function noteOf(credential: Credential): Note | undefined {
  if (credential.kind === 'released') return credential.note
  const { reason, message } = credential
  return { reason, message }
}

function revealed(credential: Credential): Partial<PortalData> {
  if (credential.kind === 'withheld') return {}
  return Object.fromEntries(
    Object.entries(credential.keys).map(([name, value]) => [name, typeof value === 'object' ? value.reveal() : value]),
  )
}

// Clients compare UDIDs without case and hyphens and take the first of equal ones; so does the server.
function wireDevices(devices: readonly DeviceRow[]): NonNullable<PortalData['test_devices']> {
  const first = new Map<string, DeviceRow>()
  for (const device of devices) if (!first.has(device.identifierKey)) first.set(device.identifierKey, device)
  return [...first.values()].map((device) => ({
    id: device.number,
    user_id: device.userNumber,
    device_identifier: device.identifier,
    title: device.title,
    created_at: toIso(device.createdAt),
    updated_at: toIso(device.updatedAt),
    device_type: deviceType(device.identifier),
  }))
}

const MAC = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

// Clients only log it; the hardware UUID of a Mac is the one form that is no UDID.
function deviceType(identifier: string): string {
  return MAC.test(identifier) ? 'mac' : 'ios'
}
