import type { Incoming } from '../../http/service.ts'

/** The parameters of a request to the legacy portal, from the address and the body, whatever form they came in. */
export interface Form {
  /** The first value; `undefined` when there is none. */
  text(name: string): string | undefined
  /** All values as they were sent. */
  all(name: string): string[]
  /** All values of a list: `key[]=a&key[]=b`, a repeated key, or one value with commas. */
  list(name: string): string[]
  isTrue(name: string): boolean
  /** Names that were sent, without brackets. */
  names(): string[]
  /** The body, when it was a JSON object. */
  readonly json: Readonly<Record<string, unknown>>
}

type Json = Readonly<Record<string, unknown>>

const TRUE: ReadonlySet<string> = new Set(['true', 'on', '1', 'yes'])

function jsonOf(body: Buffer): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'))
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? { ...parsed } : undefined
  } catch {
    return undefined
  }
}

function isJsonType(request: Incoming): boolean {
  const type = request.headers['content-type']
  return typeof type === 'string' && /\bjson\b/i.test(type)
}

function add(values: Map<string, string[]>, name: string, value: string): void {
  const plain = name.replace(/\[\d*\]$/, '')
  values.set(plain, [...(values.get(plain) ?? []), value])
}

function valuesOf(query: string, body: string, json: Json): Map<string, string[]> {
  const values = new Map<string, string[]>()
  for (const text of [query, body]) for (const [name, value] of new URLSearchParams(text)) add(values, name, value)
  for (const [name, value] of Object.entries(json)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (['string', 'number', 'boolean'].includes(typeof one)) add(values, name, String(one))
    }
  }
  return values
}

/** Reads the parameters of a request: query and body together, the body as form or as JSON. */
export function readForm(request: Incoming): Form {
  const isJson = request.body !== null && isJsonType(request)
  const json = (isJson && request.body !== null ? jsonOf(request.body) : undefined) ?? {}
  const body = request.body === null || isJson ? '' : request.body.toString('utf8')
  const values = valuesOf(request.query, body, json)
  return {
    json,
    text: (name) => values.get(name)?.[0],
    all: (name) => values.get(name) ?? [],
    list: (name) => (values.get(name) ?? []).flatMap((value) => value.split(',')).filter((value) => value !== ''),
    isTrue: (name) => TRUE.has((values.get(name)?.[0] ?? '').toLowerCase()),
    names: () => [...values.keys()],
  }
}
