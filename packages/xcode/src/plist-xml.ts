import { type PlistValue, parse } from 'plist'
import { checkXml } from './xml.ts'

/**
 * Reads an XML property list; throws an Error with the reason.
 * Checked first, because the library writes what it dislikes to the console.
 */
export function parseXmlPlist(text: string): PlistValue {
  const clean = text.replace(/^\ufeff/, '').trimStart()
  if (/<!ENTITY/i.test(clean)) throw new Error('entity declarations are not accepted')
  checkXml(clean)
  return parse(clean)
}
