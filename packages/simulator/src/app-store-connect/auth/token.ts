import type { KeyObject } from 'node:crypto'
import type { ApiKey } from '../../world/api-key.ts'
import type { Team, TeamKind } from '../../world/team.ts'
import type { World } from '../../world/world.ts'
import { notAuthorized } from '../json-api/errors.ts'

/** The audience of each host's tokens. */
export const AUDIENCES: Readonly<Record<TeamKind, string>> = {
  standard: 'appstoreconnect-v1',
  enterprise: 'apple-developer-enterprise-v1',
}

/** Who sent a request, and what the token narrows it to. */
export interface Identity {
  readonly key: ApiKey
  readonly team: Team
  readonly scope: readonly string[] | undefined
}

interface VerifiedToken {
  readonly keyId: string
  /** The key that verified it: a key of the same id that replaces it must verify anew. */
  readonly publicKey: KeyObject
  readonly claims: Readonly<Record<string, unknown>>
}

/** Checks tokens of one host. Keeps verified signatures, because a client sends the same token many times. */
export interface TokenChecker {
  check(authorization: string | undefined, world: World): Promise<Identity>
}

const LIFETIME_SECONDS = 1_200
// "More than a few seconds ahead" is refused.
const SKEW_SECONDS = 5
const CACHED_TOKENS = 1_000

function keyIdOf(token: string): string | undefined {
  const [header = ''] = token.split('.')
  try {
    const parsed: unknown = JSON.parse(Buffer.from(header, 'base64url').toString('utf8'))
    const kid = typeof parsed === 'object' && parsed !== null && 'kid' in parsed ? parsed.kid : undefined
    return typeof kid === 'string' ? kid : undefined
  } catch {
    return undefined
  }
}

async function verifySignature(token: string, key: ApiKey): Promise<VerifiedToken | undefined> {
  try {
    // Loaded with the first token: the start of a simulator is short.
    const { compactVerify } = await import('jose')
    // ES256 by the standard is the raw 64-byte r‖s: a DER signature, `none` and HS256 fail here.
    const { payload } = await compactVerify(token, key.publicKey, { algorithms: ['ES256'] })
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload))
    if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) return undefined
    return { keyId: key.keyId, publicKey: key.publicKey, claims: { ...claims } }
  } catch {
    return undefined
  }
}

/** `exp` is measured from now and not from `iat`: fastlane dates `iat` back by a minute and uses the full 20 minutes after now. */
function isInTime(claims: VerifiedToken['claims'], nowSeconds: number): boolean {
  const { exp, iat, nbf } = claims
  if (typeof exp !== 'number' || exp <= nowSeconds || exp > nowSeconds + LIFETIME_SECONDS) return false
  const starts = [iat, nbf].filter((claim) => claim !== undefined)
  return starts.every((start) => typeof start === 'number' && start <= nowSeconds + SKEW_SECONDS)
}

function isForAudience(aud: unknown, audience: string): boolean {
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience
}

function isFromOwner(claims: VerifiedToken['claims'], key: ApiKey, team: Team): boolean {
  if (key.kind === 'individual') return claims.iss === undefined && claims.sub === 'user'
  return claims.iss === team.issuerId
}

/** `undefined` when there is no scope, `null` when it is malformed. */
function scopeOf(claims: VerifiedToken['claims']): readonly string[] | undefined | null {
  const { scope } = claims
  if (scope === undefined) return undefined
  if (!Array.isArray(scope)) return null
  return scope.every((entry): entry is string => typeof entry === 'string') ? scope : null
}

/** Makes the checker of one host. Refuses with 401 whatever Apple would not accept, without saying why. */
export function createTokenChecker(kind: TeamKind): TokenChecker {
  const verified = new Map<string, VerifiedToken>()

  async function verify(token: string, world: World): Promise<VerifiedToken | undefined> {
    const known = verified.get(token)
    if (known !== undefined && world.keys.get(known.keyId)?.publicKey === known.publicKey) return known
    const key = world.keys.get(keyIdOf(token) ?? '')
    const fresh = key === undefined ? undefined : await verifySignature(token, key)
    if (fresh === undefined) return undefined
    if (verified.size >= CACHED_TOKENS) verified.clear()
    verified.set(token, fresh)
    return fresh
  }

  return {
    async check(authorization, world) {
      const token = /^Bearer ([^\s]+)$/i.exec(authorization ?? '')?.[1]
      const found = token === undefined ? undefined : await verify(token, world)
      const key = found === undefined ? undefined : world.keys.get(found.keyId)
      const team = key === undefined ? undefined : world.teams.get(key.teamId)
      if (found === undefined || key === undefined || team === undefined) throw notAuthorized()
      const scope = scopeOf(found.claims)
      const isAccepted =
        !key.revoked &&
        team.kind === kind &&
        isInTime(found.claims, world.clock.now() / 1_000) &&
        isForAudience(found.claims.aud, AUDIENCES[kind]) &&
        isFromOwner(found.claims, key, team)
      if (!isAccepted || scope === null) throw notAuthorized()
      return { key, team, scope }
    },
  }
}
