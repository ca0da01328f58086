import type { Migration } from './types.ts'

/** Apple IDs: their sessions, and sign-ins that wait for a code. */
export const appleIds: Migration = {
  id: 2,
  name: 'apple ids',
  statements: ({ text, int, bytes, strict }) => [
    // Two sign-ins of one Apple ID end each other, so it is connected once on the whole instance.
    `create unique index connections_one_apple_id on connections (key_id) where type = 'apple_id'`,
    `create table apple_sessions (
      connection_id ${text} primary key references connections (id) on delete cascade, version ${int} not null,
      mac ${bytes} not null, kek_id ${text} not null, wrapped_key ${bytes} not null, ciphertext ${bytes} not null,
      state ${text} not null check (state in ('valid', 'expired', 'password_refused', 'locked', 'action_needed')),
      state_at ${int} not null, ended_early ${int} not null, action_what ${text} not null, action_url ${text} not null,
      two_factor ${int} not null, teams ${text} not null, signed_in_at ${int} not null, trusted_until ${int},
      valid_at ${int} not null, refreshed_at ${int} not null, warned_days ${int}
    ) ${strict}`,
    `create table apple_sign_ins (
      id ${text} primary key, user_id ${text} not null references users (id) on delete cascade,
      connection_id ${text} references connections (id) on delete cascade, account_name ${text} not null,
      name ${text} not null, state ${text} not null check (state in ('awaiting_code', 'connected', 'ended')),
      end_code ${text} not null, version ${int} not null, kek_id ${text}, wrapped_key ${bytes}, ciphertext ${bytes},
      resend_at ${int}, started_at ${int} not null, expires_at ${int} not null, hand_off_hash ${bytes} unique,
      hand_off_expires_at ${int}, hand_off_opened_by ${text} references users (id) on delete set null,
      hand_off_done ${int} not null
    ) ${strict}`,
    'create index apple_sign_ins_expires on apple_sign_ins (expires_at)',
  ],
}
