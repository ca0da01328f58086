import { type Instant, instant } from '@cordon/core/instant'
import type { PlistValue } from 'plist'
import { signingErrors } from '../errors.ts'

export type PlistDict = Readonly<Record<string, PlistValue>>

/** Reads the fields of a property list by type; throws `signing.profile_incomplete`, naming the field, otherwise. */
export interface Fields {
  text(field: string): string
  texts(field: string): readonly string[]
  optionalTexts(field: string): readonly string[] | undefined
  flag(field: string): boolean
  time(field: string): Instant
  bytes(field: string): readonly Uint8Array[]
  dict(field: string): PlistDict
}

const incomplete = (field: string) => signingErrors.profile_incomplete({ field }, { detail: `field "${field}"` })

export function isDict(value: PlistValue | undefined): value is Record<string, PlistValue> {
  const isObject = typeof value === 'object' && value !== null
  return isObject && !Array.isArray(value) && !(value instanceof Date) && !(value instanceof Uint8Array)
}

export function fieldsOf(dict: PlistDict): Fields {
  const at = (field: string) => (Object.hasOwn(dict, field) ? dict[field] : undefined)
  const list = <T extends PlistValue>(field: string, isItem: (item: PlistValue) => item is T): readonly T[] => {
    const value = at(field)
    if (!Array.isArray(value) || !value.every(isItem)) throw incomplete(field)
    return value
  }
  const isText = (item: PlistValue) => typeof item === 'string'
  const isBytes = (item: PlistValue) => item instanceof Uint8Array
  return {
    text(field) {
      const value = at(field)
      if (typeof value !== 'string' || value === '') throw incomplete(field)
      return value
    },
    texts: (field) => list(field, isText),
    optionalTexts: (field) => (at(field) === undefined ? undefined : list(field, isText)),
    flag(field) {
      const value = at(field)
      if (value !== undefined && typeof value !== 'boolean') throw incomplete(field)
      return value === true
    },
    time(field) {
      const value = at(field)
      if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw incomplete(field)
      return instant(value.getTime())
    },
    bytes: (field) => list(field, isBytes),
    dict(field) {
      const value = at(field)
      if (!isDict(value)) throw incomplete(field)
      return value
    },
  }
}
