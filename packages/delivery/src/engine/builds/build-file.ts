import { type AppArchive, type AppBundle, withAppArchive } from '@cordon/app-archive/app-archive'
import { readInstallerPackage } from '@cordon/app-archive/installer-package'
import type { InfoDictionary } from '@cordon/app-archive/plist'
import type { StorePlatform } from '../platforms.ts'
import { deliveryErrors } from './errors.ts'

/** A part of the app that is signed on its own. */
export interface BuildPart {
  readonly kind: AppBundle['kind']
  readonly bundleId: string
  readonly info: InfoDictionary
  readonly profile: Uint8Array | undefined
}

/** What is known of a file before it is sent. */
export interface BuildFile {
  readonly path: string
  readonly bytes: number
  readonly kind: 'ipa' | 'pkg'
  readonly bundleId: string
  readonly version: string | undefined
  readonly buildNumber: string | undefined
  /** Undefined when the app does not say. */
  readonly platform: StorePlatform | undefined
  readonly minimumOs: string | undefined
  /** The app first; empty for a .pkg, in which the app stays packed. */
  readonly parts: readonly BuildPart[]
  /** Names in the archive that look like icons or asset catalogs of the app; empty for a .pkg. */
  readonly iconFiles: readonly string[]
  /** Undefined where it does not apply. */
  readonly isPackageSigned: boolean | undefined
}

const PLATFORMS: Readonly<Record<string, StorePlatform>> = {
  iOS: 'IOS',
  watchOS: 'IOS',
  tvOS: 'TV_OS',
  visionOS: 'VISION_OS',
  macOS: 'MAC_OS',
}

/** Reads an .ipa or .pkg by its directory; nothing is unpacked. Errors: those of `app-archive`; `delivery.file_kind_unknown`. */
export async function readBuildFile(path: string): Promise<BuildFile> {
  const ending = /\.(ipa|pkg)$/i.exec(path)?.[1]?.toLowerCase()
  if (ending === 'ipa') return withAppArchive(path, async (archive) => fromArchive(archive))
  if (ending !== 'pkg') throw deliveryErrors.file_kind_unknown({ path }, { detail: `"${path}"` })
  const { isSigned, ...found } = await readInstallerPackage(path)
  const rest = { kind: 'pkg', platform: 'MAC_OS', minimumOs: undefined, parts: [], iconFiles: [] } as const
  return { ...found, ...rest, isPackageSigned: isSigned }
}

const PROFILED = new Set<AppBundle['kind']>(['app', 'app-clip', 'watch-app', 'extension'])

function fromArchive({ path, bytes, app, bundles, entries }: AppArchive): BuildFile {
  const { bundleId, version, buildNumber, minimumOs } = app
  return {
    ...{ path, bytes, kind: 'ipa', bundleId, version, buildNumber, minimumOs },
    platform: app.platform === undefined ? undefined : PLATFORMS[app.platform],
    parts: bundles
      .filter(({ kind }) => PROFILED.has(kind))
      .map(({ kind, bundleId, info, profile }) => ({ kind, bundleId, info, profile })),
    iconFiles: [...entries.keys()].filter((name) => isIcon(name.slice(app.path.length + 1), name, app.path)),
    isPackageSigned: undefined,
  }
}

function isIcon(below: string, name: string, app: string): boolean {
  return name.startsWith(`${app}/`) && (below === 'Assets.car' || /^[^/]*\.(png|icns)$/i.test(below))
}
