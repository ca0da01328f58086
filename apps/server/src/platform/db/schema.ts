import type { ACTOR_KINDS } from '@cordon/api/audit/schema'
import type { SuspensionReason } from '@cordon/api/authorisations/schema'
import type { ConnectionKind, ConnectionTypeName, HealthState } from '@cordon/api/connections/schema'
import type { AppRole, InstanceRole } from '@cordon/api/route'
import type {
  AppId,
  AppleSignInId,
  AuditEventId,
  AuthorisationId,
  BuildId,
  ConnectionId,
  InvitationId,
  JobId,
  NoticeId,
  PersonalTokenId,
  SessionId,
  TestDeviceId,
  TriggerTokenId,
  UserId,
} from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import type { Generated } from 'kysely'

/** Who can act, as the audit log names it. */
export type ActorKind = (typeof ACTOR_KINDS)[number]

/** A truth value as both databases keep it. */
export type Flag = 0 | 1

/** JSON as text: PostgreSQL would rewrite `jsonb`, and SQLite has none. */
export type JsonText = string

/** People. `serial` is the stable positive number by which the build protocol knows a person. */
export interface UsersTable {
  id: UserId
  serial: number
  /** As the person wrote it. */
  email: string
  /** Lower case; unique. */
  email_key: string
  name: string
  instance_role: InstanceRole
  /** argon2id in PHC form. */
  password_hash: string
  /** Set: cannot sign in, no token of theirs works. */
  disabled_at: Instant | null
  created_at: Instant
  updated_at: Instant
}

/** Browser sessions. Live while `now < expires_at` and `now < last_seen_at + idle time`. */
export interface SignInSessionsTable {
  id: SessionId
  user_id: UserId
  token_hash: Uint8Array
  created_at: Instant
  last_seen_at: Instant
  /** Absolute end, whatever happens. */
  expires_at: Instant
  user_agent: string
  address: string
}

export interface PersonalTokensTable {
  id: PersonalTokenId
  user_id: UserId
  name: string
  token_hash: Uint8Array
  /** JSON array of `read`, `write`. */
  scopes: JsonText
  created_at: Instant
  expires_at: Instant
  last_used_at: Instant | null
}

/** Links that let somebody in. `set_up` makes the first administrator, `instance` a user, `app` a member of a team. */
export interface InvitationsTable {
  id: InvitationId
  token_hash: Uint8Array
  kind: 'set_up' | 'instance' | 'app'
  /** For `app` only. */
  app_id: AppId | null
  note: string
  /** Instance role for `set_up` and `instance`, app role for `app`. */
  role: InstanceRole | AppRole
  created_by: UserId | null
  created_at: Instant
  expires_at: Instant
  accepted_at: Instant | null
  accepted_by: UserId | null
  revoked_at: Instant | null
}

export interface AppsTable {
  id: AppId
  name: string
  /** `release`: builds receive credentials; `broker`: they never do. */
  delivery_mode: 'release' | 'broker'
  /** Number of the last build. */
  last_build_number: number
  created_by: UserId
  created_at: Instant
  updated_at: Instant
}

/** Who is in an app's team. At most one `owner` an app (partial unique index). */
export interface MembershipsTable {
  app_id: AppId
  user_id: UserId
  role: AppRole
  created_at: Instant
}

/**
 * Stored access to Apple, without its secret. Unique per owner, type, key id and issuer; an Apple ID is there once on the
 * whole instance.
 */
export interface ConnectionsTable {
  id: ConnectionId
  owner_id: UserId
  type: ConnectionTypeName
  name: string
  kind: ConnectionKind
  /** By what Apple knows it: the id of a key, the lower-case e-mail of an Apple ID. */
  key_id: string
  issuer_id: string | null
  /** What `summarize` told of the secret: the only view that screens, logs and audit see. */
  summary: JsonText
  state: HealthState
  /** JSON array of `ConnectionCheck`: the last try against Apple. */
  checks: JsonText
  /** 1: only the owner may choose it for an app. */
  restricted: Flag
  /** Current row of `connection_secrets`. */
  secret_version: number
  /** `vault.bindVersion(place)` of the current version: an old secret row put back does not open. */
  secret_mac: Uint8Array
  created_at: Instant
  updated_at: Instant
  checked_at: Instant | null
  key_replaced_at: Instant | null
  last_used_at: Instant | null
}

