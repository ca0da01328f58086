import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { RandomBytes } from './random.ts'
import { newAppleId } from './random.ts'
import type { Team } from './team.ts'

/** The roles that a key can act as, in Apple's spelling. */
export const KEY_ROLES = [
  'ACCOUNT_HOLDER',
  'ADMIN',
  'APP_MANAGER',
  'DEVELOPER',
  'MARKETING',
  'FINANCE',
  'SALES',
  'CUSTOMER_SUPPORT',
  'ACCESS_TO_REPORTS',
] as const

export type KeyRole = (typeof KEY_ROLES)[number]

/** One App Store Connect API key as Apple remembers it: never the private half. */
export interface ApiKey {
  readonly keyId: string
  readonly teamId: string
  readonly kind: 'team' | 'individual'
  readonly role: KeyRole
  /** "Access to Certificates, Identifiers & Profiles" of the person or role behind the key. */
  readonly provisioningAllowed: boolean
  readonly revoked: boolean
  readonly publicKey: KeyObject
  /** The public key as PEM, for snapshots. */
  readonly publicKeyPem: string
}

/** What the maker of a key decides. */
export interface NewApiKey {
  readonly kind?: 'team' | 'individual'
  readonly role?: KeyRole
  readonly provisioningAllowed?: boolean
  readonly keyId?: string
  /** PEM of a P-256 public key, when the caller keeps a private key of its own. */
  readonly publicKeyPem?: string
}

/** What Apple's site shows once. `issuerId` is null for individual keys. */
export interface ApiKeyFile {
  readonly keyId: string
  readonly issuerId: string | null
  /** PKCS#8 PEM (the `.p8`); null when the caller brought a public key. */
  readonly privateKey: string | null
}

function keyMaterial(given: string | undefined): { publicKeyPem: string; privateKey: string | null } {
  if (given !== undefined) return { publicKeyPem: given, privateKey: null }
  return generateP256()
}

function generateP256(): { publicKeyPem: string; privateKey: string } {
  const pair = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { publicKeyPem: pair.publicKey, privateKey: pair.privateKey }
}

/** Makes a key for a team, as the team's Admin does on Apple's site. Throws a RangeError for a public key that is not P-256. */
export function newApiKey(team: Team, wish: NewApiKey, random: RandomBytes): { key: ApiKey; file: ApiKeyFile } {
  const { publicKeyPem, privateKey } = keyMaterial(wish.publicKeyPem)
  const kind = wish.kind ?? 'team'
  const key = restoreApiKey({
    keyId: wish.keyId ?? newAppleId(random),
    teamId: team.teamId,
    kind,
    role: wish.role ?? 'ADMIN',
    provisioningAllowed: wish.provisioningAllowed ?? false,
    revoked: false,
    publicKeyPem,
  })
  return { key, file: { keyId: key.keyId, issuerId: kind === 'team' ? team.issuerId : null, privateKey } }
}

/** A key as a snapshot holds it. */
export type SavedApiKey = Omit<ApiKey, 'publicKey'>

/** Makes a key usable again after it was written as JSON. */
export function restoreApiKey(saved: SavedApiKey): ApiKey {
  const publicKey = createPublicKey(saved.publicKeyPem)
  if (publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1')
    throw new RangeError('publicKeyPem is not a P-256 key')
  return { ...saved, publicKey }
}
