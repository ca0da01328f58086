import type { RelatedIds } from '../document.ts'
import type { BundleIdCapability } from './bundle-id-capabilities.ts'
import { platform } from './platforms.ts'
import { type Attributes, text } from './shape.ts'

/** Attributes of a bundle ID. Source: Apple's document, schema `BundleId`. */
export const bundleIdShape = { name: text, platform, identifier: text, seedId: text }

/** A registered bundle ID. `identifier` is its text (`com.acme.app`), `id` Apple's handle, `seedId` usually the team id. */
export type BundleId = { readonly id: string } & Attributes<typeof bundleIdShape>

/** A bundle ID with what was asked for beside it. */
export type BundleIdWithRelated = BundleId & {
  /** Given when capabilities were included. */
  readonly capabilities?: { readonly items: readonly BundleIdCapability[]; readonly isComplete: boolean }
  /** Given when profiles were included. */
  readonly profiles?: RelatedIds
}
