import type { RelatedIds } from '../document.ts'
import { platform } from './platforms.ts'
import { type Attributes, bytes, choice, type Open, text, time } from './shape.ts'

/** The documented profile types. */
export const PROFILE_TYPES = [
  'IOS_APP_DEVELOPMENT',
  'IOS_APP_STORE',
  'IOS_APP_ADHOC',
  'IOS_APP_INHOUSE',
  'MAC_APP_DEVELOPMENT',
  'MAC_APP_STORE',
  'MAC_APP_DIRECT',
  'TVOS_APP_DEVELOPMENT',
  'TVOS_APP_STORE',
  'TVOS_APP_ADHOC',
  'TVOS_APP_INHOUSE',
  'MAC_CATALYST_APP_DEVELOPMENT',
  'MAC_CATALYST_APP_STORE',
  'MAC_CATALYST_APP_DIRECT',
] as const

/** A profile type, known or not. */
export type ProfileType = Open<(typeof PROFILE_TYPES)[number]>

/** Attributes of a provisioning profile. Source: Apple's document, schema `Profile`; `EXPIRED` is answered although not documented. */
export const profileShape = {
  name: text,
  platform,
  profileType: choice(PROFILE_TYPES),
  profileState: choice(['ACTIVE', 'INVALID'], ['EXPIRED']),
  profileContent: bytes,
  uuid: text,
  createdDate: time,
  expirationDate: time,
}

/** A provisioning profile. `profileContent` is the signed file (CMS); it is missing for invalid and expired profiles. */
export type Profile = { readonly id: string } & Attributes<typeof profileShape>

/** A profile with the ids of what it was made from, as far as they were asked for. */
export type ProfileWithRelated = Profile & {
  /** Handle of its bundle ID. */
  readonly bundleId?: string
  readonly certificates?: RelatedIds
  /** Apple lists 50 at most; the whole list is in `profileContent` and in `profiles.devicesOf`. */
  readonly devices?: RelatedIds
}
