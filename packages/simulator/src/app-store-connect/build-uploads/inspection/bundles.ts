import type { PlistValue } from 'plist'
import type { Zip } from './zip.ts'

/** A property list's dictionary. */
export type Dictionary = Readonly<Record<string, PlistValue>>

/** An app, or an extension, clip or watch app inside it. */
export interface Bundle {
  /** As Apple's messages write it: `Payload/Acme.app`. */
  readonly path: string
  /** Its Info.plist; empty when that is absent or can not be read. */
  readonly info: Dictionary
  readonly hasInfo: boolean
  /** Names of the files directly in its folder. */
  readonly files: ReadonlySet<string>
}

const MOST_INFO_BYTES = 4 * 1024 * 1024
const MOST_BUNDLES = 100
// A file directly in the folder of the app or of a bundle inside it.
const IN_A_BUNDLE = /^Payload(?:\/(?:(?:PlugIns|Extensions|AppClips|Watch)\/)?[^/]+\.(?:app|appex))+\/[^/]+$/

/** Whether a file of an archive is looked at. */
export function isOfInterest(name: string): boolean {
  return IN_A_BUNDLE.test(name)
}

/** Reads a property list, XML or binary; undefined when it is none, or no dictionary. */
export async function dictionaryOf(bytes: Buffer): Promise<Dictionary | undefined> {
  const { parse } = await import('plist')
  try {
    const isBinary = bytes.subarray(0, 6).toString('latin1') === 'bplist'
    // Anything else would be parsed as XML, with complaints on the terminal, or in the oldest form.
    if (!isBinary && !bytes.includes('<plist')) return undefined
    const value = parse(isBinary ? new Uint8Array(bytes) : bytes.toString('utf8'))
    const isDictionary =
      typeof value === 'object' &&
      value !== null &&
      !Array.isArray(value) &&
      !(value instanceof Date) &&
      !(value instanceof Uint8Array)
    return isDictionary ? value : undefined
  } catch {
    return undefined
  }
}

/** A text of a dictionary; undefined when it is absent, empty or something else. */
export function textOf(dictionary: Dictionary, key: string): string | undefined {
  const value = dictionary[key]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** A list of a dictionary; empty when it is absent or something else. */
export function listOf(dictionary: Dictionary, key: string): readonly PlistValue[] {
  const value = dictionary[key]
  return Array.isArray(value) ? value : []
}

/** The bundles of an archive, the app first. */
export async function bundlesOf(zip: Zip): Promise<Bundle[]> {
  const files = new Map<string, Set<string>>()
  for (const name of zip.names) {
    const end = name.lastIndexOf('/')
    const path = name.slice(0, end)
    files.set(path, (files.get(path) ?? new Set()).add(name.slice(end + 1)))
  }
  if (files.size > MOST_BUNDLES) throw new RangeError('it has too many bundles')
  const paths = [...files.keys()].sort((one, other) => one.split('/').length - other.split('/').length)
  const bundles: Bundle[] = []
  for (const path of paths) {
    const bytes = await zip.read(`${path}/Info.plist`, MOST_INFO_BYTES)
    const info = bytes === undefined ? undefined : await dictionaryOf(bytes)
    bundles.push({ path, info: info ?? {}, hasInfo: info !== undefined, files: files.get(path) ?? new Set() })
  }
  return bundles
}
