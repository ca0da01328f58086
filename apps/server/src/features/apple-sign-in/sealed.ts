import type { AppleIdSession, SignInAttempt } from '@cordon/apple/apple-id/model'
import { parseAttempt, parseSession, sealable } from '@cordon/apple/apple-id/sealed'
import type { AppleSignInId, ConnectionId } from '@cordon/core/ids'
import { type Secret, secret } from '@cordon/core/secret'
import { z } from 'zod'
import { openText, type SealedColumns, sealText } from '../../platform/vault/sealed-columns.ts'
import type { Place, Vault } from '../../platform/vault/vault.ts'
import type { HeldAppleId } from './parts.ts'
import type { SealedSession, SessionRow } from './session-store.ts'
import type { SignInRow } from './sign-in-store.ts'

function sessionPlace(id: ConnectionId, version: number): Place {
  return { table: 'apple_sessions', rowId: id, version }
}

/** Seals a session as its version `version`. */
export async function sealSession(
  vault: Vault,
  id: ConnectionId,
  version: number,
  session: Secret<AppleIdSession>,
): Promise<SealedSession> {
  const place = sessionPlace(id, version)
  return { version, mac: vault.bindVersion(place), sealed: await sealText(vault, place, sealable(session)) }
}

/** Opens the current session. Throws `vault.not_opened`. */
export async function openSession(vault: Vault, row: SessionRow): Promise<Secret<AppleIdSession>> {
  const place = sessionPlace(row.connection_id, row.version)
  vault.requireCurrent(place, row.mac)
  return parseSession(await openText(vault, place, row))
}

/** What a sign-in on the way holds. */
export interface HeldSignIn {
  readonly held: HeldAppleId
  readonly attempt: Secret<SignInAttempt>
}

const stored = z.object({
  accountName: z.string(),
  password: z.string(),
  appSpecificPassword: z.string().optional(),
  attempt: z.string(),
})

function signInPlace(id: AppleSignInId, version: number): Place {
  return { table: 'apple_sign_ins', rowId: id, version }
}

/** Seals a sign-in on the way as its version `version`. */
export function sealSignIn(
  vault: Vault,
  id: AppleSignInId,
  version: number,
  { held, attempt }: HeldSignIn,
): Promise<SealedColumns> {
  const text = held.password.map((password) =>
    JSON.stringify({
      accountName: held.accountName,
      password,
      appSpecificPassword: held.appSpecificPassword?.reveal(),
      attempt: sealable(attempt).reveal(),
    }),
  )
  return sealText(vault, signInPlace(id, version), text)
}

/** Opens a sign-in on the way; undefined when it holds nothing any more. Throws `vault.not_opened`. */
export async function openSignIn(vault: Vault, row: SignInRow): Promise<HeldSignIn | undefined> {
  const { kek_id, wrapped_key, ciphertext } = row
  if (kek_id === null || wrapped_key === null || ciphertext === null) return undefined
  const text = await openText(vault, signInPlace(row.id, row.version), { kek_id, wrapped_key, ciphertext })
  const { accountName, password, appSpecificPassword, attempt } = stored.parse(JSON.parse(text.reveal()))
  return {
    held: {
      accountName,
      password: secret(password),
      appSpecificPassword: appSpecificPassword === undefined ? undefined : secret(appSpecificPassword),
    },
    attempt: parseAttempt(secret(attempt)),
  }
}
