import type { AppleProblem } from '../error-table.ts'

/** What came back from Apple: a parsed body where there is one. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  /** The JSON document; undefined for an empty body. */
  readonly document: unknown
  /** False when there was a body that is not JSON, such as a gateway's page. */
  readonly isReadable: boolean
  readonly requestId: string | undefined
}

/** The largest body that is read, in bytes: a page of 200 profiles with 100 devices each is about 4 MB. */
export const MAX_BODY_BYTES = 32 * 1024 * 1024

/** Thrown when a body is larger than allowed. Repeating will not help. */
export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge'
}

/** Reads an answer to its end. Throws what `fetch` throws when the body breaks off, and BodyTooLarge. */
export async function readAnswer(response: Response, maxBytes = MAX_BODY_BYTES): Promise<Answer> {
  const parsed = parseJson((await readBody(response, maxBytes)).toString('utf8'))
  return {
    status: response.status,
    headers: response.headers,
    document: parsed.document,
    isReadable: parsed.isReadable,
    requestId: requestIdOf(response.headers),
  }
}

/** Reads a body to its end. Throws what `fetch` throws when it breaks off, and BodyTooLarge. */
export async function readBody(response: Response, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) throw new BodyTooLarge(`the answer has more than ${maxBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Reads JSON; an empty text is readable and holds nothing. */
export function parseJson(text: string): { document: unknown; isReadable: boolean } {
  if (text.trim() === '') return { document: undefined, isReadable: true }
  try {
    return { document: JSON.parse(text) as unknown, isReadable: true }
  } catch {
    return { document: undefined, isReadable: false }
  }
}

function requestIdOf(headers: Headers): string | undefined {
  const id = headers.get('x-request-id') ?? headers.get('x-apple-jingle-correlation-key') ?? ''
  return /^[\w.-]{1,64}$/.test(id) ? id : undefined
}

/** A member of something that may or may not be an object. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

/** A text member, or nothing. */
export function textMember(value: unknown, name: string): string | undefined {
  const found = member(value, name)
  return typeof found === 'string' ? found : undefined
}

/** A list member, or an empty list. */
export function listMember(value: unknown, name: string): readonly unknown[] {
  const found = member(value, name)
  return Array.isArray(found) ? found : []
}

/** The entries of an error document; empty for any other body. */
export function problemsIn(document: unknown): readonly AppleProblem[] {
  return listMember(document, 'errors').map((value) => {
    const associated = associatedIn(member(member(value, 'meta'), 'associatedErrors'))
    return { ...readProblem(value), ...(associated.length > 0 && { associated }) }
  })
}

// A map from the path of a resource to what is wrong with it; ids in paths tell a person nothing.
function associatedIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([path, problems]) => {
    const type = path.split('/').at(-2) ?? path
    const list: readonly unknown[] = Array.isArray(problems) ? problems : []
    return list.map(readProblem).map(({ source, detail, title, code }) => {
      const field = source?.split('/').at(-1)
      const name = field === undefined ? type : `${type}.${field}`
      return `${name}: ${detail ?? title ?? code ?? 'refused'}`
    })
  })
}

function readProblem(value: unknown): AppleProblem {
  const source = member(value, 'source')
  const links = member(value, 'links')
  return withoutUndefined({
    status: textMember(value, 'status'),
    code: textMember(value, 'code'),
    title: textMember(value, 'title'),
    detail: textMember(value, 'detail'),
    source: textMember(source, 'pointer') ?? textMember(source, 'parameter'),
    link: textMember(links, 'see') ?? textMember(links, 'about'),
  })
}

function withoutUndefined<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: string
  }
}
