import type { AppRole, InstanceRole } from '@cordon/api/route'

/** What each role in an app's team may do, in one line. */
export const APP_ROLE_HELP = {
  owner: 'Everything, and hands the app over or deletes it.',
  admin: 'Chooses the Apple connection, manages the team, starts builds.',
  developer: 'Sees builds and ends running ones. Gets no credentials.',
  tester: 'Sees builds and brings test devices.',
} as const satisfies Record<AppRole, string>

/** Roles as they are written on screen. */
export const ROLE_NAMES = {
  owner: 'Owner',
  admin: 'Admin',
  developer: 'Developer',
  tester: 'Tester',
  administrator: 'Administrator',
  member: 'Member',
} as const satisfies Record<AppRole | InstanceRole, string>

/** What each role on the instance may do. */
export const INSTANCE_ROLE_HELP = {
  administrator: 'Manages people and sees the audit log of the whole instance.',
  member: 'Creates apps and keeps their own connections.',
} as const satisfies Record<InstanceRole, string>
