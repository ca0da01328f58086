import { z } from 'zod'
import { shownOnce } from '../fields.ts'

/** A test device in the form of the build protocol. */
export const wireDevice = z.object({
  id: z.number().int().positive(),
  user_id: z.number().int().positive(),
  device_identifier: z.string(),
  title: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  device_type: z.string(),
})

/** Why an answer holds no credentials; the one key of our own in the build protocol. */
export const wireNote = z.object({
  /** `nothing_authorised`, `authorisation_suspended`, `individual_key`, … */
  reason: z.string(),
  message: z.string(),
})

/**
 * Answer of the compatible build protocol. A part that is absent has none of its keys: clients take any key of a part,
 * even with null, for a connection.
 */
export const portalData = z.object({
  key_id: z.string().optional(),
  issuer_id: z.string().optional(),
  private_key: shownOnce(z.string()).optional(),
  is_enterprise_account: z.boolean().optional(),
  test_devices: z.array(wireDevice).optional(),
  cordon: wireNote.optional(),
})
export type PortalData = z.output<typeof portalData>
