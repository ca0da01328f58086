import { DOMParser } from '@xmldom/xmldom'
import { type PlistValue, parse } from 'plist'

const MAX_DEPTH = 64
const NOT_MARKUP = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>/g
const CONTAINER_TAG = /<(\/?)(?:dict|array)\b[^<>]*?(\/?)>/g

/**
 * Parses a property list in XML, and nothing but well-formed XML: what plist finds wrong it repairs or prints on the
 * console, with pieces of the file in it, so anything it could remark on is refused first.
 */
export function parsePlistText(xml: string): PlistValue {
  if (depthOf(xml) > MAX_DEPTH) throw new Error('nested too deeply')
  new DOMParser({ onError: refuse }).parseFromString(xml, 'text/xml')
  return parse(xml)
}

function refuse(level: string, message: string): never {
  throw new Error(`${level}: ${message}`)
}

/** How deeply dictionaries and arrays are nested; the parser's time grows with the square of it. */
function depthOf(xml: string): number {
  let depth = 0
  let deepest = 0
  for (const [, closes, isEmpty] of xml.replace(NOT_MARKUP, '').matchAll(CONTAINER_TAG)) {
    if (closes) depth -= 1
    else if (!isEmpty) depth += 1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
