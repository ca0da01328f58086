import type { Incoming } from '../../http/service.ts'

/** A JSON object that a client sent: nothing in it is checked. */
export type JsonObject = Readonly<Record<string, unknown>>

/** Says whether a value is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The body as a JSON object; `undefined` when it is none. */
export function jsonBody(request: Incoming): JsonObject | undefined {
  if (request.body === null) return undefined
  try {
    const parsed: unknown = JSON.parse(request.body.toString('utf8'))
    return isJsonObject(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** A text of a JSON object; empty when there is none. */
export function textOf(from: unknown, ...path: readonly string[]): string {
  const value = path.reduce<unknown>((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), from)
  return typeof value === 'string' ? value : ''
}

/** A whole number of a JSON object, which some clients send as a text; NaN when there is none. */
export function numberIn(from: unknown, ...path: readonly string[]): number {
  const value = path.reduce<unknown>((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), from)
  return typeof value === 'number'
    ? value
    : typeof value === 'string' && /^\d+$/.test(value)
      ? Number(value)
      : Number.NaN
}

/** A header that is sent once; empty when it is absent. */
export function headerOf(request: Incoming, name: string): string {
  const value = request.headers[name]
  return typeof value === 'string' ? value : (value?.[0] ?? '')
}
