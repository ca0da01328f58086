import { z } from 'zod'
import { idOf, line, personRef, secretField, timestamp } from '../fields.ts'

export const CONNECTION_TYPES = ['app_store_connect_api_key'] as const
export const connectionTypeName = z.enum(CONNECTION_TYPES)
export type ConnectionTypeName = z.output<typeof connectionTypeName>

/** Whose key it is: of the team, of one person (no issuer, no provisioning), or of an Enterprise Program team. */
export const KEY_KINDS = ['team', 'individual', 'enterprise'] as const
export type KeyKind = (typeof KEY_KINDS)[number]

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

export const appStoreConnectKey = z.object({
  kind: z.enum(KEY_KINDS),
  keyId,
  /** Not for individual keys. */
  issuerId: issuerId.optional(),
  privateKey,
})
/** A key as a person sends it, after parsing. */
export type SubmittedKey = z.output<typeof appStoreConnectKey>

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
  name: z.enum(['key_accepted', 'role', 'provisioning_readable', 'agreements']),
  title: z.string(),
  result: z.enum(CHECK_RESULTS),
  explanation: z.string(),
})
export type ConnectionCheck = z.output<typeof connectionCheck>

export const HEALTH_STATES = ['healthy', 'untested', 'rejected', 'agreement_needed', 'unreachable'] as const
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

export const connection = z.object({
  id: idOf('connection'),
  type: connectionTypeName,
  name: z.string(),
  /** What may be shown of the secret. */
  summary: z.object({
    kind: z.enum(KEY_KINDS),
    keyId: z.string(),
    issuerId: z.string().nullable(),
    teamId: z.string().nullable(),
    /** Role as far as it can be inferred from what Apple allowed. */
    role: z.string().nullable(),
  }),
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
  fields: z.array(
    z.object({
      /** Path in the request body: `name`, `key.kind`, `key.keyId` … */
      name: z.string(),
      label: z.string(),
      kind: z.enum(['text', 'choice', 'file']),
      help: z.string(),
      placeholder: z.string(),
      pattern: z.string().nullable(),
      /** What is accepted, in words, when `pattern` does not match. */
      accepted: z.string(),
      choices: z.array(z.object({ value: z.string(), label: z.string(), help: z.string() })),
      /** Left out (and not sent) when the field `field` has one of `values`. */
      hiddenWhen: z.object({ field: z.string(), values: z.array(z.string()) }).nullable(),
    }),
  ),
})
export type ConnectionTypeForm = z.output<typeof connectionTypeForm>
