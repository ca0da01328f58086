import type { Migration, Words } from './types.ts'

/** The tables of the first release. */
export const first: Migration = {
  id: 1,
  name: 'first',
  statements: (words) => [
    ...people(words),
    ...apps(words),
    ...connections(words),
    ...builds(words),
    ...audit(words),
    ...machinery(words),
  ],
}

const people = ({ text, int, bytes, strict }: Words) => [
  `create table users (
    id ${text} primary key, serial ${int} not null unique, email ${text} not null, email_key ${text} not null unique,
    name ${text} not null, instance_role ${text} not null check (instance_role in ('administrator', 'member')),
    password_hash ${text} not null, disabled_at ${int}, created_at ${int} not null, updated_at ${int} not null
  ) ${strict}`,
  `create table sign_in_sessions (
    id ${text} primary key, user_id ${text} not null references users (id) on delete cascade,
    token_hash ${bytes} not null unique, created_at ${int} not null, last_seen_at ${int} not null,
    expires_at ${int} not null, user_agent ${text} not null, address ${text} not null
  ) ${strict}`,
  'create index sign_in_sessions_user on sign_in_sessions (user_id, created_at)',
  `create table personal_tokens (
    id ${text} primary key, user_id ${text} not null references users (id) on delete cascade, name ${text} not null,
    token_hash ${bytes} not null unique, scopes ${text} not null, created_at ${int} not null,
    expires_at ${int} not null, last_used_at ${int}
  ) ${strict}`,
  'create index personal_tokens_user on personal_tokens (user_id, created_at)',
]

const apps = ({ text, int, bytes, strict }: Words) => [
  `create table apps (
    id ${text} primary key, name ${text} not null,
    delivery_mode ${text} not null check (delivery_mode in ('release', 'broker')),
    last_build_number ${int} not null, created_by ${text} not null references users (id),
    created_at ${int} not null, updated_at ${int} not null
  ) ${strict}`,
  `create table memberships (
    app_id ${text} not null references apps (id) on delete cascade,
    user_id ${text} not null references users (id) on delete cascade,
    role ${text} not null check (role in ('owner', 'admin', 'developer', 'tester')), created_at ${int} not null,
    primary key (app_id, user_id)
  ) ${strict}`,
  `create unique index memberships_one_owner on memberships (app_id) where role = 'owner'`,
  'create index memberships_user on memberships (user_id, app_id)',
  `create table invitations (
    id ${text} primary key, token_hash ${bytes} not null unique,
    kind ${text} not null check (kind in ('set_up', 'instance', 'app')),
    app_id ${text} references apps (id) on delete cascade, note ${text} not null, role ${text} not null,
    created_by ${text} references users (id) on delete cascade, created_at ${int} not null, expires_at ${int} not null,
    accepted_at ${int}, accepted_by ${text} references users (id) on delete set null, revoked_at ${int},
    check ((kind = 'app') = (app_id is not null))
  ) ${strict}`,
  'create index invitations_app on invitations (app_id, created_at)',
  `create table test_devices (
    id ${text} primary key, serial ${int} not null unique, user_id ${text} not null references users (id) on delete cascade,
    title ${text} not null, identifier ${text} not null, identifier_key ${text} not null,
    created_at ${int} not null, updated_at ${int} not null,
    unique (user_id, identifier_key)
  ) ${strict}`,
]

const connections = ({ text, int, bytes, strict }: Words) => [
  `create table connections (
    id ${text} primary key, owner_id ${text} not null references users (id), type ${text} not null, name ${text} not null,
    kind ${text} not null, key_id ${text} not null, issuer_id ${text}, summary ${text} not null, state ${text} not null,
    checks ${text} not null, restricted ${int} not null, secret_version ${int} not null,
    secret_mac ${bytes} not null, created_at ${int} not null, updated_at ${int} not null,
    checked_at ${int}, key_replaced_at ${int}, last_used_at ${int}
  ) ${strict}`,
  `create unique index connections_same_key on connections (owner_id, type, key_id, coalesce(issuer_id, ''))`,
  `create table connection_secrets (
    connection_id ${text} not null references connections (id) on delete cascade, version ${int} not null,
    kek_id ${text} not null, wrapped_key ${bytes} not null, ciphertext ${bytes} not null, created_at ${int} not null,
    primary key (connection_id, version)
  ) ${strict}`,
  `create table authorisations (
    id ${text} primary key, app_id ${text} not null references apps (id) on delete cascade, type ${text} not null,
    connection_id ${text} not null references connections (id) on delete cascade,
    state ${text} not null check (state in ('active', 'suspended', 'ended')),
    suspended_reason ${text}, suspended_at ${int}, created_by ${text} not null references users (id),
    created_at ${int} not null, ended_at ${int}
  ) ${strict}`,
  `create unique index authorisations_one_active on authorisations (app_id, type) where state <> 'ended'`,
  'create index authorisations_connection on authorisations (connection_id, state)',
]

