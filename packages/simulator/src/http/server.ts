import { setTimeout as wait } from 'node:timers/promises'
import { toIso } from '@cordon/core/instant'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { newRequestId } from '../world/random.ts'
import type { World } from '../world/world.ts'
import type { Fault } from './faults.ts'
import { faultAnswer, send } from './outgoing.ts'
import type { Answer, Caller, Incoming, Service } from './service.ts'

const BODY_LIMIT_BYTES = 4 * 1024 * 1024
const LOGGED_BODY_BYTES = 20_000

/** Where a request goes: the service with the longest fitting prefix. */
function serviceOf(path: string, services: readonly Service[]): Service | undefined {
  return services.find(({ prefix }) => prefix === '' || path === prefix || path.startsWith(`${prefix}/`))
}

function incoming(request: FastifyRequest, service: Service, path: string, query: string): Incoming {
  const scheme = 'encrypted' in request.raw.socket && request.raw.socket.encrypted === true ? 'https' : 'http'
  const host = request.headers.host ?? 'localhost'
  return {
    method: request.method,
    path: path.slice(service.prefix.length) || '/',
    query,
    base: `${scheme}://${host}${service.prefix}`,
    headers: request.headers,
    body: Buffer.isBuffer(request.body) ? request.body : null,
  }
}

function split(url: string): { path: string; query: string } {
  const mark = url.indexOf('?')
  const path = mark < 0 ? url : url.slice(0, mark)
  // Apple evidently collapses double slashes: the 2022 go-xcode asks for /v1//profiles/….
  return { path: path.replace(/\/{2,}/g, '/'), query: mark < 0 ? '' : url.slice(mark + 1) }
}

interface Play {
  readonly before: Fault | undefined
  readonly after: Fault | undefined
  readonly waitMs: number
  readonly names: string | null
}

function playFor(operation: string, world: World): Play {
  const faults = world.faults.play(operation)
  const effects = faults.filter((fault) => fault.kind !== 'latency')
  const extra = faults.reduce((sum, fault) => sum + (fault.latencyMs ?? 0), 0)
  return {
    before: effects.find((fault) => fault.when === 'before' && fault.kind !== 'truncate'),
    after: effects.find((fault) => fault.when === 'after' || fault.kind === 'truncate'),
    waitMs: world.settings.latencyMs + extra,
    names: faults.length === 0 ? null : faults.map((fault) => `${fault.kind} ${fault.when}`).join(', '),
  }
}

function loggedBody(request: Incoming): unknown {
  if (request.body === null || request.method === 'GET' || request.body.length > LOGGED_BODY_BYTES) return null
  try {
    return JSON.parse(request.body.toString('utf8'))
  } catch {
    return null
  }
}

const UNEXPECTED: Answer = { status: 500 }

async function answerOf(
  request: Incoming,
  operation: string,
  service: Service,
  world: World,
  caller: Caller,
): Promise<Answer> {
  try {
    return await service.answer(request, operation, world, caller)
  } catch (error) {
    // A mistake of the simulator's own: loud in the test that meets it, and the server lives on.
    const detail = error instanceof Error ? `simulator: ${error.stack ?? error.message}` : 'simulator: unknown error'
    return { ...UNEXPECTED, body: service.faultBody?.(500, 'SIMULATOR_ERROR', detail) }
  }
}

interface Handling {
  readonly request: Incoming
  readonly url: string
  readonly service: Service
  readonly world: World
  readonly reply: FastifyReply
}

/** Counts the writes under way, so that the log can tell how many ran at once. */
interface Underway {
  writes: number
}

/** What came of a request, before it is sent. */
interface Outcome {
  readonly answer: Answer
  readonly caller: Caller
  readonly isDropped: boolean
  readonly isCut: boolean
}

async function outcomeOf({ request, service, world }: Handling, operation: string, play: Play): Promise<Outcome> {
  const caller: Caller = { keyId: null, teamId: null }
  if (play.waitMs > 0) await wait(play.waitMs)
  const fault = play.before ?? play.after
  const real = play.before === undefined ? await answerOf(request, operation, service, world, caller) : undefined
  const answer = fault?.kind === 'status' ? faultAnswer(fault, service.faultBody?.bind(service)) : (real ?? UNEXPECTED)
  return { answer, caller, isDropped: fault?.kind === 'drop', isCut: fault?.kind === 'truncate' }
}

function respond({ reply, world }: Handling, { answer, isDropped, isCut }: Outcome, requestId: string): void {
  if (isDropped) {
    reply.hijack()
    reply.raw.destroy()
    return
  }
  const headers = {
    'x-request-id': requestId,
    'x-apple-jingle-correlation-key': requestId,
    Date: new Date(world.clock.now()).toUTCString(),
  }
  send(reply, answer, headers, isCut)
}

async function handle(handling: Handling, underway: Underway): Promise<void> {
  const { request, service, url, world } = handling
  const at = toIso(world.clock.now())
  const started = performance.now()
  const operation = service.operationOf(request)
  const requestId = newRequestId(world.random)
  const isWrite = request.method !== 'GET'
  const parallelWrites = isWrite ? underway.writes : 0
  if (isWrite) underway.writes += 1
  try {
    const play = playFor(operation, world)
    const outcome = await outcomeOf(handling, operation, play)
    world.journal.add({
      requestId,
      at,
      service: service.name,
      operation,
      method: request.method,
      url,
      status: outcome.isDropped ? 0 : outcome.answer.status,
      ...outcome.caller,
      durationMs: Math.round((performance.now() - started) * 100) / 100,
      fault: play.names,
      parallelWrites,
      requestBody: loggedBody(request),
    })
    respond(handling, outcome, requestId)
  } finally {
    if (isWrite) underway.writes -= 1
  }
}

function takeRawBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
}

/** Makes the HTTP server in front of the services. It does not listen yet. `hidden` services leave no trace in the log. */
export function createServer(
  world: World,
  services: readonly Service[],
  hidden: ReadonlySet<Service>,
): FastifyInstance {
  // One route for everything: addresses are read by the services, which know Apple's rules for them.
  const server = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    rewriteUrl: () => '/',
    forceCloseConnections: true,
    exposeHeadRoutes: false,
  })
  takeRawBodies(server)
  const underway: Underway = { writes: 0 }
  server.all('/', async (raw, reply) => {
    const { path, query } = split(raw.originalUrl)
    const service = serviceOf(path, services)
    if (service === undefined) return reply.code(404).send()
    const request = incoming(raw, service, path, query)
    if (hidden.has(service)) {
      const caller: Caller = { keyId: null, teamId: null }
      send(reply, await answerOf(request, service.operationOf(request), service, world, caller), {}, false)
      return reply
    }
    await handle({ request, url: raw.originalUrl, service, world, reply }, underway)
    return reply
  })
  server.setErrorHandler((error: { statusCode?: number; message: string }, _request, reply) => {
    const status = error.statusCode ?? 400
    const entry = {
      status: String(status),
      code: 'ENTITY_INVALID',
      title: 'The request can not be read',
      detail: error.message,
    }
    reply.code(status).send({ errors: [entry] })
  })
  return server
}
