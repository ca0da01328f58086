import type { Incoming } from '../../http/service.ts'
import { type Action, reads, type Slug } from './action.ts'
import { appIdActions } from './app-ids.ts'
import { certificateActions } from './certificates.ts'
import { deviceActions } from './devices.ts'
import { identifierActions } from './identifiers.ts'
import { keyActions } from './keys.ts'
import { profileActions } from './profiles.ts'
import { pendingAgreements } from './teams.ts'

/** Where the legacy portal lies on its hosts. `QH65B2` is the version of its protocol. */
export const LEGACY_BASE = '/services-account/QH65B2'

/** The one action that is of no team. */
export const LIST_TEAMS = 'account/listTeams.action'

/** Every action of a team. A further one is a line in its folder's list. */
const ACTIONS: readonly Action[] = [
  reads('account/listPendingAgreements', pendingAgreements),
  ...appIdActions,
  ...identifierActions,
  ...deviceActions,
  ...certificateActions,
  ...profileActions,
  ...keyActions,
]

const BY_ADDRESS: ReadonlyMap<string, Action> = new Map(
  ACTIONS.map((action) => [`${action.method} ${action.path}`, action]),
)
const FAMILY = /^account\/(ios|mac)\//

/** An address below `QH65B2/`, taken apart. */
export interface LegacyAddress {
  /** With `{p}` for the family. */
  readonly path: string
  readonly slug: Slug
}

/** Reads the path of a request to the legacy portal. */
export function legacyAddress(request: Incoming): LegacyAddress {
  const path = request.path.slice(LEGACY_BASE.length + 1)
  const slug = FAMILY.exec(path)?.[1] === 'mac' ? 'mac' : 'ios'
  return { path: path.replace(FAMILY, 'account/{p}/'), slug }
}

/** The action at an address; `undefined` when there is none. */
export function actionAt(method: string, { path }: LegacyAddress): Action | undefined {
  return BY_ADDRESS.get(`${method} ${path}`)
}

/** Names the action of a request, for the log and for faults: `legacy_identifiers_listAppIds`. */
export function legacyOperation(request: Incoming): string {
  const { path } = legacyAddress(request)
  const isKnown = path === LIST_TEAMS || ACTIONS.some((action) => action.path === path)
  if (!isKnown) return `legacy ${path}`
  const name = path
    .replace(/^account\//, '')
    .replace('{p}/', '')
    .replace(/\.action$/, '')
  return `legacy_${name.replaceAll('/', '_')}`
}