/** Ciphertext. Rows are written once and replaced by a new version, never updated in place. */
export interface ConnectionSecretsTable {
  connection_id: ConnectionId
  version: number
  /** Id of the master key that wraps `wrapped_key`. */
  kek_id: string
  wrapped_key: Uint8Array
  ciphertext: Uint8Array
  created_at: Instant
}

/** How the session of an Apple ID stands. The cookies are sealed apart from the password: they change many times a day. */
export interface AppleSessionsTable {
  connection_id: ConnectionId
  /** Counts up with each change of the cookies. */
  version: number
  /** `vault.bindVersion(place)` of this version. */
  mac: Uint8Array
  kek_id: string
  wrapped_key: Uint8Array
  ciphertext: Uint8Array
  state: 'valid' | 'expired' | 'password_refused' | 'locked' | 'action_needed'
  /** Since when. */
  state_at: Instant
  /** 1: Apple ended it before `trusted_until`. */
  ended_early: Flag
  /** For `action_needed`: what, in words; else empty. */
  action_what: string
  /** For `action_needed` and `locked`: Apple's page; else empty. */
  action_url: string
  two_factor: Flag
  /** JSON array of `{ teamId, name }`. */
  teams: JsonText
  signed_in_at: Instant
  /** End of Apple's trust; null without two-factor authentication. */
  trusted_until: Instant | null
  /** When it was last known to be valid. */
  valid_at: Instant
  /** When it was last renewed by password. */
  refreshed_at: Instant
  /** Fewest days left that the owner was warned of; null before the first warning. */
  warned_days: number | null
}

/** Sign-ins to Apple on the way. The secret holds password and attempt, and goes when the sign-in ends. */
export interface AppleSignInsTable {
  id: AppleSignInId
  user_id: UserId
  /** The connection that is renewed, or that came of it. */
  connection_id: ConnectionId | null
  account_name: string
  /** Name of the connection. */
  name: string
  state: 'awaiting_code' | 'connected' | 'ended'
  /** For `ended`: code of the error that says why. */
  end_code: string
  /** Counts up with each answer of Apple; the version of the sealed secret. */
  version: number
  kek_id: string | null
  wrapped_key: Uint8Array | null
  ciphertext: Uint8Array | null
  /** Before this no other code may be asked for. */
  resend_at: Instant | null
  started_at: Instant
  expires_at: Instant
  hand_off_hash: Uint8Array | null
  hand_off_expires_at: Instant | null
  hand_off_opened_by: UserId | null
  /** 1: the code came by the link. */
  hand_off_done: Flag
}

/** Which connection an app may use. At most one that is not `ended` per app and type (partial unique index). */
export interface AuthorisationsTable {
  id: AuthorisationId
  app_id: AppId
  type: ConnectionsTable['type']
  connection_id: ConnectionId
  state: 'active' | 'suspended' | 'ended'
  suspended_reason: SuspensionReason | null
  suspended_at: Instant | null
  created_by: UserId
  created_at: Instant
  ended_at: Instant | null
}

/** CI runs. `number` counts per app. Past `expires_at` a running build is an expired one: nothing writes that. */
export interface BuildsTable {
  id: BuildId
  app_id: AppId
  number: number
  state: 'running' | 'ended'
  /** Null while it runs and when it expired. */
  outcome: 'success' | 'failure' | 'aborted' | null
  /** JSON of `BuildFacts`. */
  facts: JsonText
  from_fork: Flag
  started_by_kind: 'person' | 'trigger_token'
  /** User id or trigger token id. */
  started_by_id: string
  started_by_name: string
  started_at: Instant
  /** When its token stops by itself. */
  expires_at: Instant
  ended_at: Instant | null
}

/** What a build did, counted. A narrow row of its own: nearly every request of a build writes it. Written by `platform/audit` alone. */
export interface BuildActivityTable {
  build_id: BuildId
  /** Its events in its app's chain. */
  events: Generated<number>
  /** Place of the last of them in the chain; null before the first. */
  last_seq: number | null
  /** How often it got credentials. */
  credential_releases: Generated<number>
  /** As reported by its steps. */
  apple_requests: Generated<number>
  step_reports: Generated<number>
  /** How many build numbers it got. */
  build_numbers: Generated<number>
}

export interface BuildTokensTable {
  token_hash: Uint8Array
  build_id: BuildId
  created_at: Instant
  expires_at: Instant
}

