import { type Instant, parseInstant } from '@cordon/core/instant'

/** A value of a list that Apple extends without notice: the known ones by name, any other as text. */
export type Open<A extends string> = A | (string & {})

/** How one attribute of an answer is read. Null, absent and ill-typed all read as undefined. */
export interface Field<T> {
  readonly kind:
    | 'text'
    | 'choice'
    | 'choices'
    | 'flag'
    | 'number'
    | 'time'
    | 'bytes'
    | 'settings'
    | 'structure'
    | 'structures'
  /** Values in Apple's document, for `choice` and `choices`. */
  readonly documented?: readonly string[]
  readonly read: (value: unknown) => T | undefined
}

/** The attributes of a resource, by Apple's names. */
export type Shape = Readonly<Record<string, Field<unknown>>>

/** What reading a shape gives: every attribute may be missing. */
export type Attributes<S extends Shape> = {
  readonly [K in keyof S]?: S[K] extends Field<infer T> ? T : never
}

const asText = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

/** A text. */
export const text: Field<string> = { kind: 'text', read: asText }

/** Yes or no. */
export const flag: Field<boolean> = { kind: 'flag', read: (value) => (typeof value === 'boolean' ? value : undefined) }

/** A whole number that fits into one of JavaScript's. */
export const number: Field<number> = {
  kind: 'number',
  read: (value) => (Number.isSafeInteger(value) ? (value as number) : undefined),
}

/** An object within an attribute; `read` takes what it knows of it. */
export function structure<T>(read: (value: unknown) => T | undefined): Field<T> {
  return { kind: 'structure', read: (value) => (typeof value === 'object' && value !== null ? read(value) : undefined) }
}

/** A list of objects within an attribute; entries that `read` cannot use are left out. */
export function structures<T>(read: (value: unknown) => T | undefined): Field<readonly T[]> {
  const readAll = (values: readonly unknown[]) => values.map(read).filter((value) => value !== undefined)
  return { kind: 'structures', read: (value) => (Array.isArray(value) ? readAll(value) : undefined) }
}

/** A point in time, in either of Apple's two spellings. */
export const time: Field<Instant> = { kind: 'time', read: readTime }

/** Base64 in the answer, bytes here. */
export const bytes: Field<Uint8Array> = { kind: 'bytes', read: readBytes }

/** One of the documented values, one of those seen beyond the document, or a new one. */
export function choice<const D extends string, const S extends string = never>(
  documented: readonly D[],
  _alsoSeen: readonly S[] = [],
): Field<Open<D | S>> {
  return { kind: 'choice', documented, read: asText }
}

/** Several of the documented values. */
export function choices<const D extends string>(documented: readonly D[]): Field<readonly Open<D>[]> {
  return { kind: 'choices', documented, read: readTexts }
}

function readTexts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : undefined
}

function readTime(value: unknown): Instant | undefined {
  try {
    return typeof value === 'string' ? parseInstant(value) : undefined
  } catch {
    return undefined
  }
}

function readBytes(value: unknown): Uint8Array | undefined {
  const decoded = typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64')) : undefined
  return decoded?.length ? decoded : undefined
}

/** Reads the attributes of one resource; unknown ones are ignored. */
export function readAttributes<S extends Shape>(shape: S, attributes: unknown): Attributes<S> {
  const given = typeof attributes === 'object' && attributes !== null ? (attributes as Record<string, unknown>) : {}
  const known = Object.entries(shape).flatMap(([name, field]) => {
    const value = field.read(given[name])
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(known) as Attributes<S>
}
