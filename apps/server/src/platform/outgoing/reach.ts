import { type Clock, type Instant, MINUTE_MS } from '@cordon/core/instant'
import type { Log } from '../log.ts'

interface Kind {
  /** What happened, as a sentence without its full stop. */
  readonly text: (host: string) => string
  /** Whose move it is and what to do. */
  readonly remedy: string
}

const KINDS = {
  name_not_found: {
    text: (host) => `the name of "${host}" was not found`,
    remedy: 'Check the DNS of the machine that runs Cordon, and the address if it was set by hand.',
  },
  connection_refused: {
    text: (host) => `"${host}" refused the connection`,
    remedy: 'Check the firewall of the machine that runs Cordon, and host and port if the address was set by hand.',
  },
  certificate_not_trusted: {
    text: (host) => `the certificate of "${host}" is not trusted`,
    remedy:
      'Check the clock of the machine that runs Cordon; if a proxy of yours opens TLS, start Cordon with NODE_EXTRA_CA_CERTS set to its certificate.',
  },
  timed_out: {
    text: (host) => `"${host}" did not answer in time`,
    remedy: 'Check that the machine that runs Cordon may reach it: a firewall that drops packets looks like this.',
  },
  no_route: {
    text: (host) => `there is no way to "${host}"`,
    remedy: 'Check the network of the machine that runs Cordon.',
  },
} as const satisfies Record<string, Kind>

/** Why a host was not reached. */
export type ReachKind = keyof typeof KINDS

const CODES: Readonly<Record<string, ReachKind>> = {
  ENOTFOUND: 'name_not_found',
  EAI_AGAIN: 'name_not_found',
  ECONNREFUSED: 'connection_refused',
  ETIMEDOUT: 'timed_out',
  UND_ERR_CONNECT_TIMEOUT: 'timed_out',
  UND_ERR_HEADERS_TIMEOUT: 'timed_out',
  EHOSTUNREACH: 'no_route',
  ENETUNREACH: 'no_route',
}
const CERTIFICATE = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|ERR_TLS_CERT)/

function kindOf(code: string): ReachKind | undefined {
  return CODES[code] ?? (CERTIFICATE.test(code) ? 'certificate_not_trusted' : undefined)
}

/** A host was not reached. Holds nothing of the request but the host. */
export class NotReached extends Error {
  readonly code: string
  readonly host: string

  constructor(host: string, code: string) {
    super(`${host} was not reached: ${code}`)
    this.name = 'NotReached'
    this.code = code
    this.host = host
  }
}

/** What happened and what to do, when an error, or what caused it, is that a host was not reached. */
export function explainNotReached(error: unknown): { readonly text: string; readonly remedy: string } | undefined {
  if (!(error instanceof Error)) return undefined
  if (!(error instanceof NotReached)) return explainNotReached(error.cause)
  const kind = kindOf(error.code)
  return kind && { text: KINDS[kind].text(error.host), remedy: KINDS[kind].remedy }
}

const SAY_AGAIN_MS = MINUTE_MS

/**
 * A `fetch` that says in the log why a host was not reached: host and system code, nothing of the request. The same is
 * said once a minute, because tries are repeated.
 */
export function tellingFetch(parts: { readonly fetch: typeof fetch; readonly log: Log; readonly clock: Clock }) {
  const said = new Map<string, Instant>()
  const say = (host: string, code: string) => {
    const key = `${host} ${code}`
    const [now, before] = [parts.clock.now(), said.get(key)]
    if (before !== undefined && now - before < SAY_AGAIN_MS) return
    said.set(key, now)
    parts.log.warn({ host, cause: code, ...kindField(code) }, 'host not reached')
  }
  const telling: typeof fetch = async (input, init) => {
    try {
      return await parts.fetch(input, init)
    } catch (error) {
      const { host } = new URL(input instanceof Request ? input.url : input)
      const code = codeOf(error)
      if (code === undefined) throw error
      say(host, code)
      if (code === TIMEOUT) throw error
      // Not the error itself: it may quote the request, and with it what opens an account.
      throw new NotReached(host, code)
    }
  }
  return telling
}

// What ends a request after its time; whoever asked knows it by their own signal.
const TIMEOUT = 'TimeoutError'

function kindField(code: string) {
  const kind = code === TIMEOUT ? 'timed_out' : kindOf(code)
  return kind === undefined ? {} : { kind }
}

/** The system's code, found in the error or its cause; undefined for a request that its own caller ended. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if (error.name === TIMEOUT) return TIMEOUT
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause)
}
