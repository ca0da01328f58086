import { MINUTE_MS, SECOND_MS } from '@cordon/core/instant'
import { metadataErrors } from '../../engine/metadata/errors.ts'
import type { StoredPicture } from '../../engine/metadata/model.ts'

/** What fetching a picture is given. */
export interface FetchContext {
  readonly fetch: typeof fetch
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  /** Address that is asked instead of Apple: pictures may come from there. */
  readonly standIn?: string | undefined
}

const TRIES = 4
const PATIENCE_MS = 5 * MINUTE_MS
const MAX_REDIRECTS = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])

/**
 * Opens a picture at Apple as a stream, in its own size. The request has no token and no cookie: the host of pictures is another one than
 * that of the API, and asks for none. Addresses and redirects lead to Apple's domains by TLS, or to the stand-in; others are not
 * followed, so that nobody who gets hold of an answer makes this machine ask around in its network. Throws `metadata.picture_unavailable`.
 */
export async function fetchPicture(
  { template, width, height }: StoredPicture,
  format: 'png' | 'jpg',
  context: FetchContext,
): Promise<AsyncIterable<Uint8Array>> {
  const address = template.replace('{w}', `${width}`).replace('{h}', `${height}`).replace('{f}', format)
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(address.replace('{c}', ''), context)
    if (answer.kind === 'picture') return answer.body
    if (!answer.isPassing || attempt === TRIES) throw unavailable(answer.reason)
    await context.sleep(SECOND_MS * 2 ** (attempt - 1))
  }
}

type Outcome =
  | { readonly kind: 'picture'; readonly body: AsyncIterable<Uint8Array> }
  | { readonly kind: 'none'; readonly reason: string; readonly isPassing: boolean }

async function ask(first: string, context: FetchContext): Promise<Outcome> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  let address = first
  for (let step = 0; step <= MAX_REDIRECTS; step += 1) {
    if (!isAllowed(address, context.standIn)) return none(`${hostOf(address)} is no address of Apple's`)
    const answer = await context.fetch(address, { redirect: 'manual', signal }).catch(() => undefined)
    if (answer === undefined) return none('the connection failed', true)
    if (answer.ok && answer.body !== null) return { kind: 'picture', body: answer.body as AsyncIterable<Uint8Array> }
    await answer.body?.cancel()
    const next = answer.headers.get('location')
    if (!REDIRECTS.has(answer.status) || next === null)
      return none(`status ${answer.status}`, answer.status >= 500 || answer.status === 429)
    if (!URL.canParse(next, address)) return none('it leads to no address')
    address = new URL(next, address).href
  }
  return none('it leads from one address to another')
}

function none(reason: string, isPassing = false): Outcome {
  return { kind: 'none', reason, isPassing }
}

function isAllowed(address: string, standIn: string | undefined): boolean {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, origin, username, port } = new URL(address)
  if (standIn !== undefined && URL.canParse(standIn) && new URL(standIn).origin === origin) return true
  return protocol === 'https:' && username === '' && port === '' && /\.(mzstatic|apple)\.com$/.test(hostname)
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : 'it'
}

function unavailable(reason: string) {
  return metadataErrors.picture_unavailable({ reason }, { detail: reason })
}
