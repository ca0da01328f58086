import { appleSignInErrors } from '@cordon/api/apple-sign-ins/errors'
import type { AppleSignIn, CodeWay, WaitingSignIn } from '@cordon/api/apple-sign-ins/schema'
import { internalErrors } from '@cordon/api/errors'
import { sendCode, verifyCode } from '@cordon/apple/apple-id/code'
import type { AppleIdSession, SignInAttempt } from '@cordon/apple/apple-id/model'
import { RESEND_AFTER_MS } from '@cordon/apple/apple-id/operations'
import { outcomeError } from '@cordon/apple/apple-id/outcome-error'
import type { SendCodeOutcome, SignInOutcome, VerifyCodeOutcome } from '@cordon/apple/apple-id/outcomes'
import { normalized, startSignIn } from '@cordon/apple/apple-id/sign-in'
import type { AppleSignInId, ConnectionId } from '@cordon/core/ids'
import { type Instant, plusMs, SECOND_MS } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import { transaction } from '../../platform/db/database.ts'
import type { Page, PageRequest } from '../../platform/db/page.ts'
import type { AppleSignInsTable } from '../../platform/db/schema.ts'
import type { By } from '../../platform/http/by.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import { withAccount } from './account-lock.ts'
import { type Accepted, connect, personEvent } from './connect.ts'
import { countPassword, countUse, heed, pardonPassword, requireUnblocked } from './limits.ts'
import { requireOneApple } from './one-apple.ts'
import type { AppleSignInParts, HeldAppleId } from './parts.ts'
import { type HeldSignIn, openSession, openSignIn, sealSignIn } from './sealed.ts'
import { findSession } from './session-store.ts'
import { endSignIn, findSignIn, goOn, insertSignIn, listWaiting, type SignInRow } from './sign-in-store.ts'
import { EXPIRED_CODE, signInView } from './views.ts'

/** What a person gives to connect an Apple ID. */
export interface NewSignIn {
  readonly name: string
  readonly accountName: string
  readonly password: Secret<string>
  readonly appSpecificPassword: Secret<string> | undefined
}

/** Sign-ins to Apple, from the password to the stored connection. Every method works on the caller's own. */
export interface SignIns {
  /**
   * Throws `apple_sign_in.stand_in_mixed`, `connection.apple_id_stored`, `connection.apple_id_taken`, `apple_sign_in.limit_reached`, and
   * Apple's refusal.
   */
  start(input: NewSignIn, by: By): Promise<AppleSignIn>
  /** Throws `connection.not_found`, `apple_sign_in.password_needed`, `apple_sign_in.limit_reached`, and Apple's refusal. */
  again(id: ConnectionId, password: Secret<string> | undefined, by: By): Promise<AppleSignIn>
  /** Those that wait for their code, newest first. */
  list(request: PageRequest, by: By): Promise<Page<WaitingSignIn>>
  /** Throws `apple_sign_in.not_found`; so do all below. */
  read(id: AppleSignInId, by: By): Promise<AppleSignIn>
  /** Throws `apple_sign_in.resend_too_soon`, `apple_sign_in.limit_reached`, `apple_sign_in.ended`, and Apple's refusal. */
  sendCode(id: AppleSignInId, way: CodeWay, by: By): Promise<AppleSignIn>
  /** Throws `apple_sign_in.code_wrong`, `apple_sign_in.ended`, and Apple's refusal. */
  code(id: AppleSignInId, answer: CodeAnswer, by: By): Promise<AppleSignIn>
  cancel(id: AppleSignInId, by: By): Promise<void>
}

export interface CodeAnswer {
  readonly way: CodeWay
  readonly code: Secret<string>
}

/** Kind of the jobs that forget the password of a sign-in whose time is over. */
export const EXPIRE_JOB = 'apple-sign-in.expire'

