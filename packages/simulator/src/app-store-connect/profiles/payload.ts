import type { Team } from '../../world/team.ts'
import type { IdentifierLists } from '../identifiers/kinds.ts'
import { entitlementsOf, type GrantedCapability } from './entitlements.ts'
import type { ProfileKind } from './kinds.ts'

/** What a profile says. */
export interface ProfileContent {
  readonly team: Team
  readonly kind: ProfileKind
  readonly name: string
  readonly uuid: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly appIdName: string
  readonly prefix: string
  readonly identifier: string
  readonly capabilities: readonly GrantedCapability[]
  readonly linked: IdentifierLists
  /** The identifier of an App Clip's app. */
  readonly parent: string | null
  /** DER of each certificate. */
  readonly certificates: readonly Uint8Array[]
  readonly udids: readonly string[]
}

const DAY_MS = 86_400_000

function audience(content: ProfileContent): Record<string, unknown> {
  const { distribution } = content.kind
  if (distribution === 'inhouse' || distribution === 'direct') return { ProvisionsAllDevices: true }
  return content.udids.length > 0 ? { ProvisionedDevices: [...content.udids] } : {}
}

/** Writes the property list inside a profile: the keys of a real one, in its order. */
export async function profilePlist(content: ProfileContent): Promise<Uint8Array> {
  // Loaded with the first profile: the start of a simulator is short.
  const { build } = await import('plist')
  const { team, kind, prefix, identifier, linked, parent } = content
  const payload = {
    AppIDName: content.appIdName,
    ApplicationIdentifierPrefix: [prefix],
    CreationDate: new Date(content.createdAt),
    Platform: [...kind.payloadPlatforms],
    IsXcodeManaged: false,
    DeveloperCertificates: content.certificates.map((der) => Uint8Array.from(der)),
    Entitlements: entitlementsOf(content.capabilities, {
      prefix,
      identifier,
      teamId: team.teamId,
      kind,
      linked,
      parent,
    }),
    ExpirationDate: new Date(content.expiresAt),
    Name: content.name,
    ...audience(content),
    TeamIdentifier: [team.teamId],
    TeamName: team.name,
    TimeToLive: Math.round((content.expiresAt - content.createdAt) / DAY_MS),
    UUID: content.uuid,
    Version: 1,
  }
  return Buffer.from(`${build(payload, { indent: '\t', offset: -1 })}\n`, 'utf8')
}
