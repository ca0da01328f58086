import { createHash } from 'node:crypto'
import type { Observed } from './model.ts'
import type { PortalIdentifier } from './port.ts'

type Part = keyof Observed

/** A hash of each part of what Apple has; equal parts have equal hashes, in whatever order they were listed. */
export type Fingerprint = Readonly<Record<Exclude<Part, 'identifiers'>, string>> & { readonly identifiers?: string }

/** Condenses what Apple has, as far as plans depend on it. */
export function fingerprintOf({ bundleIds, certificates, devices, profiles, identifiers }: Observed): Fingerprint {
  return {
    bundleIds: hashOf(
      bundleIds.map(({ id, identifier, capabilities }) => [id, identifier, capabilities.map(text).sort()]),
    ),
    certificates: hashOf(certificates.map(({ id, serial, kind, expiresAt }) => [id, serial, kind, expiresAt])),
    devices: hashOf(devices.map(({ id, udid, status, family }) => [id, udid, status, family])),
    profiles: hashOf(
      profiles.map((profile) => [
        ...[profile.id, profile.uuid, profile.name, profile.kind, profile.isActive, profile.identifier],
        profile.expiresAt,
        [...profile.certificateSerials].sort(),
        [...profile.udids].sort(),
      ]),
    ),
    ...(identifiers && {
      identifiers: hashOf([
        ...identifiers.registered.map(handleOf),
        ...Object.entries(identifiers.attached).map(attachedOf),
      ]),
    }),
  }
}

/** The parts that are no longer as they were. */
export function whatMoved(before: Fingerprint, now: Fingerprint): readonly Part[] {
  return (Object.keys(now) as Part[]).filter((part) => before[part] !== now[part])
}

function handleOf({ kind, id, identifier }: PortalIdentifier): unknown {
  return [kind, id, identifier]
}

function attachedOf([bundleId, attached]: readonly [string, readonly PortalIdentifier[]]): unknown {
  return [bundleId, attached.map(handleOf).map(text).sort()]
}

function hashOf(rows: readonly unknown[]): string {
  return createHash('sha256').update(rows.map(text).sort().join('\n')).digest('hex')
}

function text(value: unknown): string {
  return JSON.stringify(value)
}