/** Makes it. */
export function createSignIns(parts: AppleSignInParts): SignIns {
  return {
    start: (input, by) => start(parts, input, by),
    again: (id, password, by) => again(parts, id, password, by),
    list: (request, by) => listWaiting(parts.db.queries, by.principal.userId, parts.clock.now(), request),
    read: async (id, by) => view(parts, await requireOwn(parts, id, by)),
    sendCode: async (id, way, by) => {
      await askForCode(parts, await requireOwn(parts, id, by), way, by)
      return view(parts, await requireOwn(parts, id, by))
    },
    code: async (id, answer, by) => {
      await answerCode(parts, await requireOwn(parts, id, by), answer, { by, owner: by, byHandOff: false })
      return view(parts, await requireOwn(parts, id, by))
    },
    cancel: (id, by) => cancel(parts, id, by),
  }
}

async function requireOwn({ db }: AppleSignInParts, id: AppleSignInId, by: By): Promise<SignInRow> {
  const row = await findSignIn(db.queries, id, by.principal.userId)
  if (row === undefined) throw appleSignInErrors.not_found()
  return row
}

async function view(parts: AppleSignInParts, row: SignInRow): Promise<AppleSignIn> {
  const held = row.state === 'awaiting_code' ? await openSignIn(parts.vault, row) : undefined
  return signInView(row, held?.attempt, parts.clock.now())
}

async function start(parts: AppleSignInParts, input: NewSignIn, by: By): Promise<AppleSignIn> {
  requireOneApple(parts)
  const { name, password, appSpecificPassword } = input
  const accountName = normalized(input.accountName)
  await parts.connections.requireFree(accountName, by.principal.userId)
  const held = { accountName, password, appSpecificPassword }
  return signIn(parts, { held, name, connectionId: undefined, previous: undefined }, by)
}

async function again(
  parts: AppleSignInParts,
  connectionId: ConnectionId,
  password: Secret<string> | undefined,
  by: By,
): Promise<AppleSignIn> {
  const connection = await parts.connections.findOwn(connectionId, by.principal.userId)
  requireOneApple(parts)
  const session = await findSession(parts.db.queries, connectionId)
  // Apple has refused the stored one: asking it again with the same would only bring the account nearer to being locked.
  if (password === undefined && session?.state === 'password_refused') throw passwordNeeded()
  const stored = await parts.connections.open(connectionId)
  const previous = session === undefined ? undefined : await openSession(parts.vault, session)
  const held = { ...stored, password: password ?? stored.password }
  return signIn(parts, { held, name: connection.name, connectionId, previous }, by)
}

function passwordNeeded() {
  return appleSignInErrors.password_needed({ field: 'password' })
}

interface Begin {
  readonly held: HeldAppleId
  readonly name: string
  readonly connectionId: ConnectionId | undefined
  readonly previous: Secret<AppleIdSession> | undefined
}

async function signIn(parts: AppleSignInParts, begin: Begin, by: By): Promise<AppleSignIn> {
  const { accountName, password } = begin.held
  const { userId } = by.principal
  return withAccount(parts, accountName, 'at-once', async () => {
    await requireUnblocked(parts, accountName, 'sign-in')
    await countUse(parts, 'sign-ins', accountName, userId)
    await countPassword(parts, accountName, userId)
    const outcome = await startSignIn(parts.context(), {
      accountName,
      password,
      ...(begin.previous === undefined ? {} : { previous: begin.previous }),
    })
    if (isRightPassword(outcome)) await pardonPassword(parts, accountName, userId)
    await heed(parts, accountName, outcome)
    const id = await keepOutcome(parts, begin, outcome, by)
    return view(parts, await requireOwn(parts, id, by))
  })
}

function isRightPassword({ outcome }: SignInOutcome): boolean {
  return outcome === 'signed-in' || outcome === 'second-factor'
}

async function keepOutcome(
  parts: AppleSignInParts,
  begin: Begin,
  outcome: SignInOutcome,
  by: By,
): Promise<AppleSignInId> {
  if (outcome.outcome === 'signed-in') return keepSignedIn(parts, begin, outcome.session, by)
  if (outcome.outcome === 'second-factor') return keepAttempt(parts, begin, outcome.attempt, by)
  const { held, connectionId, name } = begin
  const summary = `Apple did not let ${by.principal.name} sign in to "${held.accountName}" (${outcome.outcome}).`
  const event = personEvent(by, { id: connectionId ?? '', name }, 'apple_sign_in.refused', summary)
  await transaction(parts.db, (tx) => parts.audit.append(tx, { ...event, outcome: 'refused' }))
  throw outcomeError(outcome, parts.clock.now())
}

