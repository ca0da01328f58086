import { instant, parseInstant, toIso } from '@cordon/core/instant'
import { moveVersion } from '../app-store-connect/app-store-versions/state.ts'
import { VERSION_STATES } from '../app-store-connect/app-store-versions/states.ts'
import { versions } from '../app-store-connect/app-store-versions/store.ts'
import { moveBuild } from '../app-store-connect/builds/state.ts'
import { builds } from '../app-store-connect/builds/store.ts'
import { type DeviceRecord, devices, plainUdid } from '../app-store-connect/devices/state.ts'
import type { Registry } from '../app-store-connect/json-api/resource.ts'
import { findAccount } from '../apple-id/accounts/find.ts'
import { showAccount, shownCodes } from '../apple-id/accounts/shown.ts'
import { cookieOf, endSessions, openWebSession } from '../apple-id/sessions/web-session.ts'
import { accountKey, clearAppleIds } from '../apple-id/state.ts'
import { endTrust } from '../apple-id/trust/trust.ts'
import type { Answer, Incoming } from '../http/service.ts'
import { discardUploads } from '../uploads/store.ts'
import { DEFAULT_SETTINGS } from '../world/settings.ts'
import { loadWorld, saveWorld } from '../world/snapshot.ts'
import { storeOf } from '../world/team.ts'
import type { World } from '../world/world.ts'
import { changeAccountBy, deleteAccount, listAccounts, newAccount } from './accounts.ts'
import { changeBuildUpload, receivedFile, shownBuildUpload } from './build-uploads.ts'
import { controlErrors } from './errors.ts'
import { readFault } from './faults.ts'
import { overviewOf } from './overview.ts'
import { type Json, number, object, onlyFields, requiredText, text } from './reading.ts'
import { seedAll } from './seed.ts'
import { patchSettings } from './settings.ts'
import { readSnapshot } from './snapshot.ts'
import { changeTeam, createKey, createTeam, revokeKey, seedTeam, teamOf } from './teams.ts'

/** A control request, routed: `ids` are the variable parts of the path. */
export interface ControlCall {
  readonly world: World
  readonly registry: Registry
  readonly request: Incoming
  readonly body: Json
  readonly ids: readonly string[]
}

const BETA_REVIEWS = [
  'WAITING_FOR_BETA_REVIEW',
  'IN_BETA_REVIEW',
  'BETA_REJECTED',
  'BETA_APPROVED',
  'IN_BETA_TESTING',
] as const

type Handler = (call: ControlCall) => Promise<Answer> | Answer

const ok = (body: unknown): Answer => ({ status: 200, body })
const created = (body: unknown): Answer => ({ status: 201, body })
const done: Answer = { status: 204 }

function firstId(call: ControlCall): string {
  return call.ids[0] ?? ''
}

function moveClock({ world, body }: ControlCall): Answer {
  onlyFields(body, ['now', 'advanceMs'])
  const now = text(body, 'now')
  if (now !== undefined) world.clock.moveTo(parseTime(now))
  world.clock.advance(number(body, 'advanceMs') ?? 0)
  return ok(clockOf(world))
}

function parseTime(now: string) {
  try {
    return parseInstant(now)
  } catch {
    throw controlErrors.bad_request(
      { field: 'now', accepted: 'an ISO 8601 time' },
      { detail: `'now' must be an ISO 8601 time` },
    )
  }
}

function clockOf(world: World): Json {
  return { now: toIso(world.clock.now()), offsetMs: world.clock.offsetMs() }
}

/** `?operation=` narrows the exchanges to one operation, `?newest=` to that many of the latest. */
function log({ world, request }: ControlCall): Answer {
  const parameters = new URLSearchParams(request.query)
  const operation = parameters.get('operation')
  const newest = newestOf(parameters.get('newest'))
  const { journal } = world
  const all = journal.exchanges().filter((one) => operation === null || one.operation === operation)
  const exchanges = newest === undefined ? all : all.slice(Math.max(all.length - newest, 0))
  return ok({ total: journal.total(), counts: journal.counts(), statuses: journal.statuses(), exchanges })
}

function newestOf(value: string | null): number | undefined {
  if (value === null) return undefined
  if (/^\d{1,6}$/.test(value)) return Number(value)
  throw controlErrors.bad_request(
    { field: 'newest', accepted: 'a whole number' },
    { detail: "'newest' must be a whole number" },
  )
}

