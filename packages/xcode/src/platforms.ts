/** The platforms an app can be signed for, by the name of their SDK. */
export type PlatformName = 'iphoneos' | 'watchos' | 'appletvos' | 'xros' | 'macosx' | 'driverkit'

interface Platform {
  readonly displayName: string
  /** Added to the products folder; empty on the Mac. */
  readonly effectiveSuffix: string
  /** The name Xcode writes in platform filters. */
  readonly filter: string
}

export const PLATFORMS: Readonly<Record<PlatformName, Platform>> = {
  iphoneos: { displayName: 'iOS', effectiveSuffix: '-iphoneos', filter: 'ios' },
  watchos: { displayName: 'watchOS', effectiveSuffix: '-watchos', filter: 'watchos' },
  appletvos: { displayName: 'tvOS', effectiveSuffix: '-appletvos', filter: 'tvos' },
  xros: { displayName: 'visionOS', effectiveSuffix: '-xros', filter: 'xros' },
  macosx: { displayName: 'macOS', effectiveSuffix: '', filter: 'macos' },
  driverkit: { displayName: 'DriverKit', effectiveSuffix: '-driverkit', filter: 'driverkit' },
}

const NAMES: readonly PlatformName[] = ['iphoneos', 'watchos', 'appletvos', 'xros', 'macosx', 'driverkit']
const SIMULATORS: ReadonlyMap<string, PlatformName> = new Map([
  ['iphonesimulator', 'iphoneos'],
  ['watchsimulator', 'watchos'],
  ['appletvsimulator', 'appletvos'],
  ['xrsimulator', 'xros'],
])

/** The platform that an `SDKROOT` such as `iphoneos` or `macosx15.0` belongs to; undefined for `auto` and the unknown. */
export function platformOfSdk(sdk: string): PlatformName | undefined {
  const name = sdk
    .replace(/^.*\//, '')
    .replace(/[\d.]+(?:\.sdk)?$/, '')
    .toLowerCase()
  return SIMULATORS.get(name) ?? NAMES.find((platform) => platform === name)
}

/** The platforms in a list such as `SUPPORTED_PLATFORMS`, simulators counted as their device, in the order of `PLATFORMS`. */
export function platformsIn(list: string): PlatformName[] {
  const named = new Set(list.split(/\s+/).flatMap((sdk) => platformOfSdk(sdk) ?? []))
  return NAMES.filter((platform) => named.has(platform))
}
