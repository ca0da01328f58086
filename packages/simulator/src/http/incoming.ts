import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream/promises'
import type { Incoming, Service } from './service.ts'

const BODY_LIMIT_BYTES = 4 * 1024 * 1024
// What is read and thrown away, so that a client that is still sending gets to see its 413.
const PATIENCE_BYTES = 64 * 1024 * 1024

/** A service, and the part of the path that leads to it at this address: `''` on a host of its own. */
export interface Destination {
  readonly service: Service
  readonly prefix: string
}

/** Finds out who answers. `host` is the `Host` header in lower case without port. */
export type Router = (host: string, path: string) => Destination | undefined

/** The address of a request, taken apart. */
export interface Target {
  /** Host header as sent, with port. */
  readonly host: string
  readonly path: string
  readonly query: string
}

/** Routes by path, as the plain address does: the first service whose prefix fits. */
export function byPath(services: readonly Service[]): Router {
  const destinations = services.map((service) => ({ service, prefix: service.prefix }))
  return (_host, path) =>
    destinations.find(({ prefix }) => prefix === '' || path === prefix || path.startsWith(`${prefix}/`))
}

/** Routes by name, as Apple's own addresses do. */
export function byHost(services: ReadonlyMap<string, Service>): Router {
  const destinations = new Map([...services].map(([host, service]) => [host, { service, prefix: '' }]))
  return (host) => destinations.get(host)
}

/** Reads address and host of a request. */
export function targetOf(message: IncomingMessage): Target {
  const url = message.url ?? '/'
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  return {
    host: message.headers.host ?? 'localhost',
    // Apple evidently collapses double slashes: the 2022 go-xcode asks for /v1//profiles/….
    path: path.includes('//') ? path.replace(/\/{2,}/g, '/') : path,
    query: mark < 0 ? '' : url.slice(mark + 1),
  }
}

/** The request as the service sees it. */
export function incoming(
  message: IncomingMessage,
  target: Target,
  prefix: string,
  scheme: 'http' | 'https',
  body: Buffer | null,
): Incoming {
  return {
    method: message.method ?? 'GET',
    path: target.path.slice(prefix.length) || '/',
    query: target.query,
    base: `${scheme}://${target.host}${prefix}`,
    headers: message.headers,
    body,
  }
}

/** The body's bytes, `null` when there is none, `too-large` above the limit. Rejects when the client goes away. */
export async function readBody(message: IncomingMessage): Promise<Buffer | null | 'too-large'> {
  const { 'content-length': length, 'transfer-encoding': encoding } = message.headers
  if (encoding === undefined && (length === undefined || length === '0')) return null
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= BODY_LIMIT_BYTES) chunks.push(chunk)
    if (size > PATIENCE_BYTES) break
  }
  if (size > BODY_LIMIT_BYTES) return 'too-large'
  return size === 0 ? null : Buffer.concat(chunks, size)
}

/** Reads what a client still sends of its body, so that it gets to see its answer; what has no end is cut off. */
export async function drain(message: IncomingMessage): Promise<void> {
  if (message.readableEnded || message.destroyed) return
  let size = 0
  message.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > PATIENCE_BYTES) message.destroy()
  })
  // A client that has gone away needs no answer.
  await finished(message, { writable: false }).catch(() => undefined)
}
