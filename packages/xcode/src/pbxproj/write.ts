import type { PlistValue } from 'plist'
import { quote } from './text.ts'

/** A value to be put into a project file. */
export type PbxInput = string | readonly PbxInput[] | { readonly entries: readonly (readonly [string, PbxInput])[] }

/** Writes a value as Xcode does, over several lines, its first line standing behind `indentation`. */
export function writeValue(value: PbxInput, indentation: string, lineEnding: string): string {
  if (typeof value === 'string') return quote(value)
  const inner = `${lineEnding}${indentation}\t`
  const write = (item: PbxInput) => writeValue(item, `${indentation}\t`, lineEnding)
  const last = `${lineEnding}${indentation}`
  if (isList(value)) return `(${value.map((item) => `${inner}${write(item)},`).join('')}${last})`
  return `{${value.entries.map(([key, item]) => `${inner}${quote(key)} = ${write(item)};`).join('')}${last}}`
}

function isList(value: Exclude<PbxInput, string>): value is readonly PbxInput[] {
  return Array.isArray(value)
}

/** Translates the values of an XML property list into the OpenStep form, every scalar as a string. */
export function openStepOf(value: PlistValue): string {
  return writeValue(inputOf(value), '', '\n')
}

function inputOf(value: PlistValue): PbxInput {
  if (typeof value === 'string') return value
  if (typeof value === 'boolean') return value ? 'YES' : 'NO'
  if (Array.isArray(value)) return value.map(inputOf)
  if (value === null || typeof value === 'number' || value instanceof Date) return String(value)
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  return { entries: Object.entries(value).map(([key, item]) => [key, inputOf(item)] as const) }
}
