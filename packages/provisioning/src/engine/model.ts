import type { CordonError } from '@cordon/core/errors'
import type { LocalCertificate } from './desired.ts'
import type { TestDevice } from './devices.ts'
import type { IdentifierKind } from './identifier-kinds.ts'
import type { ObservedIdentifiers } from './identifiers.ts'
import type { Todo, Warning } from './notices.ts'
import type {
  CapabilitySetting,
  NewBundleId,
  NewIdentifier,
  PortalBundleId,
  PortalCapability,
  PortalCertificate,
  PortalDevice,
  PortalProfile,
} from './port.ts'
import type { CertificateKind, DistributionMethod, Platform } from './profile-kinds.ts'
import type { ProfileWish } from './profiles.ts'

/** What Apple has, as far as a wish is concerned. Only profiles and bundle IDs of the wish's identifiers are in it. */
export interface Observed {
  readonly bundleIds: readonly PortalBundleId[]
  readonly certificates: readonly PortalCertificate[]
  readonly devices: readonly PortalDevice[]
  readonly profiles: readonly PortalProfile[]
  /** Absent where the portal cannot register or attach identifiers. */
  readonly identifiers?: ObservedIdentifiers
}

/** One profile that the app needs. */
export interface Slot {
  readonly identifier: string
  readonly platform: Platform
  readonly distribution: DistributionMethod
}

/** The profile that an action replaces, and what is wrong with it. */
export interface Replaced {
  readonly name: string
  readonly why: string
}

/** Says whether two slots are the same. */
export function isSameSlot(a: Slot, b: Slot): boolean {
  return a.identifier === b.identifier && a.platform === b.platform && a.distribution === b.distribution
}

interface ActionBase {
  /** What the action is about, for people: a UDID, a bundle ID, a profile's name. */
  readonly subject: string
  /** Why it is needed; follows the word "because". */
  readonly reason: string
}

/** An entitlement that a profile at Apple carries although no capability gives it. */
export interface GrantedEntitlement {
  readonly entitlement: string
  /** Whether the app's code claims it: then it cannot be signed without. */
  readonly isClaimed: boolean
  /** The profile that carries it. */
  readonly carrier: string
}

/** One change at Apple. */
export type Action = ActionBase &
  (
    | { readonly kind: 'register-device'; readonly device: TestDevice; readonly family: 'ios' | 'macos' }
    | { readonly kind: 'create-certificate'; readonly certificateKind: CertificateKind; readonly platform: Platform }
    | { readonly kind: 'create-bundle-id'; readonly bundleId: NewBundleId }
    | {
        readonly kind: 'enable-capability'
        readonly identifier: string
        readonly capability: string
        readonly settings: readonly CapabilitySetting[]
      }
    | {
        readonly kind: 'change-capability'
        readonly identifier: string
        readonly capability: PortalCapability
        readonly settings: readonly CapabilitySetting[]
      }
    | {
        readonly kind: 'create-identifier'
        readonly wanted: NewIdentifier
        /** The bundle IDs that claim it. */
        readonly neededBy: readonly string[]
      }
    | {
        readonly kind: 'attach-identifiers'
        /** The bundle ID. */
        readonly identifier: string
        readonly identifierKind: IdentifierKind
        readonly values: readonly string[]
      }
    | {
        readonly kind: 'create-profile'
        readonly slot: Slot
        readonly wish: ProfileWish
        readonly replaces: Replaced | undefined
        readonly certificate: LocalCertificate | undefined
        /** Entitlements that Apple has granted on request: the new profile must carry them, or the old one stays. */
        readonly keeps: readonly GrantedEntitlement[]
      }
    | { readonly kind: 'delete-profile'; readonly profile: PortalProfile }
  )

export type ActionKind = Action['kind']
/** The actions of one kind. */
export type ActionOf<K extends ActionKind> = Extract<Action, { kind: K }>

/** A profile that serves as it is. */
export interface Reuse {
  readonly slot: Slot
  readonly profile: PortalProfile
  /** The certificate to sign with. */
  readonly certificate: LocalCertificate
  readonly reason: string
  /** Where it lies on this machine, when it was not looked for at Apple. */
  readonly installedAt?: string
}

/** Slots of one family of devices. A slot that is freed comes back when the membership is renewed, once a year. */
export interface DeviceSlots {
  /** In Apple's words: `iPhone`, `Apple TV`. */
  readonly family: string
  readonly used: number
  readonly left: number
}

/** Certificates of one kind that the team holds now. */
export interface CertificateSlots {
  readonly kind: CertificateKind
  readonly used: number
  /** What Apple usually allows; Apple documents no number, and decides itself. */
  readonly usualLimit: number
  readonly left: number
}

/** How much room the team has left before the plan is carried out. Devices only when the wish concerns them. */
export interface Capacity {
  readonly devices: readonly DeviceSlots[]
  readonly certificates: readonly CertificateSlots[]
}

/**
 * What has to change at Apple, and why. With blockers nothing may be applied: they name what a person must do first.
 * While devices or certificates are still to be made, the names of profiles that depend on them are provisional.
 */
export interface Plan {
  /** In the order in which they are applied. */
  readonly actions: readonly Action[]
  readonly reuse: readonly Reuse[]
  readonly warnings: readonly Warning[]
  readonly todos: readonly Todo[]
  readonly blockers: readonly CordonError[]
  readonly capacity: Capacity
}

/** Narrows actions to those of one kind. */
export function actionsOf<K extends ActionKind>(actions: readonly Action[], kind: K): readonly ActionOf<K>[] {
  return actions.filter((action): action is ActionOf<K> => action.kind === kind)
}
