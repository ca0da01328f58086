import { DAY_MS, type Instant, plusMs } from '@cordon/core/instant'
import { isSameUdid } from '../src/engine/devices.ts'
import { provisioningErrors } from '../src/engine/errors.ts'
import type {
  DeveloperPortal,
  PortalBundleId,
  PortalCertificate,
  PortalDevice,
  PortalIdentifier,
  PortalIdentifiers,
  PortalProfile,
} from '../src/engine/port.ts'
import { isSameKind } from '../src/engine/profile-kinds.ts'

export type Operation =
  | Exclude<keyof DeveloperPortal, 'identifiers'>
  | 'listIdentifiers'
  | 'createIdentifier'
  | 'listAttached'
  | 'attach'
/** `before`: the request fails without effect. `after`: the effect is there, the answer is lost. */
export type Fault = 'before' | 'after'

/** A team at Apple in memory, with Apple's rules as the port tells them. */
export interface MemoryTeam {
  bundleIds: PortalBundleId[]
  certificates: PortalCertificate[]
  devices: PortalDevice[]
  profiles: PortalProfile[]
  identifiers: PortalIdentifier[]
  /** What is attached, by the handle of the bundle ID. */
  attached: Record<string, readonly PortalIdentifier[]>
  /** Identifiers that another team has. */
  taken: readonly string[]
  /** The operations that were called, in order. */
  readonly calls: Operation[]
  /** Decides about each call of a writing operation. */
  fault: (operation: Operation) => Fault | undefined
  /** Devices that Apple calls enabled and leaves out of profiles nevertheless. */
  leavesOut: readonly string[]
  now: Instant
}

export function memoryTeam(now: Instant, start: Partial<MemoryTeam> = {}): MemoryTeam {
  return {
    bundleIds: [],
    certificates: [],
    devices: [],
    profiles: [],
    identifiers: [],
    attached: {},
    taken: [],
    calls: [],
    fault: () => undefined,
    leavesOut: [],
    now,
    ...start,
  }
}

/**
 * Opens the team. Every call yields first, so that parallel runs interleave. `session`: as a person's session opens it, which can
 * register and attach identifiers; as a key otherwise.
 */