async function keepSignedIn(
  parts: AppleSignInParts,
  begin: Begin,
  session: Secret<AppleIdSession>,
  by: By,
): Promise<AppleSignInId> {
  const row = newRow(parts, begin, by)
  const finish: Accepted['finish'] = (tx, connectionId) =>
    insertSignIn(tx, { ...row, state: 'connected', connection_id: connectionId })
  await connect(parts, { ...begin, session, owner: by, finish }, by)
  return row.id
}

async function keepAttempt(
  parts: AppleSignInParts,
  begin: Begin,
  attempt: Secret<SignInAttempt>,
  by: By,
): Promise<AppleSignInId> {
  const row = newRow(parts, begin, by)
  const sealed = await sealSignIn(parts.vault, row.id, row.version, { held: begin.held, attempt })
  const { expiresAt, secondFactor } = attempt.reveal()
  const resend_at = secondFactor.sent === undefined ? null : plusMs(row.started_at, RESEND_AFTER_MS)
  await transactionBy(parts, by, async (tx) => {
    await insertSignIn(tx, { ...row, ...sealed, expires_at: expiresAt, resend_at })
    await parts.jobs.add(tx, { kind: EXPIRE_JOB, payload: { signInId: row.id }, dueAt: expiresAt })
    const summary = `${by.principal.name} signs in to the Apple ID "${begin.held.accountName}"; Apple asks for a code.`
    await parts.audit.append(tx, personEvent(by, row, 'apple_sign_in.started', summary, {}, 'apple_sign_in'))
  })
  return row.id
}

function newRow({ ids, clock }: AppleSignInParts, { held, name, connectionId }: Begin, by: By): AppleSignInsTable {
  const now = clock.now()
  return {
    id: ids('appleSignIn'),
    user_id: by.principal.userId,
    connection_id: connectionId ?? null,
    account_name: held.accountName,
    name,
    state: 'awaiting_code',
    end_code: '',
    version: 1,
    kek_id: null,
    wrapped_key: null,
    ciphertext: null,
    resend_at: null,
    started_at: now,
    expires_at: now,
    hand_off_hash: null,
    hand_off_expires_at: null,
    hand_off_opened_by: null,
    hand_off_done: 0,
  }
}

/** Opens a sign-in that still waits for a code. Throws `apple_sign_in.ended`. */
export async function requireOpen(parts: AppleSignInParts, row: SignInRow): Promise<HeldSignIn> {
  if (row.state !== 'awaiting_code') throw appleSignInErrors.ended()
  const held = await openSignIn(parts.vault, row)
  if (held === undefined || row.expires_at <= parts.clock.now()) throw appleSignInErrors.ended()
  return held
}

/** Asks Apple to send a code; by the person who began the sign-in or by the holder of the link. */
export async function askForCode(parts: AppleSignInParts, row: SignInRow, way: CodeWay, by: By): Promise<void> {
  requireOneApple(parts)
  await withAccount(parts, row.account_name, 'at-once', async () => {
    const held = await requireOpen(parts, row)
    refuseEarly(row, parts.clock.now())
    await requireUnblocked(parts, row.account_name, 'sign-in')
    await countUse(parts, 'codes', row.account_name, by.principal.userId)
    const outcome = await sendCode(parts.context(), held.attempt, way)
    await heed(parts, row.account_name, outcome)
    if ('attempt' in outcome) {
      const { attempt } = outcome
      const resendAt = outcome.outcome === 'sent' ? plusMs(parts.clock.now(), RESEND_AFTER_MS) : row.resend_at
      await keepGoing(parts, row, { ...held, attempt }, resendAt)
    }
    if (outcome.outcome !== 'sent') await refuse(parts, row, outcome)
  })
}

