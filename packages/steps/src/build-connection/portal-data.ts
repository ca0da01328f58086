import type { WireCookie } from '@cordon/apple/apple-id/model'
import { type Instant, parseInstant } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import { z } from 'zod'
import { stepErrors } from '../errors.ts'

// Null counts as absent: stricter clients than this one have failed on it, and nothing is gained by refusing.
const optionalText = z
  .string()
  .nullish()
  .transform((value) => value || undefined)

const device = z.object({ device_identifier: z.string(), title: z.string().nullish() })

const cookie = z.object({
  name: z.string(),
  value: z.string(),
  domain: z.string(),
  path: z.string().nullish(),
  secure: z.boolean().nullish(),
  httponly: z.boolean().nullish(),
  expires: z.string().nullish(),
  max_age: z.number().nullish(),
  // Other clients of the protocol have been seen to meet texts here.
  for_domain: z.union([z.boolean(), z.enum(['true', 'false'])]).nullish(),
})

/** The part of the build protocol that Cordon's steps use; unknown keys are ignored. */
const portalData = z.object({
  key_id: optionalText,
  issuer_id: optionalText,
  private_key: optionalText,
  is_enterprise_account: z.boolean().nullish(),
  apple_id: optionalText,
  password: optionalText,
  app_specific_password: optionalText,
  connection_expiry_date: optionalText,
  session_cookies: z.record(z.string(), z.array(cookie)).nullish(),
  test_devices: z.array(device).nullish(),
  cordon: z.object({ reason: z.string(), message: z.string() }).nullish(),
})
type Body = z.output<typeof portalData>

/** The site whose cookies count, as in all clients of the protocol. */
const COOKIE_SITE = 'https://idmsa.apple.com'

export interface ConnectionKey {
  readonly keyId: string
  readonly issuerId: string
  readonly privateKey: Secret<string>
  readonly isEnterprise: boolean
}

/** An Apple ID with its session. */
export interface ConnectionAppleId {
  readonly accountName: string
  readonly password: Secret<string>
  readonly appSpecificPassword: Secret<string> | undefined
  /** Undefined: the account has no two-factor authentication, and nothing expires by date. */
  readonly expiresAt: Instant | undefined
  /** May be empty: then there is no session. */
  readonly cookies: Secret<readonly WireCookie[]>
}

export interface TestDevice {
  readonly udid: string
  readonly name: string
}

/** What the server says about what is missing, or wrong with what is there. */
export interface ServerNote {
  /** Such as `nothing_authorised`, `broker_mode` or `session_expired`. */
  readonly reason: string
  readonly message: string
}

/** What the build server gives a build. */
export interface PortalData {
  readonly key: ConnectionKey | undefined
  readonly appleId: ConnectionAppleId | undefined
  readonly testDevices: readonly TestDevice[]
  readonly note: ServerNote | undefined
}

/** Reads an answer of the build protocol. Errors name fields, never values: the answer holds key, password and cookies. */
export function readPortalData(body: string): PortalData {
  const parsed = portalData.safeParse(parseJson(body))
  if (!parsed.success) throw unreadable([...new Set(parsed.error.issues.map((issue) => fieldOf(issue.path)))])
  const { data } = parsed
  return {
    key: keyOf(data),
    appleId: appleIdOf(data),
    testDevices: (data.test_devices ?? []).map((one) => ({
      udid: one.device_identifier,
      name: one.title || 'Test device',
    })),
    note: data.cordon ?? undefined,
  }
}

/** The place of a problem. Sites and positions only: a key of the body could be a value that slipped. */
function fieldOf(path: readonly PropertyKey[]): string {
  const [first, site, ...rest] = path
  if (first === undefined) return '(whole answer)'
  return [first, ...(site === undefined || first === 'session_cookies' ? [] : [site]), ...rest].map(String).join('.')
}

function keyOf(data: Body): ConnectionKey | undefined {
  const parts = { key_id: data.key_id, issuer_id: data.issuer_id, private_key: data.private_key }
  const missing = Object.entries(parts).filter(([, value]) => value === undefined)
  if (missing.length === 3) return undefined
  const { key_id: keyId, issuer_id: issuerId, private_key: privateKey } = parts
  if (keyId === undefined || issuerId === undefined || privateKey === undefined)
    throw unreadable(missing.map(([name]) => name))
  return { keyId, issuerId, privateKey: secret(privateKey), isEnterprise: data.is_enterprise_account === true }
}

// Other keys of the part alone are no Apple ID: an empty `session_cookies` means nothing.
function appleIdOf(data: Body): ConnectionAppleId | undefined {
  const { apple_id: accountName, password, app_specific_password: appSpecificPassword } = data
  if (accountName === undefined && password === undefined) return undefined
  if (accountName === undefined || password === undefined)
    throw unreadable([accountName === undefined ? 'apple_id' : 'password'])
  return {
    accountName,
    password: secret(password),
    appSpecificPassword: appSpecificPassword === undefined ? undefined : secret(appSpecificPassword),
    expiresAt: expiryOf(data),
    cookies: secret((data.session_cookies?.[COOKIE_SITE] ?? []).map(toWireCookie)),
  }
}

function expiryOf({ connection_expiry_date: date }: Body): Instant | undefined {
  try {
    return date === undefined ? undefined : parseInstant(date)
  } catch {
    throw unreadable(['connection_expiry_date'])
  }
}

function toWireCookie(given: z.output<typeof cookie>): WireCookie {
  const { name, value, domain, path, secure, httponly, expires, max_age, for_domain } = given
  return {
    ...{ name, value, domain, path: path ?? '/', secure: secure ?? true, httponly: httponly ?? true },
    ...(expires ? { expires } : {}),
    ...(typeof max_age === 'number' ? { max_age } : {}),
    ...(for_domain === false || for_domain === 'false' ? { for_domain: false as const } : {}),
  }
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