export function memoryPortal(team: MemoryTeam, { session = false } = {}): DeveloperPortal {
  let used = 0
  let nextId =
    team.bundleIds.length +
    team.certificates.length +
    team.devices.length +
    team.profiles.length +
    team.identifiers.length
  const newId = () => {
    nextId += 1
    return `ID${String(nextId).padStart(8, '0')}`
  }
  const request = async () => {
    used += 1
    await Promise.resolve()
  }
  const read = async <T>(operation: Operation, answer: () => T): Promise<T> => {
    team.calls.push(operation)
    await request()
    return answer()
  }
  const write = async <T>(operation: Operation, effect: () => T): Promise<T> => {
    team.calls.push(operation)
    await request()
    const fault = team.fault(operation)
    const unknown = () => provisioningErrors.effect_unknown({ subject: operation })
    if (fault === 'before') throw unknown()
    const result = effect()
    if (fault === 'after') throw unknown()
    return result
  }
  const setCapabilities = (id: string, change: (bundleId: PortalBundleId) => PortalBundleId['capabilities']) => {
    const bundleId = team.bundleIds.find((candidate) => candidate.id === id)
    if (bundleId === undefined) throw provisioningErrors.not_found({ subject: id })
    const changed = { ...bundleId, capabilities: change(bundleId) }
    team.bundleIds = team.bundleIds.map((candidate) => (candidate.id === id ? changed : candidate))
    invalidateProfiles(bundleId)
  }
  const invalidateProfiles = (bundleId: PortalBundleId) => {
    team.profiles = team.profiles.map((profile) =>
      profile.identifier === bundleId.identifier ? { ...profile, isActive: false, content: new Uint8Array() } : profile,
    )
  }
  const identifiers: PortalIdentifiers = {
    list: (kind) => read('listIdentifiers', () => team.identifiers.filter((one) => one.kind === kind)),
    create: ({ kind, identifier }) =>
      write('createIdentifier', () => {
        if (team.taken.includes(identifier) || team.identifiers.some((one) => one.identifier === identifier))
          throw provisioningErrors.identifier_unavailable({ identifier })
        const made = { kind, id: newId(), identifier }
        team.identifiers = [...team.identifiers, made]
        return made
      }),
    attachedTo: ({ id }) => read('listAttached', () => team.attached[id] ?? []),
    attach: (bundleId, wanted) =>
      write('attach', () => {
        const present = team.bundleIds.find(({ id }) => id === bundleId.id)
        if (present === undefined) throw provisioningErrors.not_found({ subject: bundleId.identifier })
        const before = team.attached[bundleId.id] ?? []
        const added = wanted.filter(({ id }) => !before.some((one) => one.id === id))
        team.attached = { ...team.attached, [bundleId.id]: [...before, ...added] }
        if (added.length > 0) invalidateProfiles(present)
      }),
  }
  return {
    ...(session && { identifiers }),
    listBundleIds: (identifiers) =>
      read('listBundleIds', () => team.bundleIds.filter(({ identifier }) => identifiers.includes(identifier))),
    listCertificates: () => read('listCertificates', () => team.certificates),
    listDevices: () => read('listDevices', () => team.devices),
    listProfiles: (kinds, identifiers) =>
      read('listProfiles', () =>
        team.profiles.filter(
          (profile) =>
            profile.expiresAt > team.now &&
            identifiers.includes(profile.identifier) &&
            kinds.some((kind) => isSameKind(kind, profile.kind)),
        ),
      ),
    listProfilesOf: (bundleId) =>
      read('listProfilesOf', () => team.profiles.filter(({ identifier }) => identifier === bundleId.identifier)),
    createBundleId: ({ identifier }) =>
      write('createBundleId', () => {
        if (team.bundleIds.some((bundleId) => bundleId.identifier === identifier))
          throw provisioningErrors.bundle_id_unavailable({ identifier })
        const bundleId = { id: newId(), identifier, capabilities: [] }
        team.bundleIds = [...team.bundleIds, bundleId]
        return bundleId
      }),
    enableCapability: ({ id }, type, settings) =>
      write('enableCapability', () => {
        const capability = { id: `${id}_${type}`, type, settings }
        setCapabilities(id, ({ identifier, capabilities }) => {
          if (capabilities.some((present) => present.type === type))
            throw provisioningErrors.capability_refused({ identifier, capability: type })
          return [...capabilities, capability]
        })
        return capability
      }),
    changeCapability: ({ id }, capability, settings) =>
      write('changeCapability', () => {
        const changed = { ...capability, settings }
        setCapabilities(id, ({ capabilities }) =>
          capabilities.map((present) => (present.id === capability.id ? changed : present)),
        )
        return changed
      }),
    registerDevice: ({ udid, name, family }) =>
      write('registerDevice', () => {
        if (team.devices.some((device) => isSameUdid(device.udid, udid)))
          throw provisioningErrors.already_exists({ subject: udid })
        const device: PortalDevice = { id: newId(), name, udid, status: 'enabled', family }
        team.devices = [...team.devices, device]
        return device
      }),
    createCertificate: () =>
      write('createCertificate', () => {
        throw provisioningErrors.certificate_slots_full({ certificateKind: 'any', inTeam: [] })
      }),
    createProfile: (wanted) =>
      write('createProfile', () => {
        if (team.profiles.some(({ name }) => name === wanted.name))
          throw provisioningErrors.already_exists({ subject: wanted.name })
        const profile: PortalProfile = {
          id: newId(),
          uuid: `00000000-0000-0000-0000-${String(nextId).padStart(12, '0')}`,
          name: wanted.name,
          kind: wanted.kind,
          isActive: true,
          createdAt: team.now,
          identifier: wanted.bundleId.identifier,
          expiresAt: plusMs(team.now, 365 * DAY_MS),
          certificateSerials: wanted.certificateIds.flatMap(
            (id) => team.certificates.find((certificate) => certificate.id === id)?.serial ?? [],
          ),
          udids: wanted.deviceIds
            .flatMap((id) => team.devices.find((device) => device.id === id)?.udid ?? [])
            .filter((udid) => !team.leavesOut.includes(udid)),
          entitlements: {},
          content: Uint8Array.of(1),
        }
        team.profiles = [...team.profiles, profile]
        return profile
      }),
    deleteProfile: ({ id }) =>
      write('deleteProfile', () => {
        if (!team.profiles.some((profile) => profile.id === id)) throw provisioningErrors.not_found({ subject: id })
        team.profiles = team.profiles.filter((profile) => profile.id !== id)
      }),
    requestsUsed: () => used,
  }
}
