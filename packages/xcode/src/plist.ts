import { isCordonError } from '@cordon/core/errors'
import { type PlistValue, parseBinary } from 'plist'
import { xcodeErrors } from './errors.ts'
import { messageOf } from './message.ts'
import { type PbxPlain, plainOf, ROOT } from './pbxproj/document.ts'
import { parsePbxproj } from './pbxproj/parse.ts'
import { parseXmlPlist } from './plist-xml.ts'

export type { PlistValue } from 'plist'

/** The dictionary a property list of a project consists of. */
export type PlistDictionary = Readonly<Record<string, PlistValue>>

/**
 * Reads a property list in XML, binary or OpenStep form that holds a dictionary.
 * Throws `xcode.plist_malformed` with the path.
 */
export function readPlist(bytes: Uint8Array, path: string): PlistDictionary {
  let value: PlistValue
  try {
    value = decode(Buffer.from(bytes), path)
  } catch (cause) {
    const reason = isCordonError(cause) ? (cause.detail ?? cause.title) : messageOf(cause)
    throw malformed(path, reason, cause)
  }
  if (!isDictionary(value)) throw malformed(path, 'it does not hold a dictionary')
  return value
}

function malformed(path: string, reason: string, cause?: unknown): Error {
  return xcodeErrors.plist_malformed({ path, reason }, { cause, detail: `${path}: ${reason}` })
}

function decode(bytes: Buffer, path: string): PlistValue {
  if (bytes.toString('latin1', 0, 6) === 'bplist') return parseBinary(bytes)
  const text = decodeText(bytes)
  if (text.startsWith('<')) return parseXmlPlist(text)
  return plainToPlist(plainOf(parsePbxproj(Buffer.from(text), path), ROOT))
}

function decodeText(bytes: Buffer): string {
  const isUtf16 = bytes[0] === 0xff && bytes[1] === 0xfe
  return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(bytes).trimStart()
}

function plainToPlist(value: PbxPlain): PlistValue {
  if (typeof value === 'string' || value instanceof Uint8Array) return value
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, item]) => [key, plainToPlist(item)]))
  return Array.isArray(value) ? value.map(plainToPlist) : null
}

/** Says whether a value of a property list is a dictionary. */
export function isDictionary(value: PlistValue | undefined): value is { [key: string]: PlistValue } {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Date) &&
    !(value instanceof Uint8Array)
  )
}
