import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { World } from '../world/world.ts'
import { answerOf, exchange, type Underway } from './exchange.ts'
import { type Destination, drain, incoming, type Router, readBody, type Target, targetOf } from './incoming.ts'
import { send } from './outgoing.ts'
import type { Answer, Service } from './service.ts'

/** What a listener answers from. */
export interface ListenerParts {
  readonly world: World
  readonly router: Router
  readonly scheme: 'http' | 'https'
  /** Services that leave no trace in the log. */
  readonly hidden: ReadonlySet<Service>
  readonly underway: Underway
}

const TOO_LARGE: Answer = unreadable(413, 'The request body is larger than 4 MB')

function unreadable(status: number, detail: string): Answer {
  const title = 'The request can not be read'
  return { status, body: { errors: [{ status: String(status), code: 'ENTITY_INVALID', title, detail }] } }
}

/** A name that no service answers to: a certificate never leads here, a forged `Host` does. */
const MISDIRECTED: Answer = unreadable(421, 'No simulated service answers to this host name')

async function answerAt(
  parts: ListenerParts,
  { service, prefix }: Destination,
  target: Target,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { world, hidden } = parts
  const body = service.takesStreams === true ? null : await readBody(message)
  if (body === 'too-large') {
    send(response, TOO_LARGE, { connection: 'close' })
    return
  }
  const request = {
    ...incoming(message, target, prefix, parts.scheme, body),
    ...(service.takesStreams === true ? { stream: message } : {}),
  }
  if (!hidden.has(service)) {
    const handling = { request, url: message.url ?? '/', service, world, response, drain: () => drain(message) }
    await exchange(handling, parts.underway)
    return
  }
  const caller = { keyId: null, teamId: null, account: null }
  send(response, await answerOf(request, service.operationOf(request), service, world, caller), {})
}

async function answer(parts: ListenerParts, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = targetOf(message)
  const host = target.host.replace(/:\d+$/, '').toLowerCase()
  const destination = parts.router(host, target.path)
  if (destination === undefined) send(response, MISDIRECTED, {})
  else await answerAt(parts, destination, target, message, response)
}

/** What a server calls for each request. */
export function createListener(parts: ListenerParts): RequestListener {
  return (message, response) => {
    // Rejects only when the client goes away in the middle of its body: there is nobody to answer.
    answer(parts, message, response).catch(() => response.destroy())
  }
}
