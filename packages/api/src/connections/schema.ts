import { z } from 'zod'
import { idOf, line, personRef, secretField, timestamp } from '../fields.ts'

export const CONNECTION_TYPES = ['app_store_connect_api_key', 'apple_id'] as const
export const connectionTypeName = z.enum(CONNECTION_TYPES)
export type ConnectionTypeName = z.output<typeof connectionTypeName>

/** Whose key it is: of the team, of one person (no issuer, no provisioning), or of an Enterprise Program team. */
export const KEY_KINDS = ['team', 'individual', 'enterprise'] as const
export type KeyKind = (typeof KEY_KINDS)[number]

/** What a connection is: a kind of key, or an Apple ID. */
export const CONNECTION_KINDS = [...KEY_KINDS, 'apple_id'] as const
export type ConnectionKind = (typeof CONNECTION_KINDS)[number]

const keyId = z
  .string()
  .trim()
  .regex(
    /^[A-Z0-9]{10}$/,
    'must be the 10 capital letters and digits that Apple shows beside the key, such as "2X9R4HXF34"',
  )
const issuerId = z
  .string()
  .trim()
  .max(80)
  .regex(
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
    'must be the UUID that Apple shows above the list of keys, such as "57246542-96fe-1a63-e053-0824d011072a"',
  )
/** The text of the `.p8` file; common damage from copying is repaired. */
const privateKey = secretField(
  z
    .string()
    .min(1, 'must hold the text of the .p8 file')
    .max(16_384, 'must have at most 16,384 characters; a .p8 file has about 260'),
)

export const appStoreConnectKey = z.strictObject({
  kind: z.enum(KEY_KINDS),
  keyId,
  /** Not for individual keys. */
  issuerId: issuerId.optional(),
  privateKey,
})
/** A key as a person sends it, after parsing. */
export type SubmittedKey = z.output<typeof appStoreConnectKey>

/** Made at account.apple.com, for uploads by Apple's own tools: four groups of four letters. */
export const appSpecificPassword = secretField(
  z
    .string()
    .trim()
    .regex(/^[a-z]{4}-[a-z]{4}-[a-z]{4}-[a-z]{4}$/, 'must be as Apple shows it: "abcd-efgh-ijkl-mnop"'),
)

export const newConnection = z.object({
  type: z.literal('app_store_connect_api_key'),
  name: line(80),
  key: appStoreConnectKey,
  /** Keep it though Apple could not be asked or rejected it. */
  storeUntested: z.boolean().default(false),
})

export const CHECK_RESULTS = ['passed', 'failed', 'unknown', 'not_applicable'] as const

/** One thing that was tried against Apple. */
export const connectionCheck = z.object({
  name: z.enum([
    'key_accepted',
    'role',
    'provisioning_readable',
    'agreements',
    'web_session',
    'developer_portal',
    'device_trust',
    'teams',
  ]),
  title: z.string(),
  result: z.enum(CHECK_RESULTS),
  explanation: z.string(),
})
export type ConnectionCheck = z.output<typeof connectionCheck>

export const HEALTH_STATES = [
  'healthy',
  'untested',
  'rejected',
  'agreement_needed',
  'unreachable',
  /** The rest is of Apple IDs: signed out, locked by Apple, a person must do something on Apple's pages. */
  'expired',
  'locked',
  'action_needed',
] as const
export type HealthState = (typeof HEALTH_STATES)[number]

export const connectionHealth = z.object({
  state: z.enum(HEALTH_STATES),
  checkedAt: timestamp.nullable(),
  checks: z.array(connectionCheck),
})

/** An app that may use a connection. */
export const connectionUse = z.object({
  appId: idOf('app'),
  appName: z.string(),
  state: z.enum(['active', 'suspended']),
  authorisedBy: z.string(),
  authorisedAt: timestamp,
})

const keySummary = z.object({
  kind: z.enum(KEY_KINDS),
  keyId: z.string(),
  issuerId: z.string().nullable(),
  teamId: z.string().nullable(),
  /** Role as far as it can be inferred from what Apple allowed. */
  role: z.string().nullable(),
})

const appleIdSummary = z.object({
  kind: z.literal('apple_id'),
  /** The e-mail of the Apple ID. */
  accountName: z.string(),
  /** An app-specific password, for uploads by Apple's own tools, is stored too. */
  hasAppSpecificPassword: z.boolean(),
  /** Developer teams of the Apple ID, as Apple told when it was last asked. */
  teams: z.array(z.object({ teamId: z.string(), name: z.string() })),
})

export const connectionSummary = z.discriminatedUnion('kind', [keySummary, appleIdSummary])
export type ConnectionSummary = z.output<typeof connectionSummary>

/** How the sign-in of an Apple ID stands. `until`: Apple trusts this server that long, by what it said at sign-in. */
export const appleSession = z.discriminatedUnion('state', [
  z.object({ state: z.literal('valid'), until: timestamp, daysLeft: z.number().int() }),
  /** Seven days or less are left. */
  z.object({ state: z.literal('expiring'), until: timestamp, daysLeft: z.number().int() }),
  /** The account has no two-factor authentication, so nothing expires by date. */
  z.object({ state: z.literal('valid_without_expiry') }),
  /** `early`: Apple ended it before the date. */
  z.object({ state: z.literal('expired'), since: timestamp, early: z.boolean() }),
  /** Apple does not take the password any more. */
  z.object({ state: z.literal('password_refused'), since: timestamp }),
  z.object({ state: z.literal('locked'), since: timestamp, url: z.string() }),
  /** Something must be done on Apple's own page. */
  z.object({ state: z.literal('action_needed'), since: timestamp, what: z.string(), url: z.string() }),
])
export type AppleSession = z.output<typeof appleSession>

export const connection = z.object({
  id: idOf('connection'),
  type: connectionTypeName,
  name: z.string(),
  /** What may be shown of the secret. */
  summary: connectionSummary,
  /** How the sign-in stands; null for keys. */
  session: appleSession.nullable(),
  owner: personRef,
  /** Only its owner may choose it for an app. */
  restricted: z.boolean(),
  health: connectionHealth,
  usedBy: z.array(connectionUse),
  createdAt: timestamp,
  keyReplacedAt: timestamp.nullable(),
  lastUsedAt: timestamp.nullable(),
})
export type Connection = z.output<typeof connection>

/** How the dialog for a type looks; the web draws its form from this. */
export const connectionTypeForm = z.object({
  type: connectionTypeName,
  title: z.string(),
  summary: z.string(),
  helpUrl: z.string(),
  /** Words of the button that sends it. */
  submit: z.string(),
  /** An older method: the dialog says so and offers it last. */
  isOlder: z.boolean(),
  fields: z.array(
    z.object({
      /** Path in the request body: `name`, `key.kind`, `key.keyId` … */
      name: z.string(),
      label: z.string(),
      kind: z.enum(['text', 'password', 'choice', 'file']),
      help: z.string(),
      placeholder: z.string(),
      pattern: z.string().nullable(),
      /** What is accepted, in words, when `pattern` does not match. */
      accepted: z.string(),
      choices: z.array(z.object({ value: z.string(), label: z.string(), help: z.string() })),
      /** Left out (and not sent) when the field `field` has one of `values`. */
      hiddenWhen: z.object({ field: z.string(), values: z.array(z.string()) }).nullable(),
      /** May be left empty, and is then not sent. */
      optional: z.boolean(),
    }),
  ),
})
export type ConnectionTypeForm = z.output<typeof connectionTypeForm>
