import { z } from 'zod'
import { idOf, line, personRef, timestamp } from '../fields.ts'
import { APP_ROLES } from '../route.ts'

export const DELIVERY_MODES = ['release', 'broker'] as const

export const app = z.object({
  id: idOf('app'),
  name: z.string(),
  /** `release`: builds receive the credentials. */
  deliveryMode: z.enum(DELIVERY_MODES),
  /** Role of the caller in the team; null for an administrator who is no member. */
  role: z.enum(APP_ROLES).nullable(),
  owner: personRef,
  createdAt: timestamp,
  /** Whether builds get an Apple connection now. */
  connectionState: z.enum(['none', 'active', 'suspended']),
})
export type App = z.output<typeof app>

export const newApp = z.object({ name: line(80) })

export const member = z.object({
  user: personRef,
  role: z.enum(APP_ROLES),
  since: timestamp,
})
export type Member = z.output<typeof member>

/** Ownership is given by transfer only. */
export const ASSIGNABLE_ROLES = ['admin', 'developer', 'tester'] as const
