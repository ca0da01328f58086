import { appErrors } from '@cordon/api/apps/errors'
import { accessErrors } from '@cordon/api/errors'
import type { AppRole } from '@cordon/api/route'

/** Roles that lead an app: they may change its team and what it uses, and their connections are offered to it. */
export const LEADING_ROLES = ['owner', 'admin'] as const

/** Says whether a role leads an app. */
export function leads(role: AppRole | undefined): boolean {
  return role === 'owner' || role === 'admin'
}

/** Refuses to change the role of the owner: an app always has exactly one, and only a transfer makes another. */
export function refuseOwnerChange(role: AppRole): void {
  if (role === 'owner') throw appErrors.owner_fixed()
}

/** Who removes whom. */
export interface Removal {
  readonly by: AppRole
  readonly target: AppRole
  /** Somebody leaves by themselves. */
  readonly self: boolean
}

/** Refuses a removal that is not allowed: nobody removes the owner, and only who leads removes others. */
export function refuseRemoval({ by, target, self }: Removal): void {
  if (target === 'owner') throw appErrors.owner_fixed()
  if (!self && !leads(by)) throw accessErrors.forbidden({ needs: LEADING_ROLES, has: by })
}

/** Says whether connections of a member serve the app no more after a change of role; undefined: the person left. */
export function losesLead(before: AppRole, after: AppRole | undefined): boolean {
  return leads(before) && !leads(after)
}
