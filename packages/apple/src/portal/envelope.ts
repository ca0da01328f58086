import type { CookieAnswer } from '../apple-id/exchange.ts'
import { listMember, member, textMember } from '../transport/answer.ts'

/** What an answer of the old portal comes to. It says most things with status 200, so its own code decides. */
export type EnvelopeReading =
  | { readonly state: 'done'; readonly document: unknown }
  | { readonly state: PortalRefusal; readonly facts: EnvelopeFacts }

/** Why the portal refuses, as far as it can be told. */
export type PortalRefusal =
  | 'expired'
  | 'unavailable'
  | 'no-membership'
  | 'agreement-pending'
  | 'not-allowed'
  | 'csrf'
  | 'refused'
  | 'unreadable'

/** What is kept of a refusal. Safe to show. */
export interface EnvelopeFacts {
  readonly status: number
  /** The portal's own code. */
  readonly resultCode?: number
  /** The portal's own sentence, as plain text. */
  readonly said?: string
}

interface Row {
  readonly refusal: PortalRefusal
  readonly resultCode?: number
  readonly text?: RegExp
}

/** Refusals of the old portal, most special first. Source: observed (fastlane spaceship, @expo/apple-utils). */
const REFUSALS: readonly Row[] = [
  { refusal: 'agreement-pending', text: /Program License Agreement/i },
  { refusal: 'no-membership', text: /Access Unavailable|not associated with an active membership/i },
  { refusal: 'expired', resultCode: 1100 },
  { refusal: 'expired', text: /^Your session has expired/im },
  { refusal: 'unavailable', resultCode: 503 },
  { refusal: 'unavailable', text: /not available because of maintenance/i },
  { refusal: 'csrf', text: /\bcsrf\b/i },
  { refusal: 'not-allowed', resultCode: 1200 },
  { refusal: 'not-allowed', text: /NotAllowed/ },
]

// Pages that gateways send with any status.
const GATEWAY_PAGE =
  /<title>\s*302 Found|<h3>\s*Bad Gateway|503 Service Temporarily Unavailable|Internal Server Error - Read|Gateway Timeout - In read/i

/** Reads an answer of the old portal. */
export function readEnvelope(answer: CookieAnswer): EnvelopeReading {
  const { status, document } = answer
  if (status === 401 || isSignInRedirect(answer)) return { state: 'expired', facts: { status } }
  if (typeof document !== 'object' || document === null) return { state: unreadable(answer), facts: { status } }
  const resultCode = member(document, 'resultCode')
  if (status === 200 && resultCode === 0) return { state: 'done', document }
  const facts = factsOf(status, resultCode, document)
  const text = `${textMember(document, 'resultString') ?? ''}\n${facts.said ?? ''}`
  const row = REFUSALS.find((one) =>
    one.resultCode === undefined ? one.text?.test(text) : one.resultCode === resultCode,
  )
  if (row !== undefined) return { state: row.refusal, facts }
  return { state: typeof resultCode === 'number' ? 'refused' : unreadable(answer), facts }
}

function unreadable({ status, body }: CookieAnswer): PortalRefusal {
  return status >= 500 || status === 429 || GATEWAY_PAGE.test(body.toString('utf8')) ? 'unavailable' : 'unreadable'
}

function isSignInRedirect({ status, headers }: CookieAnswer): boolean {
  return status >= 300 && status < 400 && /idmsa|signin|login/i.test(headers.get('location') ?? '')
}

function factsOf(status: number, resultCode: unknown, document: unknown): EnvelopeFacts {
  const messages = listMember(document, 'validationMessages').map((one) => textMember(one, 'validationUserMessage'))
  const said = [textMember(document, 'userString'), ...messages, textMember(document, 'resultString')].find(
    (text) => text !== undefined && text.trim() !== '',
  )
  return {
    status,
    ...(typeof resultCode === 'number' && { resultCode }),
    ...(said !== undefined && { said: plainText(said) }),
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&apos;': "'",
  '&nbsp;': ' ',
}

// The portal writes its sentences for web pages.
function plainText(html: string): string {
  return html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(?:amp|lt|gt|quot|#39|apos|nbsp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 500)
}
