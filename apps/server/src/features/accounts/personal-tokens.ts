import { accountErrors } from '@cordon/api/accounts/errors'
import type { PersonalTokenId, UserId } from '@cordon/core/ids'
import { DAY_MS, plusMs } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import { type Tx, transaction } from '../../platform/db/database.ts'
import { type Page, type PageRequest, pageOf } from '../../platform/db/page.ts'
import type { PersonalTokensTable, UsersTable } from '../../platform/db/schema.ts'
import { newToken } from '../../platform/tokens.ts'
import { actorOfUser, personEvent } from './events.ts'
import type { AccountParts } from './parts.ts'
import { deletePersonalToken, insertPersonalToken, listPersonalTokens } from './store.ts'

/** What a person chooses for a token. */
export interface TokenChoice {
  readonly name: string
  readonly scopes: readonly string[]
  readonly expiresInDays: number
}

/** A token that was just made: its text is shown once. */
export interface MadeToken {
  readonly row: PersonalTokensTable
  readonly token: Secret<string>
}

type Named = Pick<UsersTable, 'id' | 'name'>

/** Makes a personal token. `confirm` throws inside the transaction when the person may not any more. */
export async function makePersonalToken(
  { platform }: AccountParts,
  user: Named,
  choice: TokenChoice,
  requestId: string,
  confirm: (tx: Tx) => Promise<void>,
): Promise<MadeToken> {
  const { db, audit, clock, ids, randomBytes } = platform
  const { token, hash } = newToken('personal', randomBytes)
  const now = clock.now()
  const row: PersonalTokensTable = {
    id: ids('personalToken'),
    user_id: user.id,
    name: choice.name,
    token_hash: hash,
    scopes: JSON.stringify([...new Set(choice.scopes)].sort()),
    created_at: now,
    expires_at: plusMs(now, choice.expiresInDays * DAY_MS),
    last_used_at: null,
  }
  await transaction(db, async (tx) => {
    await confirm(tx)
    await insertPersonalToken(tx, row)
    await audit.append(tx, tokenEvent(user, 'created', row, requestId))
  })
  return { row, token }
}

/** Revokes one of a person's tokens. Throws `account.not_found`. */
export async function revokePersonalToken(
  { platform }: AccountParts,
  user: Named,
  id: PersonalTokenId,
  requestId: string,
): Promise<void> {
  await transaction(platform.db, async (tx) => {
    const name = await deletePersonalToken(tx, user.id, id)
    if (name === undefined) throw accountErrors.not_found()
    await platform.audit.append(tx, tokenEvent(user, 'revoked', { id, name }, requestId))
  })
}

/** A person's living tokens, newest first. */
export async function livingPersonalTokens(
  { platform }: AccountParts,
  userId: UserId,
  request: PageRequest,
): Promise<Page<PersonalTokensTable>> {
  const rows = await listPersonalTokens(platform.db.queries, userId, platform.clock.now(), request)
  return pageOf(
    rows,
    request,
    (row) => [row.created_at, row.id],
    (row) => row,
  )
}

function tokenEvent(
  user: Named,
  verb: 'created' | 'revoked',
  token: Pick<PersonalTokensTable, 'id' | 'name'>,
  requestId: string,
) {
  return personEvent(user, {
    actor: actorOfUser(user),
    action: `personal_token.${verb}`,
    summary: `${user.name} ${verb} the personal token "${token.name}".`,
    requestId,
    details: { personalTokenId: token.id },
  })
}
