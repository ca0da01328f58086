import { type Secret, secret } from '@cordon/core/secret'
import { z } from 'zod'
import { stepErrors } from '../errors.ts'

// Null counts as absent: stricter clients than this one have failed on it, and nothing is gained by refusing.
const optionalText = z
  .string()
  .nullish()
  .transform((value) => value || undefined)

const device = z.object({ device_identifier: z.string(), title: z.string().nullish() })

/** The part of the build protocol that Cordon's steps use; unknown keys are ignored. */
const portalData = z.object({
  key_id: optionalText,
  issuer_id: optionalText,
  private_key: optionalText,
  is_enterprise_account: z.boolean().nullish(),
  test_devices: z.array(device).nullish(),
  cordon: z.object({ reason: z.string(), message: z.string() }).nullish(),
})

export interface ConnectionKey {
  readonly keyId: string
  readonly issuerId: string
  readonly privateKey: Secret<string>
  readonly isEnterprise: boolean
}

export interface TestDevice {
  readonly udid: string
  readonly name: string
}

/** What the build server gives a build. */
export interface PortalData {
  readonly key: ConnectionKey | undefined
  readonly testDevices: readonly TestDevice[]
  /** Why there is no key, when the server says. */
  readonly note: string | undefined
}

/** Reads an answer of the build protocol. Errors name fields, never values: the answer holds the key. */
export function readPortalData(body: string): PortalData {
  const parsed = portalData.safeParse(parseJson(body))
  if (!parsed.success)
    throw unreadable([...new Set(parsed.error.issues.map((issue) => issue.path.join('.') || '(whole answer)'))])
  const { data } = parsed
  return {
    key: keyOf(data),
    testDevices: (data.test_devices ?? []).map((one) => ({
      udid: one.device_identifier,
      name: one.title || 'Test device',
    })),
    note: data.cordon?.message,
  }
}

function keyOf(data: z.output<typeof portalData>): ConnectionKey | undefined {
  const parts = { key_id: data.key_id, issuer_id: data.issuer_id, private_key: data.private_key }
  const missing = Object.entries(parts).filter(([, value]) => value === undefined)
  if (missing.length === 3) return undefined
  const { key_id: keyId, issuer_id: issuerId, private_key: privateKey } = parts
  if (keyId === undefined || issuerId === undefined || privateKey === undefined)
    throw unreadable(missing.map(([name]) => name))
  return { keyId, issuerId, privateKey: secret(privateKey), isEnterprise: data.is_enterprise_account === true }
}

function unreadable(fields: readonly string[]) {
  return stepErrors.build_answer_invalid({ fields }, { detail: `at fault: ${fields.join(', ')}` })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
