import { DOMParser } from '@xmldom/xmldom'
import { type PlistValue, parse } from 'plist'

/**
 * Parses a property list in XML, and nothing but well-formed XML: what plist finds wrong it repairs or prints on the
 * console, with pieces of the file in it, so anything it could remark on is refused first.
 */
export function parsePlistText(xml: string): PlistValue {
  new DOMParser({ onError: refuse }).parseFromString(xml, 'text/xml')
  return parse(xml)
}

function refuse(level: string, message: string): never {
  throw new Error(`${level}: ${message}`)
}
