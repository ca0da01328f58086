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

/** A cookie in the form of the build protocol. `for_domain` is absent when true: one old client fails on an explicit true. */
export const wireCookie = z.object({
  name: z.string(),
  value: shownOnce(z.string()),
  domain: z.string(),
  path: z.string(),
  secure: z.boolean(),
  httponly: z.boolean(),
  expires: z.string().optional(),
  max_age: z.number().int().optional(),
  for_domain: z.literal(false).optional(),
})

/** Why an answer lacks credentials, or what is wrong with them; the one key of our own in the build protocol. */
export const wireNote = z.object({
  /** `nothing_authorised`, `authorisation_suspended`, `individual_key`, `session_expired`, … */
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
  apple_id: z.string().optional(),
  password: shownOnce(z.string()).optional(),
  app_specific_password: shownOnce(z.string()).optional(),
  /** Absent: the account has no two-factor authentication, and nothing expires. */
  connection_expiry_date: z.string().optional(),
  /** By site; clients read `https://idmsa.apple.com`. */
  session_cookies: z.record(z.string(), z.array(wireCookie)).optional(),
  test_devices: z.array(wireDevice).optional(),
  cordon: wireNote.optional(),
})
export type PortalData = z.output<typeof portalData>
