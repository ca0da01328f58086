import type { StoreDefinition, StoredRecord } from '../../world/collection.ts'
import { newAppId } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'

/** An app record in App Store Connect; made by a person on the web, so here by seeds only. */
export interface AppRecord extends StoredRecord {
  readonly name: string
  readonly bundleId: string
  readonly sku: string
  readonly primaryLocale: string
  readonly contentRightsDeclaration: string | null
  readonly accessibilityUrl: string | null
  readonly subscriptionStatusUrl: string | null
  readonly subscriptionStatusUrlVersion: string | null
  readonly subscriptionStatusUrlForSandbox: string | null
  readonly subscriptionStatusUrlVersionForSandbox: string | null
  readonly streamlinedPurchasingEnabled: boolean | null
}

/** The team's app records. */
export const apps: StoreDefinition<AppRecord> = {
  name: 'apps',
  indexes: { bundleId: (record) => [record.bundleId] },
}

/** Makes an app record as a person does on the web. */
export function createApp(
  scene: Scene,
  wish: { readonly name: string; readonly bundleId: string; readonly sku?: string; readonly primaryLocale?: string },
): AppRecord {
  return storeOf(scene.team, apps).add({
    id: newAppId(scene.world.random),
    visibleAt: visibleAt(scene, apps.name),
    name: wish.name,
    bundleId: wish.bundleId,
    sku: wish.sku ?? wish.bundleId,
    primaryLocale: wish.primaryLocale ?? 'en-US',
    contentRightsDeclaration: null,
    accessibilityUrl: null,
    subscriptionStatusUrl: null,
    subscriptionStatusUrlVersion: null,
    subscriptionStatusUrlForSandbox: null,
    subscriptionStatusUrlVersionForSandbox: null,
    streamlinedPurchasingEnabled: null,
  })
}
