// Run as a program of its own: Node reads NODE_EXTRA_CA_CERTS when it starts. Reads a job from stdin, writes what it saw.
import { readFileSync } from 'node:fs'
import appleUtils from '@expo/apple-utils'

const { App, AppScreenshotSet, AppStoreVersionLocalization, Auth, BetaBuildLocalization, Build, BundleId } = appleUtils
const { username, password, image } = JSON.parse(readFileSync(0, 'utf8'))
const seen = {}

const state = await Auth.loginAsync({ username, password }, { autoResolveProvider: true })
const context = { ...state.context }

// The record of an app, and why it may not be made.
const refusal = async (wish) => await App.createAsync(context, wish).catch((error) => error.code)
await BundleId.createAsync(context, { name: 'Store', platform: 'IOS', identifier: 'com.acme.store' })
seen.unregistered = await refusal({ name: 'Nowhere', bundleId: 'com.acme.nowhere' })
seen.badName = await refusal({ name: 'Party 🎉', bundleId: 'com.acme.store' })
seen.takenName = await refusal({ name: 'Seeded', bundleId: 'com.acme.store' })
const app = await App.createAsync(context, { name: 'Store', bundleId: 'com.acme.store' })
seen.app = [app.attributes.name, app.attributes.primaryLocale]
seen.found = (await App.findAsync(context, { bundleId: 'com.acme.store' }))?.id === app.id

// The store page: version, texts, info, screenshots.
const version = await app.getEditAppStoreVersionAsync({ platform: 'IOS' })
seen.version = [version.attributes.versionString, version.attributes.appStoreState]
await version.updateAsync({ copyright: '2026 Acme', versionString: '1.0.1' })
const [localization] = await version.getLocalizationsAsync()
await localization.updateAsync({ description: 'A fine app', keywords: 'fine,app', supportUrl: 'https://acme.example' })
const german = await version.createLocalizationAsync({ locale: 'de-DE' })
seen.locales = (await version.getLocalizationsAsync()).map(({ attributes }) => attributes.locale).sort()
await AppStoreVersionLocalization.deleteAsync(context, { id: german.id })
const info = await app.getEditAppInfoAsync()
await info.updateCategoriesAsync({ primaryCategory: 'GAMES', primarySubcategoryOne: 'GAMES_PUZZLE' })
const [name] = await info.getLocalizationsAsync()
seen.subtitle = (await name.updateAsync({ subtitle: 'Really fine' })).attributes.subtitle
const { primaryCategory, primarySubcategoryOne } = (await app.getEditAppInfoAsync()).attributes
seen.categories = [primaryCategory?.id, primarySubcategoryOne?.id]
const set = await localization.createAppScreenshotSetAsync({ screenshotDisplayType: 'APP_IPHONE_67' })
const first = await set.uploadScreenshot({ filePath: image, waitForProcessing: true })
const second = await set.uploadScreenshot({ filePath: image, waitForProcessing: true })
seen.screenshots = [first, second].map((one) => [one.isComplete(), one.attributes.imageAsset.height])
// It waits for a body where Apple's document promises 204: the order is written all the same.
seen.reordering = await set.updateAsync({ appScreenshots: [second.id, first.id] }).catch((error) => error.message)
const ordered = await AppScreenshotSet.infoAsync(context, { id: set.id, query: { includes: ['appScreenshots'] } })
seen.isReordered = ordered.attributes.appScreenshots[0].id === second.id
await first.deleteAsync()
const filter = { screenshotDisplayType: 'APP_IPHONE_67' }
seen.sets = (await localization.getAppScreenshotSetsAsync({ query: { filter, includes: ['appScreenshots'] } })).map(
  ({ attributes }) => attributes.appScreenshots.length,
)

// Builds and testers, of the app that was there before.
const seeded = await App.findAsync(context, { bundleId: 'com.acme.seeded' })
const [build] = await Build.getAsync(context, {
  query: { filter: { app: seeded.id, 'preReleaseVersion.version': '1.0', processingState: 'VALID' } },
})
seen.build = [
  build.attributes.version,
  build.getAppVersion(),
  build.getPlatform(),
  build.getBundleId(),
  build.isProcessed(),
]
seen.isMissingAnswer = build.isMissingExportCompliance()
await build.updateAsync({ usesNonExemptEncryption: false })
seen.isReady = (
  await Build.infoAsync(context, { id: build.id, query: { includes: Build.DEFAULT_INCLUDES } })
).isReadyForInternalTesting()
const group = await seeded.createBetaGroupAsync({ name: 'Friends', publicLinkEnabled: true })
await build.addBetaGroupsAsync({ betaGroups: [group.id] })
seen.groups = (await seeded.getBetaGroupsAsync()).map(({ attributes }) => attributes.name)
seen.groupBuilds = (await group.getBuildsAsync()).map(({ attributes }) => attributes.version)
const notes = await BetaBuildLocalization.createAsync(context, { id: build.id, locale: 'en-US' })
await notes.updateAsync({ whatsNew: 'Try it' })
seen.notes = (await build.getBetaBuildLocalizationsAsync()).map(({ attributes }) => attributes.whatsNew)
await seeded.createBetaAppLocalizationAsync({ locale: 'en-US', description: 'Fine', feedbackEmail: 'a@example.com' })
seen.appTexts = (await seeded.getBetaAppLocalizationsAsync()).map(({ attributes }) => attributes.description)
process.stdout.write(`\nSEEN ${JSON.stringify(seen)}\n`)