const builds = ({ text, int, bytes, strict }: Words) => [
  `create table builds (
    id ${text} primary key, app_id ${text} not null references apps (id) on delete cascade, number ${int} not null,
    state ${text} not null check (state in ('running', 'ended')), outcome ${text},
    facts ${text} not null, from_fork ${int} not null, started_by_kind ${text} not null, started_by_id ${text} not null,
    started_by_name ${text} not null, started_at ${int} not null, expires_at ${int} not null, ended_at ${int},
    credential_releases ${int} not null, apple_requests ${int},
    unique (app_id, number)
  ) ${strict}`,
  `create index builds_running on builds (expires_at) where state = 'running'`,
  `create table build_tokens (
    token_hash ${bytes} primary key, build_id ${text} not null references builds (id) on delete cascade,
    created_at ${int} not null, expires_at ${int} not null
  ) ${strict}`,
  'create index build_tokens_build on build_tokens (build_id)',
  `create table trigger_tokens (
    id ${text} primary key, app_id ${text} not null references apps (id) on delete cascade, name ${text} not null,
    token_hash ${bytes} not null unique, created_by ${text} not null references users (id), created_at ${int} not null,
    expires_at ${int}, last_used_at ${int}, revoked_at ${int}
  ) ${strict}`,
  'create index trigger_tokens_app on trigger_tokens (app_id, created_at)',
]

const audit = ({ text, int, bytes, strict }: Words) => [
  `create table audit_events (
    chain ${text} not null, seq ${int} not null, id ${text} not null, at ${int} not null,
    actor_kind ${text} not null, actor_id ${text} not null, actor_name ${text} not null, action ${text} not null,
    object_kind ${text} not null, object_id ${text} not null, object_name ${text} not null, outcome ${text} not null,
    summary ${text} not null, build_id ${text}, request_id ${text} not null,
    details ${text} not null, previous_hash ${bytes} not null, hash ${bytes} not null,
    primary key (chain, seq)
  ) ${strict}`,
  'create index audit_events_at on audit_events (at, chain, seq)',
  'create index audit_events_build on audit_events (build_id, seq) where build_id is not null',
  `create table audit_heads (
    chain ${text} primary key, seq ${int} not null, hash ${bytes} not null, mac ${bytes} not null
  ) ${strict}`,
  `create table notices (
    id ${text} primary key, user_id ${text} not null references users (id) on delete cascade, kind ${text} not null,
    title ${text} not null, body ${text} not null, link ${text} not null, created_at ${int} not null, read_at ${int}
  ) ${strict}`,
  'create index notices_user on notices (user_id, created_at, id)',
]

const machinery = ({ text, int, bytes, strict }: Words) => [
  `create table jobs (
    id ${text} primary key, kind ${text} not null, key ${text} unique, payload ${text} not null, due_at ${int} not null,
    lease_until ${int}, attempts ${int} not null, last_error ${text}
  ) ${strict}`,
  'create index jobs_due on jobs (due_at)',
  `create table locks (
    name ${text} primary key, holder ${text} not null, fence ${int} not null, expires_at ${int} not null
  ) ${strict}`,
  `create table throttles (
    key ${text} primary key, failures ${int} not null, last_at ${int} not null, blocked_until ${int} not null
  ) ${strict}`,
  'create index throttles_last on throttles (last_at)',
  `create table rate_budgets (
    key ${text} primary key, hour_limit ${int} not null, remaining ${int} not null, observed_at ${int} not null
  ) ${strict}`,
  `create table vault_keys (
    purpose ${text} primary key, kek_id ${text} not null, wrapped_key ${bytes} not null, created_at ${int} not null
  ) ${strict}`,
  `create table counters (name ${text} primary key, value ${int} not null) ${strict}`,
]
