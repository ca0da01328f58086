import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { toIso } from '@cordon/core/instant'
import { newRequestId } from '../world/random.ts'
import type { World } from '../world/world.ts'
import type { Fault } from './faults.ts'
import { announce } from './observed.ts'
import { faultAnswer, send } from './outgoing.ts'
import type { Answer, Caller, Incoming, Service } from './service.ts'

const LOGGED_BODY_BYTES = 20_000
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD'])
const UNEXPECTED: Answer = { status: 500 }

/** One request on its way through a service. */
export interface Handling {
  readonly request: Incoming
  /** Path with query as the client sent it, for the log. */
  readonly url: string
  readonly service: Service
  readonly world: World
  readonly response: ServerResponse
  /** Takes what the client still sends of a body that nobody read. */
  drain(): Promise<void>
}

/** Counts the writes under way, so that the log can tell how many ran at once. */
export interface Underway {
  writes: number
}

interface Play {
  readonly before: Fault | undefined
  readonly after: Fault | undefined
  readonly waitMs: number
  readonly names: string | null
}

/** What came of a request, before it is sent. */
interface Outcome {
  readonly answer: Answer
  readonly caller: Caller
  readonly isDropped: boolean
  /** The client hears nothing and the connection stays, until the client closes it. */
  readonly isHung: boolean
  readonly isCut: boolean
}

function playFor(operation: string, world: World): Play {
  const faults = world.faults.play(operation)
  const waitMs = faults.reduce((sum, fault) => sum + (fault.latencyMs ?? 0), world.settings.latencyMs)
  if (faults.length === 0) return { before: undefined, after: undefined, waitMs, names: null }
  const effects = faults.filter((fault) => fault.kind !== 'latency')
  return {
    before: effects.find((fault) => fault.when === 'before' && fault.kind !== 'truncate'),
    after: effects.find((fault) => fault.when === 'after' || fault.kind === 'truncate'),
    waitMs,
    names: faults.map((fault) => `${fault.kind} ${fault.when}`).join(', '),
  }
}

function loggedBody(request: Incoming, service: Service, operation: string): unknown {
  if (service.loggedBody !== undefined) return service.loggedBody(request, operation)
  if (request.body === null || request.method === 'GET' || request.body.length > LOGGED_BODY_BYTES) return null
  try {
    return JSON.parse(request.body.toString('utf8'))
  } catch {
    return null
  }
}

/** Asks a service. A mistake of the simulator's own becomes a loud 500, and the server lives on. */
export async function answerOf(
  request: Incoming,
  operation: string,
  service: Service,
  world: World,
  caller: Caller,
): Promise<Answer> {
  try {
    return await service.answer(request, operation, world, caller)
  } catch (error) {
    const detail = error instanceof Error ? `simulator: ${error.stack ?? error.message}` : 'simulator: unknown error'
    return { ...UNEXPECTED, body: service.faultBody?.(500, 'SIMULATOR_ERROR', detail) }
  }
}

async function outcomeOf({ request, service, world }: Handling, operation: string, play: Play): Promise<Outcome> {
  const caller: Caller = { keyId: null, teamId: null, account: null }
  if (play.waitMs > 0) await wait(play.waitMs)
  const fault = play.before ?? play.after
  const real = play.before === undefined ? await answerOf(request, operation, service, world, caller) : undefined
  const answer = fault?.kind === 'status' ? faultAnswer(fault, service.faultBody?.bind(service)) : (real ?? UNEXPECTED)
  const is = (kind: Fault['kind']) => fault?.kind === kind
  return { answer, caller, isDropped: is('drop'), isHung: is('hang'), isCut: is('truncate') }
}

function respond(
  { response, world }: Handling,
  { answer, isDropped, isHung, isCut }: Outcome,
  requestId: string,
): void {
  if (isHung) return
  if (isDropped) {
    response.destroy()
    return
  }
  const headers = {
    'x-request-id': requestId,
    'x-apple-jingle-correlation-key': requestId,
    Date: new Date(world.clock.now()).toUTCString(),
  }
  send(response, answer, headers, isCut)
}

/** Plays the faults, asks the service, writes the log and answers. */
export async function exchange(handling: Handling, underway: Underway): Promise<void> {
  const { request, service, url, world } = handling
  const at = toIso(world.clock.now())
  const started = performance.now()
  const operation = service.operationOf(request)
  const requestId = newRequestId(world.random)
  const isWrite = !READS.has(request.method)
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
      status: outcome.isDropped || outcome.isHung ? 0 : outcome.answer.status,
      ...outcome.caller,
      durationMs: Math.round((performance.now() - started) * 100) / 100,
      fault: play.names,
      parallelWrites,
      requestBody: loggedBody(request, service, operation),
    })
    if (!outcome.isDropped && !outcome.isHung) await handling.drain()
    announce(service.name, request, outcome.answer, play.names !== null || world.settings.extraAttributes)
    respond(handling, outcome, requestId)
  } finally {
    if (isWrite) underway.writes -= 1
  }
}
