import { XMLValidator } from 'fast-xml-parser'
import { build, buildBinary, type PlistValue, parse, parseBinary } from 'plist'

/** The dictionary that an Info.plist consists of. */
export type InfoDictionary = Readonly<Record<string, PlistValue>>

export type { PlistValue } from 'plist'

/** A property list with the form it was found in, so that it can be written back alike. */
export interface InfoPlist {
  readonly form: 'binary' | 'xml'
  readonly values: InfoDictionary
}

const MAX_DEPTH = 64

/** Reads an Info.plist in binary or XML form. Throws an Error with the reason when it holds no dictionary. */
export function readInfoPlist(bytes: Uint8Array): InfoPlist {
  const buffer = Buffer.from(bytes)
  const form = buffer.toString('latin1', 0, 6) === 'bplist' ? 'binary' : 'xml'
  const values = form === 'binary' ? parseBinary(buffer) : parseXml(buffer.toString('utf8'))
  if (!isDictionary(values)) throw new Error('it does not hold a dictionary')
  return { form, values }
}

/** Writes an Info.plist in the form it had. */
export function writeInfoPlist({ form, values }: InfoPlist): Uint8Array {
  return form === 'binary' ? buildBinary({ ...values }) : Buffer.from(build({ ...values }))
}

/** Checked first: the library writes what it dislikes to the console, and its time grows with the square of the depth. */
function parseXml(text: string): PlistValue {
  const clean = text.replace(/^\ufeff/, '').trimStart()
  if (/<!ENTITY/i.test(clean)) throw new Error('entity declarations are not accepted')
  const answer = XMLValidator.validate(clean)
  if (answer !== true) throw new Error(`line ${answer.err.line}: ${answer.err.msg}`)
  if (depthOf(clean) > MAX_DEPTH) throw new Error('nested too deeply')
  return parse(clean)
}

function depthOf(xml: string): number {
  let depth = 0
  let deepest = 0
  for (const [, closes, isEmpty] of xml.matchAll(/<(\/?)(?:dict|array)\b[^<>]*?(\/?)>/g)) {
    if (closes) depth -= 1
    else if (!isEmpty) depth += 1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

/** Says whether a value of a property list is a dictionary. */
export function isDictionary(value: PlistValue | undefined): value is Record<string, PlistValue> {
  const isObject = typeof value === 'object' && value !== null
  return isObject && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array)
}