function findDevice(call: ControlCall): DeviceRecord {
  const [teamId = '', name = ''] = call.ids
  const store = storeOf(teamOf(call.world, teamId), devices)
  const device = store.get(name) ?? store.by('udid', plainUdid(name))[0]
  if (device === undefined)
    throw controlErrors.unknown_thing({ kind: 'device', id: name }, { detail: `no device '${name}'` })
  return device
}

function changeDeviceState(call: ControlCall): Answer {
  const { body, world } = call
  onlyFields(body, ['status', 'forMs', 'deviceClass'])
  const device = findDevice(call)
  const status = text(body, 'status', ['ENABLED', 'DISABLED', 'PROCESSING', 'INELIGIBLE'] as const)
  const forMs = number(body, 'forMs', 0) ?? Number.MAX_SAFE_INTEGER - world.clock.now()
  const processingUntil = status === 'PROCESSING' ? instant(world.clock.now() + forMs) : null
  const settled = status === undefined || status === 'PROCESSING' ? device.status : status
  const deviceClass = text(body, 'deviceClass') ?? device.deviceClass
  const store = storeOf(teamOf(world, firstId(call)), devices)
  return ok(store.change(device, { status: settled, processingUntil, deviceClass }))
}

function sceneOf(call: ControlCall) {
  const { world } = call
  return { world, team: teamOf(world, firstId(call)), now: world.clock.now() }
}

/** Moves a version to a state of review or release. */
function changeVersionState(call: ControlCall): Answer {
  onlyFields(call.body, ['state'])
  const scene = sceneOf(call)
  const id = call.ids[1] ?? ''
  const version = storeOf(scene.team, versions).get(id)
  if (version === undefined) {
    throw controlErrors.unknown_thing({ kind: 'version', id }, { detail: `no version '${id}'` })
  }
  return ok(moveVersion(scene, version, requiredText(call.body, 'state', Object.keys(VERSION_STATES))))
}

/** Ends a build's processing with a state, or lets it process for a while; moves its beta review. */
function changeBuildState(call: ControlCall): Answer {
  const { body } = call
  onlyFields(body, ['processingState', 'forMs', 'betaReview'])
  const scene = sceneOf(call)
  const { team, now } = scene
  const id = call.ids[1] ?? ''
  const build = storeOf(team, builds).get(id)
  if (build === undefined) throw controlErrors.unknown_thing({ kind: 'build', id }, { detail: `no build '${id}'` })
  const state = text(body, 'processingState', ['PROCESSING', 'FAILED', 'INVALID', 'VALID'] as const)
  const forMs = number(body, 'forMs', 0) ?? (state === 'PROCESSING' ? Number.MAX_SAFE_INTEGER - now : 0)
  const betaReview = text(body, 'betaReview', BETA_REVIEWS)
  return ok(
    moveBuild(scene, build, {
      processingState: state === undefined || state === 'PROCESSING' ? build.processingState : state,
      processedAt: state === undefined ? build.processedAt : now + forMs,
      ...(betaReview === undefined ? {} : { betaReview }),
    }),
  )
}

function load({ world, body }: ControlCall): Answer {
  loadWorld(world, readSnapshot(body))
  return done
}

function reset({ world }: ControlCall): Answer {
  world.teams.clear()
  world.keys.clear()
  clearAppleIds(world.appleIds)
  world.journal.reset()
  world.faults.clear()
  world.rateLimits.reset()
  discardUploads(world.uploads)
  world.images.clear()
  world.agenda.clear()
  world.settings = DEFAULT_SETTINGS
  world.clock.advance(-world.clock.offsetMs())
  return done
}

function removeFault(call: ControlCall): Answer {
  if (call.world.faults.remove(firstId(call))) return done
  throw controlErrors.unknown_thing({ kind: 'fault', id: firstId(call) }, { detail: `no fault '${firstId(call)}'` })
}

/** A web session without a sign-in: the `Cookie` header of it. */
function openSession(call: ControlCall): Answer {
  const { world } = call
  const session = openWebSession(world, findAccount(world, firstId(call)), world.settings.widgetKey)
  return created({ cookie: cookieOf(session), endsAt: toIso(session.endsAt) })
}

function endSessionsOf(call: ControlCall, where: 'everywhere' | 'portal'): Answer {
  endSessions(call.world, accountKey(findAccount(call.world, firstId(call)).email), where)
  return done
}

