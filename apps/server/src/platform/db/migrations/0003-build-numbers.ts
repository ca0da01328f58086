import type { Migration } from './types.ts'

/** Build numbers that were given out. */
export const buildNumbers: Migration = {
  id: 3,
  name: 'build numbers',
  statements: ({ text, int, strict }) => [
    `create table build_numbers (
      app_id ${text} not null references apps (id) on delete cascade, bundle_id ${text} not null,
      platform ${text} not null, version ${text} not null, last ${int} not null, updated_at ${int} not null,
      primary key (app_id, bundle_id, platform, version)
    ) ${strict}`,
  ],
}
