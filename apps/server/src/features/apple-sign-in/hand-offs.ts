import { appleSignInErrors } from '@cordon/api/apple-sign-ins/errors'
import type { CodeWay, OpenedHandOff } from '@cordon/api/apple-sign-ins/schema'
import type { AppleSignInId } from '@cordon/core/ids'
import { type Instant, instant, MINUTE_MS, plusMs } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import type { By } from '../../platform/http/by.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import { hashToken, isTokenOf, newToken } from '../../platform/tokens.ts'
import { personEvent } from './connect.ts'
import { countUse } from './limits.ts'
import type { AppleSignInParts } from './parts.ts'
import { openSignIn } from './sealed.ts'
import { bindHandOff, findHandedOff, findSignIn, setHandOff } from './sign-in-store.ts'
import { answerCode, askForCode, type CodeAnswer, requireOpen } from './sign-ins.ts'
import { handOffView } from './views.ts'

/** Lets one other person type the code. */
export interface HandOffs {
  /** Makes the link; one made before stops working. Throws `apple_sign_in.not_found`, `apple_sign_in.ended`, `apple_sign_in.limit_reached`. */
  make(id: AppleSignInId, by: By): Promise<{ readonly link: Secret<string>; readonly expiresAt: Instant }>
  /** Throws `apple_sign_in.hand_off_invalid`; so do all below. */
  open(token: string, by: By): Promise<OpenedHandOff>
  sendCode(token: string, way: CodeWay, by: By): Promise<OpenedHandOff>
  code(token: string, answer: CodeAnswer, by: By): Promise<OpenedHandOff>
}

const LIFE_MS = 10 * MINUTE_MS

/** Makes it. */
export function createHandOffs(parts: AppleSignInParts): HandOffs {
  return {
    make: (id, by) => make(parts, id, by),
    open: (token, by) => open(parts, token, by),
    sendCode: async (token, way, by) => {
      await askForCode(parts, await requireOpened(parts, token, by), way, by)
      return view(parts, token, by)
    },
    code: async (token, answer, by) => {
      const row = await requireOpened(parts, token, by)
      const owner = { ...by, principal: { ...by.principal, userId: row.user_id, name: row.askedBy } }
      await answerCode(parts, row, answer, { by, owner, byHandOff: true })
      return view(parts, token, by)
    },
  }
}

async function make(parts: AppleSignInParts, id: AppleSignInId, by: By) {
  const row = await findSignIn(parts.db.queries, id, by.principal.userId)
  if (row === undefined) throw appleSignInErrors.not_found()
  await requireOpen(parts, row)
  await countUse(parts, 'hand-offs', row.account_name, by.principal.userId)
  const { token, hash } = newToken('handOff', parts.randomBytes)
  const expiresAt = instant(Math.min(plusMs(parts.clock.now(), LIFE_MS), row.expires_at))
  await transactionBy(parts, by, async (tx) => {
    await setHandOff(tx, id, hash, expiresAt)
    const summary = `${by.principal.name} made a link by which one other person can type the code for "${row.account_name}".`
    await parts.audit.append(tx, personEvent(by, row, 'apple_sign_in.handed_off', summary, {}, 'apple_sign_in'))
  })
  return { link: secret(`${parts.publicUrl()}/apple-sign-in-hand-off#token=${token.reveal()}`), expiresAt }
}

// The first person who opens it is the only one for whom it works.
async function open(parts: AppleSignInParts, token: string, by: By): Promise<OpenedHandOff> {
  const row = await find(parts, token, by)
  await transactionBy(parts, by, async (tx) => {
    if (!(await bindHandOff(tx, row.id, by.principal.userId))) throw appleSignInErrors.hand_off_invalid()
    if (row.hand_off_opened_by !== null) return
    const summary = `${by.principal.name} opened the link that ${row.askedBy} made for "${row.account_name}".`
    await parts.audit.append(tx, personEvent(by, row, 'apple_sign_in.hand_off_opened', summary, {}, 'apple_sign_in'))
  })
  return view(parts, token, by)
}

async function find({ db, clock }: AppleSignInParts, token: string, by: By) {
  const known = isTokenOf('handOff', token)
    ? await findHandedOff(db.queries, hashToken(token), by.principal.userId, clock.now())
    : undefined
  if (known === undefined) throw appleSignInErrors.hand_off_invalid()
  return known
}

async function requireOpened(parts: AppleSignInParts, token: string, by: By) {
  const row = await find(parts, token, by)
  if (row.hand_off_opened_by !== by.principal.userId) throw appleSignInErrors.hand_off_invalid()
  return row
}

async function view(parts: AppleSignInParts, token: string, by: By): Promise<OpenedHandOff> {
  const row = await find(parts, token, by)
  const held = row.state === 'awaiting_code' ? await openSignIn(parts.vault, row) : undefined
  return handOffView(row, held?.attempt, parts.clock.now())
}
