import type { PlistValue } from 'plist'
import type { StateDetail } from '../../../world/settings.ts'
import { type Bundle, listOf, textOf } from './bundles.ts'
import type { Zip } from './zip.ts'

interface IconDemand {
  /** In `UIDeviceFamily`. */
  readonly family: number
  readonly code: string
  /** Where Info.plist names the files. */
  readonly key: string
  readonly device: string
  readonly pixels: number
}

// Codes and texts: fastlane#8170, NativeScript#9234.
const DEMANDS: readonly IconDemand[] = [
  { family: 1, code: '90022', key: 'CFBundleIcons', device: 'iPhone / iPod Touch', pixels: 120 },
  { family: 2, code: '90023', key: 'CFBundleIcons~ipad', device: 'iPad', pixels: 152 },
]
const MOST_ICON_BYTES = 4 * 1024 * 1024

function at(value: PlistValue | undefined, key: string): PlistValue | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return (value as Record<string, PlistValue>)[key]
}

/** The files that may be an app's icon: named in its Info.plist, with whatever scale and device come behind. */
function iconFiles({ info, files }: Bundle, key: string): string[] {
  const named = at(at(info[key], 'CFBundlePrimaryIcon'), 'CFBundleIconFiles')
  const stems = (Array.isArray(named) ? named : []).filter((stem) => typeof stem === 'string')
  return [...files].filter((file) => file.endsWith('.png') && stems.some((stem) => file.startsWith(stem)))
}

async function hasIcon(zip: Zip, app: Bundle, { key, pixels }: IconDemand): Promise<boolean> {
  const { imageSize } = await import('image-size')
  for (const file of iconFiles(app, key)) {
    const bytes = await zip.read(`${app.path}/${file}`, MOST_ICON_BYTES)
    try {
      const { width, height } = imageSize(bytes ?? Buffer.alloc(0))
      if (width === pixels && height === pixels) return true
    } catch {
      // No picture: no icon.
    }
  }
  return false
}

/**
 * Icons that an app lacks. One with an asset catalogue has them in there, where they are not looked for: its form is Apple's own. Icons of Apple TV and
 * Apple Vision are in it always.
 */
export async function iconFindings(zip: Zip, app: Bundle, platform: string): Promise<StateDetail[]> {
  if (platform !== 'IOS') return []
  const hasCatalogue = app.files.has('Assets.car')
  const findings: StateDetail[] = []
  if (textOf(app.info, 'CFBundleIconName') === undefined) {
    // alexaubry/alternate-icons#4.
    const description = `Missing Info.plist value. A value for the Info.plist key 'CFBundleIconName' is missing in the bundle '${textOf(app.info, 'CFBundleIdentifier') ?? app.path}'. Apps that provide icons in the asset catalog must also provide this Info.plist key.`
    findings.push({ code: '90713', description })
  }
  if (hasCatalogue) return findings
  const families = listOf(app.info, 'UIDeviceFamily')
  for (const demand of DEMANDS) {
    // Without the key an app is for iPhones.
    const isFor = families.includes(demand.family) || (families.length === 0 && demand.family === 1)
    if (!isFor || (await hasIcon(zip, app, demand))) continue
    const size = `${demand.pixels}x${demand.pixels}`
    const description = `Missing required icon file. The bundle does not contain an app icon for ${demand.device} of exactly '${size}' pixels, in .png format for iOS versions >= 10.0.`
    findings.push({ code: demand.code, description })
  }
  return findings
}
