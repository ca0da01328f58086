import type { Migration } from './types.ts'

// The query of `platform/audit/trail.ts` says the same: only so does it find the index.
const IS_MARK = 'build_position % 64 = 0'

/**
 * What builds do, in a narrow row of their own, and a trail that leads from each event of a build to the one before it. An index over all
 * events of builds cost a page of its own for nearly every event.
 */
export const buildActivity: Migration = {
  id: 4,
  name: 'build activity',
  statements: ({ text, int, strict }) => [
    // First, so that what follows does not keep it up.
    'drop index audit_events_build',
    `alter table audit_events add column build_previous ${int}`,
    `alter table audit_events add column build_position ${int}`,
    `update audit_events set build_previous = trail.previous, build_position = trail.position from (
      select chain, seq, lag(seq) over builds as previous, row_number() over builds as position
      from audit_events where build_id is not null window builds as (partition by chain, build_id order by seq)
    ) as trail where audit_events.chain = trail.chain and audit_events.seq = trail.seq`,
    `create index audit_events_mark on audit_events (build_id, build_position) where ${IS_MARK}`,
    `create table build_activity (
      build_id ${text} primary key references builds (id) on delete cascade, events ${int} not null default 0, last_seq ${int},
      credential_releases ${int} not null default 0, apple_requests ${int} not null default 0,
      step_reports ${int} not null default 0, build_numbers ${int} not null default 0
    ) ${strict}`,
    `insert into build_activity (build_id, credential_releases, apple_requests)
      select id, credential_releases, coalesce(apple_requests, 0) from builds`,
    // From what is counted over all events at once to the builds: to look for the events of each build would read those of its app each time.
    `update build_activity set events = trail.events, last_seq = trail.last_seq, step_reports = trail.step_reports,
      build_numbers = trail.build_numbers from (
        select chain, build_id, count(*) as events, max(seq) as last_seq,
          sum(case when action = 'step.reported' then 1 else 0 end) as step_reports,
          sum(case when action = 'build_number.allocated' then 1 else 0 end) as build_numbers
        from audit_events where build_id is not null group by chain, build_id
      ) as trail, builds
      where builds.id = trail.build_id and builds.app_id = trail.chain and build_activity.build_id = builds.id`,
    'alter table builds drop column credential_releases',
    'alter table builds drop column apple_requests',
  ],
}
