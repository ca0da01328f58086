import { z } from 'zod'
import {
  appleSession,
  CONNECTION_KINDS,
  connectionCheck,
  connectionTypeName,
  HEALTH_STATES,
} from '../connections/schema.ts'
import { idOf, personRef, timestamp } from '../fields.ts'

export const SUSPENSION_REASONS = [
  'role_lost',
  'left_team',
  'account_disabled',
  'connection_transferred',
  'connection_restricted',
] as const
export type SuspensionReason = (typeof SUSPENSION_REASONS)[number]

const connectionRef = z.object({
  id: idOf('connection'),
  name: z.string(),
  owner: personRef,
  kind: z.enum(CONNECTION_KINDS),
  /** By what Apple knows it: key id, or e-mail of the Apple ID. */
  identifier: z.string(),
  /** How the sign-in stands; null for keys. */
  session: appleSession.nullable(),
})

export const currentAuthorisation = z.object({
  id: idOf('authorisation'),
  connection: connectionRef,
  state: z.enum(['active', 'suspended']),
  suspendedReason: z.enum(SUSPENSION_REASONS).nullable(),
  suspendedAt: timestamp.nullable(),
  authorisedBy: personRef,
  authorisedAt: timestamp,
})

/** A connection as the select shows it; greyed ones say why. */
export const authorisationOption = z.object({
  connection: connectionRef,
  selectable: z.boolean(),
  /** Why it cannot be selected, or what to know about it; empty when there is nothing to say. */
  note: z.string(),
})

/** What an app may use, for one type of connection. */
export const appAuthorisation = z.object({
  type: connectionTypeName,
  current: currentAuthorisation.nullable(),
  /** Connections of the app's owner and admins. */
  options: z.array(authorisationOption),
  /** Whether the caller may change it. */
  changeable: z.boolean(),
})
export type AppAuthorisation = z.output<typeof appAuthorisation>

/** What came of trying an app's connection against Apple. */
export const authorisationTest = z.object({
  state: z.enum(HEALTH_STATES),
  checkedAt: timestamp.nullable(),
  checks: z.array(connectionCheck),
  session: appleSession.nullable(),
})
export type AuthorisationTest = z.output<typeof authorisationTest>
