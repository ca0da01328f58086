import type { PortalDevice } from './port.ts'
import { DISTRIBUTIONS, type DistributionMethod, type Platform } from './profile-kinds.ts'

/** A device that the team's profiles shall list. */
export interface TestDevice {
  /** In Apple's spelling; see `normaliseUdid`. */
  readonly udid: string
  readonly name: string
}

/** A device that was named but cannot be registered, and why. */
export interface RefusedDevice {
  readonly given: string
  readonly reason: string
}

export interface ReadDevices {
  readonly devices: readonly TestDevice[]
  readonly refused: readonly RefusedDevice[]
}

/** What `normaliseUdid` accepts, in words for error texts. */
export const UDID_FORMS =
  '40 hexadecimal digits, 8 and 16 hexadecimal digits with a hyphen between, or the hardware UUID of a Mac'

const FORMS: readonly { readonly pattern: RegExp; readonly spell: (hex: string) => string }[] = [
  { pattern: /^[0-9a-f]{40}$/, spell: (hex) => hex },
  { pattern: /^[0-9a-f]{8}-?[0-9a-f]{16}$/, spell: (hex) => spellGroups(hex, [8, 16]) },
  {
    pattern: /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/,
    spell: (hex) => spellGroups(hex, [8, 4, 4, 4, 12]),
  },
]
// Hyphens and dashes that word processors and chat programs put in place of "-".
const DASHES = /[\u2010-\u2015\u2212\uFE58\uFE63\uFF0D]/g
// Blanks and invisible characters that come along when a UDID is copied.
const INVISIBLE = /[\s\u00AD\u200B-\u200F\u2028-\u202E\u2060\uFEFF]/g
const SHOWN_LENGTH = 60

/**
 * Spells a UDID as Apple does. Dashes of any kind count as a hyphen, blanks and invisible characters are dropped.
 * Returns `undefined` for what is no UDID: nothing is cut off to make it one.
 */
export function normaliseUdid(given: string): string | undefined {
  if (given.length > 200) return undefined
  const text = given.replace(INVISIBLE, '').replace(DASHES, '-').toLowerCase()
  return FORMS.find(({ pattern }) => pattern.test(text))?.spell(text)
}

/** Says whether two spellings name one device: Apple ignores case and hyphens. */
export function isSameUdid(a: string, b: string): boolean {
  return udidKey(a) === udidKey(b)
}

/** A form of the UDID that is equal for all spellings of one device. */
export function udidKey(udid: string): string {
  return udid.replaceAll('-', '').toLowerCase()
}

/** Reads the devices that people entered: repairs spellings, drops repeats, and says why the rest cannot be used. */
export function readTestDevices(given: readonly { readonly udid: string; readonly name?: string }[]): ReadDevices {
  const devices = new Map<string, TestDevice>()
  const refused: RefusedDevice[] = []
  for (const { udid, name } of given) {
    const spelled = normaliseUdid(udid)
    if (spelled === undefined) refused.push({ given: shown(udid), reason: `it is no UDID (accepted: ${UDID_FORMS})` })
    else if (!devices.has(udidKey(spelled))) devices.set(udidKey(spelled), { udid: spelled, name: deviceName(name) })
  }
  return { devices: [...devices.values()], refused }
}

/** The devices that a profile of this kind lists: all enabled ones of its platform. */
export function devicesFor(
  devices: readonly PortalDevice[],
  platform: Platform,
  distribution: DistributionMethod,
): readonly PortalDevice[] {
  if (!DISTRIBUTIONS[distribution].listsDevices) return []
  return devices.filter((device) => device.status === 'enabled' && device.family === deviceFamily(platform))
}

/** Which family of devices a platform's profiles list. */
export function deviceFamily(platform: Platform): PortalDevice['family'] {
  return platform === 'mac-catalyst' ? 'macos' : platform
}

function spellGroups(hex: string, lengths: readonly number[]): string {
  const digits = hex.replaceAll('-', '').toUpperCase()
  const starts = lengths.map((_, index) => lengths.slice(0, index).reduce((sum, length) => sum + length, 0))
  return starts.map((start, index) => digits.slice(start, start + (lengths[index] ?? 0))).join('-')
}

function deviceName(name: string | undefined): string {
  // Control characters break Apple's list; the limit is Apple's form.
  const clean = (name ?? '')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, 50)
  return clean === '' ? 'Test device' : clean
}

function shown(text: string): string {
  const clean = text.replace(/\p{C}/gu, '?')
  return clean.length > SHOWN_LENGTH ? `${clean.slice(0, SHOWN_LENGTH)}…` : clean
}
