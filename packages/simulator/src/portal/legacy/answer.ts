import { portalSessionOf, type SignedIn } from '../../apple-id/sessions/web-session.ts'
import type { Answer, Caller, Incoming } from '../../http/service.ts'
import { inTurn } from '../../world/team.ts'
import type { World } from '../../world/world.ts'
import { csrfHeaders, hasCsrfToken } from '../csrf.ts'
import { type Member, memberOf, membershipsOf } from '../member.ts'
import { type Action, Download, demand, type LegacyCall, type Result } from './action.ts'
import { actionAt, type LegacyAddress, LIST_TEAMS, legacyAddress } from './actions.ts'
import { refused, succeeded } from './envelope.ts'
import { accessUnavailable, agreementPending, asLegacyError, LegacyError, sessionExpired } from './errors.ts'
import { readForm } from './form.ts'
import { teamOf } from './teams.ts'

const UNKNOWN_ACTION = 9_999
// Reads go on while an agreement waits: only what tells of it has to.
const OPEN_WITHOUT_AGREEMENT: ReadonlySet<string> = new Set(['account/listPendingAgreements'])

/** A refusal with an HTTP status of its own. */
class StatusError extends LegacyError {
  readonly status: number

  constructor(status: number, resultCode: number, resultString: string, userString: string) {
    super(resultCode, resultString, userString)
    this.status = status
  }
}

function csrfMissing(): StatusError {
  const text = 'The csrf token is missing or was not given to you.'
  return new StatusError(403, 403, 'csrf.token.invalid', text)
}

function tooManyRequests(): StatusError {
  return new StatusError(429, 429, 'rate.limit.exceeded', 'Too many requests. Please wait and try again.')
}

function noSuchAction(path: string): StatusError {
  return new StatusError(404, UNKNOWN_ACTION, 'action.unknown', `There is no action at '${path.slice(0, 100)}'`)
}

function listTeams(world: World, { account }: SignedIn): Result {
  return { teams: membershipsOf(world, account).map((member) => teamOf(world, member)) }
}

function checkRate(world: World, { session }: SignedIn, isWrite: boolean): void {
  const budget = world.rateLimits.take(`portal ${session.account}`, world.clock.now(), isWrite, world.settings)
  if (budget.exhausted) throw tooManyRequests()
}

async function perform(action: Action, call: LegacyCall): Promise<Result | Download> {
  const { team, world } = call
  if (!team.agreementsInForce && !OPEN_WITHOUT_AGREEMENT.has(action.path)) throw agreementPending()
  demand(call, action.permission, 'operation')
  if (!action.isWrite) return await action.run(call)
  return await inTurn(team, async () => await action.run({ ...call, now: world.clock.now() }))
}

/** Who asked, as far as it became known; the refusal tells it too. */
interface Progress {
  member: Member | undefined
}

async function answerSignedIn(
  request: Incoming,
  world: World,
  caller: Caller,
  signedIn: SignedIn,
  address: LegacyAddress,
  progress: Progress,
): Promise<Answer> {
  if (address.path === LIST_TEAMS) {
    checkRate(world, signedIn, false)
    return succeeded(request, world, undefined, listTeams(world, signedIn))
  }
  const action = actionAt(request.method, address)
  if (action === undefined) throw noSuchAction(address.path)
  const form = readForm(request)
  const member = memberOf(world, signedIn.account, form.text('teamId') ?? '')
  if (member === undefined) throw accessUnavailable()
  progress.member = member
  caller.teamId = member.team.teamId
  if (action.isWrite && !hasCsrfToken(world, signedIn.session.account, request.headers)) throw csrfMissing()
  checkRate(world, signedIn, action.isWrite)
  const { team } = member
  const result = await perform(action, {
    world,
    team,
    now: world.clock.now(),
    member,
    form,
    slug: address.slug,
    request,
  })
  return result instanceof Download ? result.answer : succeeded(request, world, member, result)
}

/** Answers a request to the legacy portal. */
export async function answerLegacy(request: Incoming, world: World, caller: Caller): Promise<Answer> {
  const signedIn = portalSessionOf(world, request.headers.cookie)
  caller.account = signedIn?.account.email ?? null
  const tokens = csrfHeaders(world, signedIn?.session.account ?? '')
  const progress: Progress = { member: undefined }
  try {
    if (signedIn === undefined) throw sessionExpired()
    const answer = await answerSignedIn(request, world, caller, signedIn, legacyAddress(request), progress)
    return { ...answer, headers: { ...answer.headers, ...tokens } }
  } catch (error) {
    const refusal = asLegacyError(error)
    const answer = refused(
      request,
      world,
      progress.member,
      refusal,
      refusal instanceof StatusError ? refusal.status : 200,
    )
    return { ...answer, headers: { ...answer.headers, ...tokens } }
  }
}