function refuseEarly(row: SignInRow, now: Instant): void {
  if (row.resend_at === null || row.resend_at <= now) return
  throw appleSignInErrors.resend_too_soon({ retryAfterSeconds: Math.ceil((row.resend_at - now) / SECOND_MS) })
}

/** Who answers, and whose connection comes of it. */
export interface Answering {
  readonly by: By
  /** The person who began the sign-in. */
  readonly owner: By
  readonly byHandOff: boolean
}

/** Gives Apple a code; when it is right the connection is stored. */
export async function answerCode(
  parts: AppleSignInParts,
  row: SignInRow,
  answer: CodeAnswer,
  { by, owner, byHandOff }: Answering,
): Promise<void> {
  requireOneApple(parts)
  await withAccount(parts, row.account_name, 'at-once', async () => {
    const held = await requireOpen(parts, row)
    await requireUnblocked(parts, row.account_name, 'answer')
    const outcome = await verifyCode(parts.context(), held.attempt, answer)
    await heed(parts, row.account_name, outcome, ['sign-in', 'answer'])
    if (outcome.outcome === 'signed-in') {
      const { session } = outcome
      const connectionId = row.connection_id ?? undefined
      const finish: Accepted['finish'] = async (tx, id) => {
        const ended = await endSignIn(tx, row.id, { state: 'connected', connectionId: id, byHandOff })
        if (!ended) throw appleSignInErrors.ended()
      }
      await connect(parts, { held: held.held, session, name: row.name, connectionId, owner, finish }, by)
    } else if (outcome.outcome === 'wrong-code') {
      await keepGoing(parts, row, { ...held, attempt: outcome.attempt }, row.resend_at)
      throw appleSignInErrors.code_wrong({ field: 'code', triesLeft: outcome.triesLeft })
    } else {
      await refuse(parts, row, outcome)
    }
  })
}

async function keepGoing(
  parts: AppleSignInParts,
  row: SignInRow,
  held: HeldSignIn,
  resendAt: Instant | null,
): Promise<void> {
  const sealed = await sealSignIn(parts.vault, row.id, row.version + 1, held)
  const { expiresAt } = held.attempt.reveal()
  const kept = await transaction(parts.db, (tx) => goOn(tx, row, { sealed, expiresAt, resendAt }))
  if (!kept) throw appleSignInErrors.busy()
}

type Refused = Exclude<SendCodeOutcome | VerifyCodeOutcome, { outcome: 'sent' | 'signed-in' | 'wrong-code' }>

const GOES_ON: ReadonlySet<Refused['outcome']> = new Set([
  'cannot-send',
  'too-many-sent',
  'throttled',
  'protocol-changed',
])

// What ends the sign-in is written down, so that everybody who looks sees why.
async function refuse(parts: AppleSignInParts, row: SignInRow, outcome: Refused): Promise<never> {
  const error = outcomeError(outcome, parts.clock.now())
  if (!GOES_ON.has(outcome.outcome)) {
    await transaction(parts.db, (tx) => endSignIn(tx, row.id, { state: 'ended', code: error.code }))
  }
  throw error
}

async function cancel(parts: AppleSignInParts, id: AppleSignInId, by: By): Promise<void> {
  const row = await requireOwn(parts, id, by)
  await transaction(parts.db, async (tx) => {
    if (!(await endSignIn(tx, row.id, { state: 'ended', code: appleSignInErrors.ended().code }))) return
    const summary = `${by.principal.name} gave up signing in to the Apple ID "${row.account_name}".`
    await parts.audit.append(tx, personEvent(by, row, 'apple_sign_in.cancelled', summary, {}, 'apple_sign_in'))
  })
}

/** Forgets the password of a sign-in whose time is over; gives when to come again if it got more time. */
export async function expireSignIn(parts: AppleSignInParts, row: SignInRow | undefined): Promise<Instant | undefined> {
  if (row === undefined || row.state !== 'awaiting_code') return undefined
  if (row.expires_at > parts.clock.now()) return row.expires_at
  const ended = await transaction(parts.db, (tx) => endSignIn(tx, row.id, { state: 'ended', code: EXPIRED_CODE }))
  if (!ended) throw internalErrors.unavailable()
  return undefined
}
