import { member, textMember } from '../transport/answer.ts'
import { type PortalCalls, unexpected } from './calls.ts'

/** What can be attached to a bundle ID besides capabilities. */
export type IdentifierKind = 'app-group' | 'icloud-container' | 'merchant'

/** An app group, iCloud container or merchant of the team. */
export interface PortalIdentifier {
  readonly kind: IdentifierKind
  /** Apple's handle. */
  readonly id: string
  /** The text, for example `group.com.acme.shared`. */
  readonly identifier: string
  readonly name: string
}

/** App groups, iCloud containers and merchants of a team: what API keys cannot make. */
export interface PortalIdentifiers {
  /** All of a kind. */
  list(kind: IdentifierKind): Promise<readonly PortalIdentifier[]>
  /** Registers one. Throws `apple.portal_identifier_not_available`, and `apple.write_unconfirmed`: look, then try again. */
  create(wanted: Omit<PortalIdentifier, 'id'>): Promise<PortalIdentifier>
  /** The handles of what is attached to a bundle ID (its handle). */
  attached(bundleId: string): Promise<Readonly<Record<IdentifierKind, readonly PortalIdentifier[]>>>
  /**
   * Sets what is attached to a bundle ID: exactly these, so name those that are attached already too.
   * Any change makes the profiles of the bundle ID invalid.
   */
  attach(bundleId: string, kind: IdentifierKind, ids: readonly string[]): Promise<void>
}

interface KindRow {
  /** Paths below `account/`. */
  readonly list: string
  readonly create: string
  readonly attach: string
  /** The list in the answer to `list`. */
  readonly listName: string
  /** The member in the answer to `create`, which is also the name of the handle. */
  readonly handle: string
  /** The list in the detail of an app id. */
  readonly attachedName: string
  /** The field of the form of `attach`. */
  readonly attachField: string
}

// `ios` stands for the team's only set of identifiers: they are shared by all platforms.
const KINDS = {
  'app-group': {
    list: 'ios/identifiers/listApplicationGroups.action',
    create: 'ios/identifiers/addApplicationGroup.action',
    attach: 'ios/identifiers/assignApplicationGroupToAppId.action',
    listName: 'applicationGroupList',
    handle: 'applicationGroup',
    attachedName: 'associatedApplicationGroups',
    attachField: 'applicationGroups',
  },
  'icloud-container': {
    list: 'cloudContainer/listCloudContainers.action',
    create: 'cloudContainer/addCloudContainer.action',
    attach: 'ios/identifiers/assignCloudContainerToAppId.action',
    listName: 'cloudContainerList',
    handle: 'cloudContainer',
    attachedName: 'associatedCloudContainers',
    attachField: 'cloudContainers',
  },
  merchant: {
    list: 'ios/identifiers/listOMCs.action',
    create: 'ios/identifiers/addOMC.action',
    attach: 'ios/identifiers/assignOMCToAppId.action',
    listName: 'identifierList',
    handle: 'omcId',
    attachedName: 'associatedIdentifiers',
    attachField: 'omcIds',
  },
} as const satisfies Record<IdentifierKind, KindRow>

/** The kinds, in the order in which they are shown. */
export const IDENTIFIER_KINDS = Object.keys(KINDS) as readonly IdentifierKind[]

/** The operations on identifiers. Source: observed (fastlane spaceship). */
export function createIdentifiers(calls: PortalCalls): PortalIdentifiers {
  return {
    list: async (kind) => {
      const { list, listName } = KINDS[kind]
      return (await calls.list(list, listName)).flatMap((entry) => identifierIn(kind, entry) ?? [])
    },
    create: async ({ kind, identifier, name }) => {
      const { create, handle } = KINDS[kind]
      const document = await calls.change(create, { name, identifier })
      const made = identifierIn(kind, member(document, handle))
      if (made === undefined) throw unexpected(create, `"${handle}" is not in it`)
      return made
    },
    attached: async (bundleId) => {
      const path = 'ios/identifiers/getAppIdDetail.action'
      const appId = member(await calls.read(path, { appIdId: bundleId }), 'appId')
      if (appId === undefined) throw unexpected(path, '"appId" is not in it')
      return {
        'app-group': attachedIn(appId, 'app-group'),
        'icloud-container': attachedIn(appId, 'icloud-container'),
        merchant: attachedIn(appId, 'merchant'),
      }
    },
    attach: async (bundleId, kind, ids) => {
      const { attach, attachField } = KINDS[kind]
      await calls.change(attach, { appIdId: bundleId, displayId: bundleId, [attachField]: ids })
    },
  }
}

function attachedIn(appId: unknown, kind: IdentifierKind): readonly PortalIdentifier[] {
  const list = member(appId, KINDS[kind].attachedName)
  return Array.isArray(list) ? list.flatMap((entry) => identifierIn(kind, entry) ?? []) : []
}

function identifierIn(kind: IdentifierKind, value: unknown): PortalIdentifier | undefined {
  const id = textMember(value, KINDS[kind].handle)
  const identifier = textMember(value, 'identifier')
  if (id === undefined || identifier === undefined) return undefined
  return { kind, id, identifier, name: textMember(value, 'name') ?? identifier }
}
