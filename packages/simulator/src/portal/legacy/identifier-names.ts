import type { IdentifierKind } from '../../app-store-connect/identifiers/kinds.ts'
import type { IdentifierRecord } from '../../app-store-connect/identifiers/state.ts'
import type { Team } from '../../world/team.ts'
import type { Result } from './action.ts'

/** How the legacy portal names one kind of identifier. OMC is its word for merchants. */
export interface LegacyNames {
  /** Folder of its actions. */
  readonly folder: string
  readonly list: string
  readonly add: string
  readonly remove: string
  /** The key that holds the list in an answer. */
  readonly listKey: string
  /** The key that holds one in an answer, and of its id in it; also the parameter that names one. */
  readonly key: string
  /** The parameter of an assignment; absent for what is not assigned. */
  readonly listParameter?: string
}

/** Names per kind. Source: spaceship `portal/portal_client.rb` (2.237). */
export const LEGACY_NAMES: Readonly<Record<IdentifierKind, LegacyNames>> = {
  appGroups: {
    folder: 'account/{p}/identifiers',
    list: 'listApplicationGroups',
    add: 'addApplicationGroup',
    remove: 'deleteApplicationGroup',
    listKey: 'applicationGroupList',
    key: 'applicationGroup',
    listParameter: 'applicationGroups',
  },
  cloudContainers: {
    folder: 'account/cloudContainer',
    list: 'listCloudContainers',
    add: 'addCloudContainer',
    remove: 'deleteCloudContainer',
    listKey: 'cloudContainerList',
    key: 'cloudContainer',
    listParameter: 'cloudContainers',
  },
  merchantIds: {
    folder: 'account/{p}/identifiers',
    list: 'listOMCs',
    add: 'addOMC',
    remove: 'deleteOMC',
    listKey: 'identifierList',
    key: 'omcId',
    listParameter: 'omcIds',
  },
  passTypeIds: {
    folder: 'account/{p}/identifiers',
    list: 'listPassTypeIds',
    add: 'addPassTypeId',
    remove: 'deletePassTypeId',
    listKey: 'passTypeIdList',
    key: 'passTypeId',
  },
  websitePushIds: {
    folder: 'account/{p}/identifiers',
    list: 'listWebsitePushIds',
    add: 'addWebsitePushId',
    remove: 'deleteWebsitePushId',
    listKey: 'websitePushIdList',
    key: 'websitePushId',
  },
}

/** An identifier as the legacy portal tells it. */
export function legacyIdentifier(kind: IdentifierKind, record: IdentifierRecord, team: Team): Result {
  return {
    [LEGACY_NAMES[kind].key]: record.id,
    name: record.name,
    prefix: team.teamId,
    identifier: record.identifier,
    status: 'current',
    canEdit: true,
    canDelete: true,
  }
}
