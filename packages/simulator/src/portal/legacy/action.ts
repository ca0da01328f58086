import { isAllowed, isProvisioning, type Permission } from '../../app-store-connect/auth/roles.ts'
import type { Answer, Incoming } from '../../http/service.ts'
import type { Scene } from '../../world/world.ts'
import type { Member } from '../member.ts'
import { accessUnavailable, notAllowed } from './errors.ts'
import type { Form } from './form.ts'

/** The two families of the legacy portal's addresses; tvOS, watchOS and visionOS belong to `ios`. */
export type Slug = 'ios' | 'mac'

/** One request to the legacy portal, by a member of the team that it names. */
export interface LegacyCall extends Scene {
  readonly member: Member
  readonly form: Form
  readonly slug: Slug
  readonly request: Incoming
}

/** Keys of the answer, besides those that every answer has. */
export type Result = Readonly<Record<string, unknown>>

/** One address below `QH65B2/`. */
export interface Action {
  /** `{p}` stands for the family. */
  readonly path: string
  readonly method: 'POST' | 'GET'
  /** Changes something: wants a csrf token, and waits for its turn in the team. */
  readonly isWrite: boolean
  readonly permission: Permission
  readonly run: (call: LegacyCall) => Promise<Result | Download> | Result | Download
}

/** A file instead of the usual JSON. */
export class Download {
  readonly answer: Answer

  constructor(bytes: Uint8Array, contentType: string, fileName: string) {
    this.answer = {
      status: 200,
      headers: { 'Content-Type': contentType, 'Content-Disposition': `attachment; filename="${fileName}"` },
      body: Buffer.from(bytes),
    }
  }
}

/** An action that reads. */
export function reads(path: string, run: Action['run']): Action {
  return { path, method: 'POST', isWrite: false, permission: 'identifiers:read', run }
}

/** A file to be fetched. */
export function downloads(path: string, run: Action['run']): Action {
  return { path, method: 'GET', isWrite: false, permission: 'identifiers:read', run }
}

/** An action that changes something. */
export function writes(path: string, permission: Permission, run: Action['run']): Action {
  return { path, method: 'POST', isWrite: true, permission, run }
}

/** Refuses what the person's role does not reach, or what a lapsed membership stops. `what` is Apple's name of the thing. */
export function demand(call: LegacyCall, permission: Permission, what: string): void {
  if (!isAllowed(call.member.actor, permission, call.world.settings)) throw notAllowed(what)
  if (isProvisioning(permission) && !call.team.membershipActive) throw accessUnavailable()
}
