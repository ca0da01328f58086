import type { AppRole } from '@cordon/api/route'
import type { UserId } from '@cordon/core/ids'
import type { OfferedRow } from './store.ts'

/** A connection in the select of an app. */
export interface Option {
  readonly connection: OfferedRow
  readonly selectable: boolean
  /** Why it cannot be selected, or what to know about it; empty when there is nothing to say. */
  readonly note: string
}

/** Says whether a role may choose what an app uses. */
export function mayChoose(role: AppRole): boolean {
  return role === 'owner' || role === 'admin'
}

/** How one offered connection looks to a person: selectable or not, and what to know about it. */
export function optionFor(viewer: UserId, connection: OfferedRow): Option {
  if (isWithheld(viewer, connection)) {
    return { connection, selectable: false, note: `Only ${connection.owner.name} may choose it.` }
  }
  return { connection, selectable: true, note: noteOn(connection) }
}

/** Says whether the connection's owner keeps the choice to themselves, and this is somebody else. */
export function isWithheld(viewer: UserId, connection: Pick<OfferedRow, 'restricted' | 'owner'>): boolean {
  return connection.restricted && connection.owner.id !== viewer
}

const HEALTH_NOTES = {
  healthy: '',
  untested: 'Never tried against Apple.',
  rejected: 'Apple rejected it when it was last tried.',
  agreement_needed: 'Apple wants an agreement accepted first.',
  unreachable: 'Apple could not be asked when it was last tried.',
  expired: 'Signed out: its owner must sign in again.',
  locked: 'Apple has locked the Apple ID.',
  action_needed: 'Its owner must do something on Apple’s page first.',
} as const satisfies Record<OfferedRow['state'], string>

const KIND_NOTES = {
  team: '',
  enterprise: '',
  apple_id: '',
  individual: 'Individual key: never released to builds, so this version has no use for it.',
} as const satisfies Record<OfferedRow['kind'], string>

function noteOn(connection: OfferedRow): string {
  return [KIND_NOTES[connection.kind], HEALTH_NOTES[connection.state]].filter((note) => note !== '').join(' ')
}
