import type { Instant } from '@cordon/core/instant'
import {
  type Action,
  type ActionOf,
  actionsOf,
  type Capacity,
  type CertificateSlots,
  type DeviceSlots,
  type Observed,
} from './model.ts'
import type { CertificateKind } from './profile-kinds.ts'

// Apple, "Devices overview": 100 devices of each product family in a membership year; disabled ones count.
const DEVICES_PER_FAMILY = 100
const USUAL_LIMITS = {
  development: 10,
  distribution: 3,
  'developer-id': 5,
} as const satisfies Record<CertificateKind, number>

/** Counts what the team has left. */
export function capacityOf({ devices, certificates }: Observed, now: Instant): Capacity {
  const families = new Map<string, number>()
  for (const { slotFamily } of devices)
    if (slotFamily !== undefined) families.set(slotFamily, (families.get(slotFamily) ?? 0) + 1)
  const kinds = Object.keys(USUAL_LIMITS) as CertificateKind[]
  return {
    devices: [...families]
      .map(([family, used]) => ({ family, used, left: Math.max(0, DEVICES_PER_FAMILY - used) }))
      .sort((a, b) => (a.family < b.family ? -1 : 1)),
    certificates: kinds.map((kind) => {
      const used = certificates.filter((certificate) => certificate.kind === kind && certificate.expiresAt > now).length
      return { kind, used, usualLimit: USUAL_LIMITS[kind], left: Math.max(0, USUAL_LIMITS[kind] - used) }
    }),
  }
}

/** Says what the actions of a plan leave, where they take slots. One line each. */
export function capacityLines({ devices, certificates }: Capacity, actions: readonly Action[]): readonly string[] {
  const registrations = actionsOf(actions, 'register-device').length
  const deviceLines = registrations === 0 ? [] : [deviceLine(devices, registrations)]
  return [...deviceLines, ...certificateLines(certificates, actionsOf(actions, 'create-certificate'))]
}

function deviceLine(devices: readonly DeviceSlots[], registrations: number): string {
  const left = devices.map(({ family, left }) => `${left} for ${family}`).join(', ')
  const before = left === '' ? `${DEVICES_PER_FAMILY} of each family` : left
  return `device slots left before ${registrations} are taken: ${before}; slots come back once a membership year`
}

function certificateLines(
  slots: readonly CertificateSlots[],
  creations: readonly ActionOf<'create-certificate'>[],
): readonly string[] {
  return slots
    .filter(({ kind }) => creations.some(({ certificateKind }) => certificateKind === kind))
    .map(
      ({ kind, used, usualLimit }) => `the team holds ${used} ${kind} certificates; Apple usually allows ${usualLimit}`,
    )
}
