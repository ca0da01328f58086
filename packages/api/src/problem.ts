import { z } from 'zod'

/** Every error answer (RFC 9457), `application/problem+json`. */
export const problem = z.object({
  /** Page that explains the code. */
  type: z.string(),
  /** Stable; never renamed. */
  code: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string().optional(),
  /** Whose move it is and what to do. */
  remedy: z.string(),
  requestId: z.string(),
  /** Fields that were not accepted, with what is. */
  fields: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  details: z.record(z.string(), z.unknown()).optional(),
  /** The same text for clients of the build protocol. */
  error_msg: z.string(),
})
export type Problem = z.output<typeof problem>
