import { requestErrors } from '@cordon/api/errors'
import { isLoopback } from '../config.ts'

/** What a browser tells of where a request comes from. */
export interface Provenance {
  readonly method: string
  readonly origin: string | undefined
  readonly fetchSite: string | undefined
  readonly host: string | undefined
  /** A session cookie came with it. */
  readonly withCookie: boolean
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses writes that another site makes a browser send. Browsers name the origin of every write; a call with a cookie
 * that names none is refused, a call without one (a command line) is let through.
 */
export function requireSameOrigin(request: Provenance, publicUrl: string): void {
  if (READS.has(request.method)) return
  if (request.origin !== undefined) {
    if (!isOwnOrigin(request.origin, request.host, publicUrl)) throw requestErrors.cross_origin()
    return
  }
  if (request.fetchSite === 'same-origin' || request.fetchSite === 'none') return
  if (request.withCookie || request.fetchSite !== undefined) throw requestErrors.cross_origin()
}

// On loopback "localhost" and "127.0.0.1" are one server; its own name in the Host header decides.
function isOwnOrigin(origin: string, host: string | undefined, publicUrl: string): boolean {
  const own = new URL(publicUrl)
  if (origin === own.origin) return true
  return isLoopback(own.hostname) && isLoopback(hostnameOf(host)) && origin === `http://${host}`
}

function hostnameOf(host: string | undefined): string {
  return (host ?? '').replace(/:\d+$/, '')
}
