import { build } from 'plist'
import { ZipFile } from 'yazl'
import { png } from './png.ts'

/** What an .ipa is like; what is not given is as Xcode exports it for the store. */
export interface IpaWish {
  readonly bundleId?: string
  readonly version?: string
  readonly buildNumber?: string
  /** Keys of Info.plist that are other; undefined leaves one out. */
  readonly info?: Readonly<Record<string, unknown>>
  /** Bytes of embedded.mobileprovision; null leaves it out. */
  readonly profile: Uint8Array | null
  /** Default an asset catalogue. */
  readonly icon?: 'catalogue' | 'none' | { readonly file: string; readonly pixels: number }
  /** Further files, or in place of those that are there anyway. */
  readonly files?: Readonly<Record<string, Uint8Array>>
}

type PlistInput = Parameters<typeof build>[0]

/** A property list; undefined values are left out. */
export function plistOf(fields: Readonly<Record<string, unknown>>): Buffer {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Buffer.from(build(Object.fromEntries(given) as PlistInput))
}

/** A zip archive of some files. */
export async function zipOf(files: Readonly<Record<string, Uint8Array>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, bytes] of Object.entries(files)) zip.addBuffer(Buffer.from(bytes), name)
  zip.end()
  const pieces: Buffer[] = []
  for await (const piece of zip.outputStream) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces)
}

function iconsOf(icon: IpaWish['icon'] = 'catalogue'): Record<string, Buffer> {
  if (icon === 'none') return {}
  if (icon === 'catalogue') return { 'Assets.car': Buffer.from('catalogue') }
  return { [icon.file]: png(icon.pixels, icon.pixels) }
}

/** The files of a bundle, below its folder. */
export function bundleFiles(path: string, wish: IpaWish): Record<string, Buffer> {
  const { bundleId = 'com.acme.app', version = '1.1', buildNumber = '8', info, profile } = wish
  const plist = plistOf({
    CFBundleIdentifier: bundleId,
    CFBundleExecutable: 'Acme',
    CFBundleShortVersionString: version,
    CFBundleVersion: buildNumber,
    CFBundleSupportedPlatforms: ['iPhoneOS'],
    CFBundleIconName: 'AppIcon',
    MinimumOSVersion: '16.0',
    UIDeviceFamily: [1],
    ...info,
  })
  const files: Record<string, Buffer> = {
    'Info.plist': plist,
    Acme: Buffer.from('executable'),
    ...iconsOf(wish.icon),
    ...(profile === null ? {} : { 'embedded.mobileprovision': Buffer.from(profile) }),
  }
  return Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`${path}/${name}`, bytes]))
}

/** An .ipa. */
export function ipaOf(wish: IpaWish): Promise<Buffer> {
  return zipOf({ ...bundleFiles('Payload/Acme.app', wish), ...wish.files })
}