export interface TriggerTokensTable {
  id: TriggerTokenId
  app_id: AppId
  name: string
  token_hash: Uint8Array
  created_by: UserId
  created_at: Instant
  expires_at: Instant | null
  last_used_at: Instant | null
  revoked_at: Instant | null
}

/** Phones to sign for, each of one person. `serial` is the stable positive id on the build protocol. */
export interface TestDevicesTable {
  id: TestDeviceId
  serial: number
  user_id: UserId
  title: string
  /** As typed. */
  identifier: string
  /** Lower case; unique per person. */
  identifier_key: string
  created_at: Instant
  updated_at: Instant
}

/** What a person is told in the web app. */
export interface NoticesTable {
  id: NoticeId
  user_id: UserId
  kind: string
  title: string
  body: string
  /** Path in the web app, or empty. */
  link: string
  created_at: Instant
  read_at: Instant | null
}

/** The audit log: append-only, one hash chain per app and one named `instance`. Written by `platform/audit` alone. */
export interface AuditEventsTable {
  id: AuditEventId
  /** An app's id, or `instance`. */
  chain: string
  /** Place in the chain, from 1. */
  seq: number
  at: Instant
  actor_kind: ActorKind
  actor_id: string
  actor_name: string
  action: string
  object_kind: string
  object_id: string
  object_name: string
  outcome: 'success' | 'refused' | 'failed'
  summary: string
  build_id: BuildId | null
  request_id: string
  details: JsonText
  previous_hash: Uint8Array
  hash: Uint8Array
  /** Place in the chain of the build's event before this one; null for its first, and for what no build did. Not hashed, as no index is. */
  build_previous: number | null
  /** Its place among the build's events, from 1; null for what no build did. */
  build_position: number | null
}

/** End of each chain, with an HMAC by a key from the vault: a cut or rewritten chain does not match it. */
export interface AuditHeadsTable {
  chain: string
  seq: number
  hash: Uint8Array
  mac: Uint8Array
}

export interface JobsTable {
  id: JobId
  kind: string
  /** Unique where set: makes a scheduler idempotent. */
  key: string | null
  payload: JsonText
  due_at: Instant
  /** Database time in ms; claimable again when past. */
  lease_until: Instant | null
  attempts: number
  last_error: string | null
}

/** Leases by the database's clock; `fence` grows with each holder. */
export interface LocksTable {
  name: string
  holder: string
  fence: number
  expires_at: Instant
}

/** Failed attempts per key (`sign-in:address:…`). */
export interface ThrottlesTable {
  key: string
  failures: number
  last_at: Instant
  blocked_until: Instant
}

/** Apple's hourly budget per API key. */
export interface RateBudgetsTable {
  key: string
  hour_limit: number
  remaining: number
  observed_at: Instant
}

/** The vault's own keys (for HMACs), wrapped by the master key. */
export interface VaultKeysTable {
  purpose: string
  kek_id: string
  wrapped_key: Uint8Array
  created_at: Instant
}

/** The last build number given out, for each app, bundle ID, platform and version. */
export interface BuildNumbersTable {
  app_id: AppId
  bundle_id: string
  platform: string
  version: string
  last: number
  updated_at: Instant
}

/** Running numbers, see `nextNumber`. */
export interface CountersTable {
  name: string
  value: number
}

export interface MigrationsTable {
  id: number
  name: string
  applied_at: Instant
}

/** All tables, alike on SQLite and PostgreSQL. Ids are text, times epoch milliseconds, bytes `Uint8Array`. */
export interface Database {
  users: UsersTable
  sign_in_sessions: SignInSessionsTable
  personal_tokens: PersonalTokensTable
  invitations: InvitationsTable
  apps: AppsTable
  memberships: MembershipsTable
  connections: ConnectionsTable
  connection_secrets: ConnectionSecretsTable
  apple_sessions: AppleSessionsTable
  apple_sign_ins: AppleSignInsTable
  authorisations: AuthorisationsTable
  builds: BuildsTable
  build_activity: BuildActivityTable
  build_tokens: BuildTokensTable
  trigger_tokens: TriggerTokensTable
  test_devices: TestDevicesTable
  notices: NoticesTable
  audit_events: AuditEventsTable
  audit_heads: AuditHeadsTable
  jobs: JobsTable
  locks: LocksTable
  throttles: ThrottlesTable
  rate_budgets: RateBudgetsTable
  vault_keys: VaultKeysTable
  build_numbers: BuildNumbersTable
  counters: CountersTable
  migrations: MigrationsTable
}
