import { z } from 'zod'
import { idOf, timestamp } from '../fields.ts'

export const ACTOR_KINDS = ['person', 'build', 'trigger_token', 'system', 'anonymous'] as const

export const auditEvent = z.object({
  id: idOf('auditEvent'),
  /** Position in its chain, from 1. */
  sequence: z.number().int(),
  at: timestamp,
  actor: z.object({ kind: z.enum(ACTOR_KINDS), id: z.string(), name: z.string() }),
  /** `connection.created`, `credentials.released`, … */
  action: z.string(),
  object: z.object({ kind: z.string(), id: z.string(), name: z.string() }),
  outcome: z.enum(['success', 'refused', 'failed']),
  /** One sentence for people. */
  summary: z.string(),
  requestId: z.string(),
  buildId: idOf('build').nullable(),
  /** What else there is to know; which fields there are depends on the action. */
  details: z.looseObject({
    /** What the program that asked for credentials calls itself: the `User-Agent` header, a build's own word. */
    userAgent: z.string().max(120).optional(),
  }),
  hash: z.string(),
})
export type AuditEventView = z.output<typeof auditEvent>

/** Outcome of checking one chain, from its first event to its sealed head. */
export const chainVerification = z.object({
  chain: z.string(),
  intact: z.boolean(),
  events: z.number().int(),
  headHash: z.string(),
  /** Sequence of the first event that does not fit; null when intact. */
  brokenAt: z.number().int().nullable(),
  problem: z.string().nullable(),
})
