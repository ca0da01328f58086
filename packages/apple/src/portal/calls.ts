import type { AppleIdContext } from '../apple-id/context.ts'
import type { CookieAnswer } from '../apple-id/exchange.ts'
import { appleErrors } from '../errors.ts'
import { listMember, member } from '../transport/answer.ts'
import { type EnvelopeReading, readEnvelope } from './envelope.ts'
import { portalError } from './errors.ts'
import type { PortalLine, PortalRequest } from './line.ts'

/** Values of a form; lists are sent as `name[]`, once for each entry. */
export type Form = Readonly<Record<string, string | readonly string[]>>

/** Asks the old portal for one team. */
export interface PortalCalls {
  /** Reads; repeated while the portal is down for a moment. `path` is below `account/`. Throws the portal's errors. */
  read(path: string, form?: Form): Promise<unknown>
  /** Reads a list to its end. Throws the portal's errors. */
  list(path: string, name: string, form?: Form): Promise<readonly unknown[]>
  /**
   * Changes something, once. Throws the portal's errors, and `apple.write_unconfirmed` when the portal leaves open whether it did:
   * then look before trying again.
   */
  change(path: string, form: Form): Promise<unknown>
  /** Reads a file. Throws the portal's errors. */
  download(path: string, query: Readonly<Record<string, string>>): Promise<Uint8Array>
}

const BASE = '/services-account/QH65B2/account/'
const FORM = 'application/x-www-form-urlencoded'
const PAGE_SIZE = 500
/** Where reading a list ends, in pages. */
const MAX_PAGES = 40
const RETRIES = 2
const RETRY_AFTER_MS = 3_000

/** The calls of the old portal (protocol `QH65B2`) for one team. Source: observed (fastlane spaceship). */
export function createCalls(context: AppleIdContext, line: PortalLine, teamId: string): PortalCalls {
  const ask = async (request: Omit<PortalRequest, 'isRead'>): Promise<CookieAnswer> => {
    for (let retry = 0; ; retry += 1) {
      const answer = await line.send({ ...request, isRead: true })
      const isDown = answer.status >= 500 || readEnvelope(answer).state === 'unavailable'
      if (!isDown || retry === RETRIES) return answer
      await context.options.sleep(RETRY_AFTER_MS, context.options.signal)
    }
  }

  const read: PortalCalls['read'] = async (path, form = {}) =>
    documentOf(path, await ask(requestOf(path, { teamId, ...form })))

  return {
    read,
    list: async (path, name, form = {}) => {
      const items: unknown[] = []
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const paging = { pageNumber: String(page), pageSize: String(PAGE_SIZE), sort: 'name=asc' }
        const document = await read(path, { ...paging, ...form })
        if (!Array.isArray(member(document, name))) throw unexpected(path, `the list "${name}" is not in it`)
        const found = listMember(document, name)
        items.push(...found)
        if (found.length < PAGE_SIZE) return items
      }
      throw unexpected(path, `more than ${MAX_PAGES * PAGE_SIZE} entries`)
    },
    change: async (path, form) => {
      const answer = await sendChange(line, path, requestOf(path, { teamId, ...form }))
      const reading = readEnvelope(answer)
      if (reading.state !== 'csrf') return outcomeOfChange(path, answer, reading)
      // Nothing was done, and the refusal itself has brought a new pair.
      const again = await sendChange(line, path, requestOf(path, { teamId, ...form }))
      return outcomeOfChange(path, again, readEnvelope(again))
    },
    download: async (path, query) => {
      const answer = await ask({ method: 'GET', path: BASE + path, query: { teamId, ...query } })
      const isFile = answer.status === 200 && answer.document === undefined && answer.body.length > 0
      if (!isFile || /^\s*</.test(answer.body.subarray(0, 64).toString('latin1'))) {
        const reading = readEnvelope(answer)
        throw reading.state === 'done' ? unexpected(path, 'no file') : portalError(operationOf(path), reading)
      }
      return new Uint8Array(answer.body)
    },
  }
}

/** An error for an answer that lacks what it must hold. */
export function unexpected(path: string, problem: string) {
  return appleErrors.unexpected_answer(
    { operation: operationOf(path) },
    { detail: `The portal\u2019s answer is not understood: ${problem}.` },
  )
}

function operationOf(path: string): string {
  return `POST account/${path}`
}

function requestOf(path: string, form: Form): Omit<PortalRequest, 'isRead'> {
  return { method: 'POST', path: BASE + path, headers: { 'content-type': FORM }, body: encode(form) }
}

function encode(form: Form): string {
  const encoded = new URLSearchParams()
  for (const [name, value] of Object.entries(form)) {
    if (typeof value === 'string') encoded.append(name, value)
    else for (const entry of value) encoded.append(`${name}[]`, entry)
  }
  return encoded.toString()
}

function documentOf(path: string, answer: CookieAnswer): unknown {
  const reading = readEnvelope(answer)
  if (reading.state === 'done') return reading.document
  throw portalError(operationOf(path), reading)
}

async function sendChange(
  line: PortalLine,
  path: string,
  request: Omit<PortalRequest, 'isRead'>,
): Promise<CookieAnswer> {
  try {
    return await line.send({ ...request, isRead: false })
  } catch (cause) {
    const isOpen = appleErrors.unreachable.is(cause) || appleErrors.timed_out.is(cause)
    throw isOpen ? appleErrors.write_unconfirmed({ operation: operationOf(path) }, { cause }) : cause
  }
}

function outcomeOfChange(path: string, answer: CookieAnswer, reading: EnvelopeReading): unknown {
  if (reading.state === 'done') return reading.document
  const error = portalError(operationOf(path), reading)
  // A maintenance notice comes before any work; other failures of the server may come after it.
  const isOpen = reading.state === 'unreadable' || (reading.state === 'unavailable' && answer.status !== 503)
  const isNotice = isOpen && reading.facts.resultCode === 503
  if (!isOpen || isNotice) throw error
  throw appleErrors.write_unconfirmed({ operation: operationOf(path), appleStatus: answer.status }, { cause: error })
}
