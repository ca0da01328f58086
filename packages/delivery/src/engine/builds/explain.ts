import type { AppleNote } from './port.ts'

/**
 * What Apple's numbers mean for the person who built the app. Sources: refusals that users of fastlane and Expo report, and the tests of
 * the clients eas-cli and asc; Apple documents none.
 */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  '90022': 'an icon of a needed size is missing: fill the app icon in the asset catalog',
  '90054': 'the bundle ID is not that of the app record: give the right file or the right app',
  '90055': 'the bundle ID is not that of the app record: give the right file or the right app',
  '90061': 'the build number was used before: raise CFBundleVersion',
  '90062': 'the version is not above the one on sale: raise CFBundleShortVersionString',
  '90186': 'this version is closed, because it was approved: raise CFBundleShortVersionString',
  '90189': 'this build number was uploaded before: raise CFBundleVersion',
  '90478': 'the build number is not above the last one: raise CFBundleVersion',
  '90683': 'a text that says why the app wants access is missing: add the usage description named to Info.plist',
  '90704': 'the large app icon is missing: add the 1024 pixel icon to the asset catalog',
  '90717': 'the large app icon is transparent: save it without an alpha channel',
  '90725': 'the app was built with an SDK that Apple no longer takes: build with a newer Xcode',
}

/** Apple's words, and ours where we know more. */
export function explain({ code, text }: AppleNote): string {
  const known = EXPLANATIONS[code]
  const said = [code, text].filter((part) => part !== '').join(': ')
  return known === undefined ? said : `${said} (${known})`
}
