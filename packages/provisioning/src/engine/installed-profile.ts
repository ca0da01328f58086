import type { Instant } from '@cordon/core/instant'
import type { DistributionMethod, Platform } from './profile-kinds.ts'

/** A profile in a folder of this machine. Its file says all that is known of it. */
export interface InstalledProfile {
  readonly path: string
  readonly uuid: string
  readonly name: string
  /** Files do not tell macOS from Mac Catalyst. */
  readonly platforms: readonly Platform[]
  readonly distribution: DistributionMethod
  readonly identifier: string
  readonly expiresAt: Instant
  readonly certificateSerials: readonly string[]
  /** Absent when the profile is for all devices, or names none. */
  readonly udids: readonly string[] | undefined
  readonly entitlements: Readonly<Record<string, unknown>>
  readonly content: Uint8Array
  /** Xcode may replace such a profile at any time, so it is left alone. */
  readonly isXcodeManaged: boolean
}
