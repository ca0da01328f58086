import { newAppId } from '../../world/random.ts'
import { storeOf } from '../../world/team.ts'
import { type Scene, visibleAt } from '../../world/world.ts'
import { checkAppName } from '../app-info-localizations/state.ts'
import { addAppInfo, addInfoLocalization } from '../app-infos/state.ts'
import { addVersion } from '../app-store-versions/state.ts'
import { STORE_PLATFORMS } from '../app-store-versions/states.ts'
import { bundleIds } from '../bundle-ids/state.ts'
import { duplicateAttribute, invalidAttribute } from '../json-api/errors.ts'
import { checkLocale } from '../locales.ts'
import { type AppRecord, apps } from './state.ts'

/** A new app record. */
export interface NewApp {
  readonly name: string
  readonly bundleId: string
  readonly sku: string
  readonly primaryLocale: string
  /** The first version of each platform. */
  readonly versions: readonly { readonly platform: string; readonly versionString: string }[]
}

/** Makes an app record with what every app has: an info in its first language, and a version for each platform. */
export function addApp(scene: Scene, wish: NewApp): AppRecord {
  const { name, bundleId, sku, primaryLocale } = wish
  const app = storeOf(scene.team, apps).add({
    id: newAppId(scene.world.random),
    visibleAt: visibleAt(scene, apps.name),
    name,
    bundleId,
    sku,
    primaryLocale,
    contentRightsDeclaration: null,
    accessibilityUrl: null,
    subscriptionStatusUrl: null,
    subscriptionStatusUrlVersion: null,
    subscriptionStatusUrlForSandbox: null,
    subscriptionStatusUrlVersionForSandbox: null,
    streamlinedPurchasingEnabled: null,
  })
  addInfoLocalization(scene, {
    appInfoId: addAppInfo(scene, app.id).id,
    locale: primaryLocale,
    name,
    subtitle: null,
    privacyPolicyUrl: null,
    privacyChoicesUrl: null,
    privacyPolicyText: null,
  })
  for (const { platform, versionString } of wish.versions) addVersion(scene, app, platform, versionString)
  return app
}

function checkUnique(scene: Scene, { bundleId, sku }: NewApp): void {
  for (const app of storeOf(scene.team, apps).values()) {
    if (app.bundleId === bundleId) {
      throw duplicateAttribute('bundleId', 'The Bundle ID you entered has already been used.')
    }
    if (app.sku === sku) throw duplicateAttribute('sku', 'The SKU you entered has already been used.')
  }
}

/** Makes an app record for a person, by the rules of the web. Their texts are those that @expo/apple-utils 2.2.1 looks for. */
export function createApp(scene: Scene, wish: NewApp): AppRecord {
  if (storeOf(scene.team, bundleIds).count('identifier', wish.bundleId.toLowerCase()) === 0) {
    throw invalidAttribute('bundleId', `The bundleID is not available: '${wish.bundleId.slice(0, 100)}'`)
  }
  if (wish.sku.trim() === '') throw invalidAttribute('sku', 'The SKU must not be empty')
  checkLocale(wish.primaryLocale, 'primaryLocale')
  checkUnique(scene, wish)
  checkAppName(scene, wish.name)
  const unknown = wish.versions.find(({ platform }) => !STORE_PLATFORMS.some((one) => one === platform))
  if (unknown !== undefined || wish.versions.length === 0) {
    throw invalidAttribute('platform', `Name a version for at least one of ${STORE_PLATFORMS.join(', ')}`)
  }
  return addApp(scene, wish)
}
