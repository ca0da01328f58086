import type { SuspensionReason } from '@cordon/api/authorisations/schema'

/** Why an authorisation is suspended, as a clause about the connection's owner. */
export const SUSPENSION_TEXTS = {
  role_lost: 'is neither owner nor admin of this app any more',
  left_team: 'left the team',
  account_disabled: 'was disabled on this instance',
  connection_transferred: 'received the connection but is neither owner nor admin of this app',
  connection_restricted: 'now allows only themselves to choose the connection',
} as const satisfies Partial<Record<SuspensionReason | 'connection_restricted', string>>
