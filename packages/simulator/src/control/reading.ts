import { controlErrors } from './errors.ts'

/** A JSON object of a control request. */
export type Json = Readonly<Record<string, unknown>>

function bad(field: string, accepted: string): Error {
  return controlErrors.bad_request({ field, accepted }, { detail: `'${field}' must be ${accepted}` })
}

/** Says whether a value is a JSON object. */
export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Takes an object. */
export function object(value: unknown, field: string): Json {
  if (!isJson(value)) throw bad(field, 'an object')
  return value
}

/** Takes a list of objects; nothing is an empty list. */
export function objects(value: unknown, field: string): Json[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) throw bad(field, 'a list of objects')
  return value.map((item, index) => object(item, `${field}[${index}]`))
}

/** Takes an optional text, optionally of a closed set. */
export function text<T extends string = string>(from: Json, field: string, values?: readonly T[]): T | undefined {
  const value = from[field]
  if (value === undefined || value === null) return undefined
  const isKnown = typeof value === 'string' && (values === undefined || values.some((one) => one === value))
  if (!isKnown) throw bad(field, values === undefined ? 'a text' : `one of ${values.join(', ')}`)
  // Checked against the closed set just above; without a set, T is string.
  return value as T
}

/** Takes a text that has to be there. */
export function requiredText<T extends string = string>(from: Json, field: string, values?: readonly T[]): T {
  const value = text(from, field, values)
  if (value === undefined) throw bad(field, values === undefined ? 'a text' : `one of ${values.join(', ')}`)
  return value
}

/** Takes an optional number, not below `min`. */
export function number(from: Json, field: string, min = Number.NEGATIVE_INFINITY): number | undefined {
  const value = from[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min) throw bad(field, `a number from ${min}`)
  return value
}

/** Takes an optional boolean. */
export function boolean(from: Json, field: string): boolean | undefined {
  const value = from[field]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean') throw bad(field, 'true or false')
  return value
}

/** Refuses fields that nothing reads, so that a typing mistake is seen. */
export function onlyFields(from: Json, fields: readonly string[]): void {
  const extra = Object.keys(from).find((field) => !fields.includes(field))
  if (extra !== undefined) throw bad(extra, `absent; known fields are ${fields.join(', ')}`)
}
