import { appPaths, type BundleKind, type BundlePlace, bundlesIn } from './bundles.ts'
import { appArchiveErrors, messageOf } from './errors.ts'
import { type InfoDictionary, readInfoPlist } from './plist.ts'
import { openZip, type ZipArchive, type ZipEntry } from './zip/open-zip.ts'
import { readEntry } from './zip/read-entry.ts'

/** Info.plist files and profiles are a few kilobytes; the largest profiles, with all devices of a team, some hundred. */
const MAX_SMALL_FILE_BYTES = 4 * 1024 * 1024

/** Apple's names of platforms in `CFBundleSupportedPlatforms`. */
export type BundlePlatform = 'iOS' | 'tvOS' | 'watchOS' | 'visionOS' | 'macOS'

const PLATFORMS: Readonly<Record<string, BundlePlatform>> = {
  iPhoneOS: 'iOS',
  AppleTVOS: 'tvOS',
  WatchOS: 'watchOS',
  XROS: 'visionOS',
  MacOSX: 'macOS',
}

/** A bundle of an app: the app itself, an extension, a watch app, a framework. */
export interface AppBundle extends BundlePlace {
  /** `CFBundleIdentifier`. */
  readonly bundleId: string
  /** `CFBundleShortVersionString`, which people see. */
  readonly version: string | undefined
  /** `CFBundleVersion`, which Apple counts by. */
  readonly buildNumber: string | undefined
  /** `CFBundleDisplayName`, else `CFBundleName`. */
  readonly name: string | undefined
  /** File name of the program. */
  readonly executable: string | undefined
  readonly platform: BundlePlatform | undefined
  /** `MinimumOSVersion`, on macOS `LSMinimumSystemVersion`. */
  readonly minimumOs: string | undefined
  readonly info: InfoDictionary
  /** The embedded provisioning profile as it is; builds from the App Store have none. */
  readonly profile: Uint8Array | undefined
}

/** An app archive whose directory and property lists were read; nothing was unpacked. */
export interface AppArchive {
  /** As the caller gave it. */
  readonly path: string
  /** Size of the file. */
  readonly bytes: number
  readonly app: AppBundle
  /** The app first, then all that lies in it, parents before children; frameworks and tests without an Info.plist are left out. */
  readonly bundles: readonly AppBundle[]
  readonly entries: ReadonlyMap<string, ZipEntry>
  readonly zip: ZipArchive
}

/**
 * Opens an .ipa, or a zip with one .app at its top, lets `use` work with it and closes it.
 * The file is not trusted: sizes are bounded and names are checked.
 * @example
 * const { bundleId, buildNumber } = await withAppArchive('App.ipa', async ({ app }) => app)
 * Errors: those of `openZip` and `readEntry`; `app_archive.no_app`, `info_plist_invalid`.
 */
export async function withAppArchive<T>(path: string, use: (archive: AppArchive) => Promise<T>): Promise<T> {
  const zip = await openZip(path)
  try {
    return await use(await readApp(zip))
  } finally {
    await zip.close()
  }
}

async function readApp(zip: ZipArchive): Promise<AppArchive> {
  const { path, bytes, entries } = zip
  const names = new Set(entries.keys())
  const [only, ...others] = appPaths(names)
  if (only === undefined || others.length > 0) {
    const found = only === undefined ? [] : [only, ...others]
    const detail = `"${path}" holds ${only === undefined ? 'no .app' : found.join(', ')}`
    throw appArchiveErrors.no_app({ path, found }, { detail })
  }
  const [appPlace, ...nested] = bundlesIn(only, names)
  const app = appPlace && (await readBundle(zip, appPlace))
  if (app === undefined) throw infoPlistInvalid(path, `${only}/Info.plist`, 'it is missing')
  const bundles: AppBundle[] = [app]
  for (const place of nested) {
    const bundle = await readBundle(zip, place)
    if (bundle !== undefined) bundles.push(bundle)
    else if (PROFILED_KINDS.has(place.kind))
      throw infoPlistInvalid(path, `${place.contents}/Info.plist`, 'it is missing')
  }
  return { path, bytes, app, bundles, entries, zip }
}

function infoPlistInvalid(path: string, name: string, reason: string, cause?: unknown) {
  return appArchiveErrors.info_plist_invalid({ path, name, reason }, { detail: `"${path}": ${name}: ${reason}`, cause })
}

async function readBundle(zip: ZipArchive, place: BundlePlace): Promise<AppBundle | undefined> {
  const name = `${place.contents}/Info.plist`
  const bytes = await readSmall(zip, name)
  if (bytes === undefined) return undefined
  const info = parseInfo(zip.path, name, bytes)
  const text = (...keys: readonly string[]) =>
    keys.map((key) => info[key]).find((value) => typeof value === 'string' && value !== '') as string | undefined
  const bundleId = text('CFBundleIdentifier')
  if (bundleId === undefined) throw infoPlistInvalid(zip.path, name, 'CFBundleIdentifier is missing')
  return {
    ...place,
    bundleId,
    version: text('CFBundleShortVersionString'),
    buildNumber: text('CFBundleVersion'),
    name: text('CFBundleDisplayName', 'CFBundleName'),
    executable: text('CFBundleExecutable'),
    platform: platformOf(info),
    minimumOs: text('MinimumOSVersion', 'LSMinimumSystemVersion'),
    info,
    profile: await readSmall(zip, profilePath(place)),
  }
}

/** Where the profile of a bundle lies. */
export function profilePath({ path, contents }: Pick<BundlePlace, 'path' | 'contents'>): string {
  return contents === path ? `${path}/embedded.mobileprovision` : `${contents}/embedded.provisionprofile`
}

function parseInfo(path: string, name: string, bytes: Uint8Array): InfoDictionary {
  try {
    return readInfoPlist(bytes).values
  } catch (cause) {
    throw infoPlistInvalid(path, name, messageOf(cause), cause)
  }
}

/** A symlink is no file: what it leads to is not looked at. */
async function readSmall(zip: ZipArchive, name: string): Promise<Uint8Array | undefined> {
  const entry = zip.entries.get(name.normalize('NFC'))
  return entry?.kind === 'file' ? readEntry(zip, entry, MAX_SMALL_FILE_BYTES) : undefined
}

function platformOf(info: InfoDictionary): BundlePlatform | undefined {
  const supported = info.CFBundleSupportedPlatforms
  const [first] = Array.isArray(supported) ? supported : []
  const name = typeof first === 'string' ? first : info.DTPlatformName
  if (typeof name !== 'string') return undefined
  return Object.entries(PLATFORMS).find(([apple]) => apple.toLowerCase() === name.toLowerCase())?.[1]
}

/** Kinds of bundle that are signed with a profile of their own. */
export const PROFILED_KINDS: ReadonlySet<BundleKind> = new Set([
  'app',
  'app-clip',
  'watch-app',
  'extension',
  'xpc-service',
  'system-extension',
])