/** Every control request: method, path with `*` for a variable part, and what it does. */
export const CONTROL_ROUTES: readonly (readonly [method: string, path: string, handler: Handler])[] = [
  ['GET', '/health', ({ world }) => ok({ status: 'ok', ...clockOf(world) })],
  ['GET', '/overview', ({ world, registry }) => ok(overviewOf(world, registry))],
  ['POST', '/teams', ({ world, body }) => created(createTeam(world, body))],
  [
    'PATCH',
    '/teams/*',
    (call) => {
      changeTeam(call.world, firstId(call), call.body)
      return done
    },
  ],
  ['POST', '/teams/*/keys', (call) => created(createKey(call.world, firstId(call), call.body))],
  [
    'DELETE',
    '/keys/*',
    (call) => {
      revokeKey(call.world, firstId(call))
      return done
    },
  ],
  [
    'POST',
    '/teams/*/seed',
    async (call) => created({ ids: await seedTeam(call.world, firstId(call), call.body, call.registry) }),
  ],
  ['POST', '/seed', async ({ world, body, registry }) => created(await seedAll(world, body, registry))],
  ['PATCH', '/teams/*/devices/*', changeDeviceState],
  ['PATCH', '/teams/*/appStoreVersions/*', changeVersionState],
  ['PATCH', '/teams/*/builds/*', changeBuildState],
  ['GET', '/teams/*/buildUploads/*', (call) => ok(shownBuildUpload(sceneOf(call), call.ids[1] ?? ''))],
  ['PATCH', '/teams/*/buildUploads/*', (call) => ok(changeBuildUpload(sceneOf(call), call.ids[1] ?? '', call.body))],
  ['GET', '/teams/*/buildUploadFiles/*', async (call) => ok(await receivedFile(sceneOf(call), call.ids[1] ?? ''))],
  ['GET', '/accounts', ({ world }) => ok({ accounts: listAccounts(world) })],
  ['POST', '/accounts', ({ world, body }) => created(showAccount(world, newAccount(world, body)))],
  ['GET', '/accounts/*', (call) => ok(showAccount(call.world, findAccount(call.world, firstId(call))))],
  [
    'PATCH',
    '/accounts/*',
    (call) => ok(showAccount(call.world, changeAccountBy(call.world, firstId(call), call.body))),
  ],
  [
    'DELETE',
    '/accounts/*',
    (call) => {
      deleteAccount(call.world, firstId(call))
      return done
    },
  ],
  ['GET', '/accounts/*/codes', (call) => ok({ codes: shownCodes(findAccount(call.world, firstId(call))) })],
  ['POST', '/accounts/*/sessions', openSession],
  ['DELETE', '/accounts/*/sessions', (call) => endSessionsOf(call, 'everywhere')],
  ['DELETE', '/accounts/*/portal-sessions', (call) => endSessionsOf(call, 'portal')],
  [
    'DELETE',
    '/accounts/*/trust',
    (call) => {
      endTrust(call.world, accountKey(findAccount(call.world, firstId(call)).email))
      return done
    },
  ],
  ['GET', '/clock', ({ world }) => ok(clockOf(world))],
  ['PATCH', '/clock', moveClock],
  ['GET', '/settings', ({ world }) => ok(world.settings)],
  [
    'PATCH',
    '/settings',
    ({ world, body }) => {
      world.settings = patchSettings(world.settings, body)
      return ok(world.settings)
    },
  ],
  ['GET', '/faults', ({ world }) => ok({ faults: world.faults.list() })],
  ['POST', '/faults', ({ world, body }) => created(world.faults.add(readFault(body)))],
  ['DELETE', '/faults/*', removeFault],
  [
    'DELETE',
    '/faults',
    ({ world }) => {
      world.faults.clear()
      return done
    },
  ],
  ['GET', '/log', log],
  [
    'DELETE',
    '/log',
    ({ world }) => {
      world.journal.reset()
      return done
    },
  ],
  [
    'GET',
    '/certificate-authority',
    async ({ world }) =>
      ok({ root: await world.authority.rootPem(), intermediate: await world.authority.intermediatePem() }),
  ],
  ['GET', '/state', async ({ world }) => ok(await saveWorld(world))],
  ['PUT', '/state', load],
  ['POST', '/reset', reset],
]

/** Parses the body of a control request; nothing is an empty object. */
export function controlBody(request: Incoming): Json {
  if (request.body === null || request.body.length === 0) return {}
  try {
    return object(JSON.parse(request.body.toString('utf8')), 'body')
  } catch (error) {
    if (controlErrors.bad_request.is(error)) throw error
    throw controlErrors.bad_request(
      { field: 'body', accepted: 'JSON' },
      { detail: 'the body is not JSON', cause: error },
    )
  }
}
