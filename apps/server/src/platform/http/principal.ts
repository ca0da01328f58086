import type { Access, AppRole, InstanceRole, Route } from '@cordon/api/route'
import type { AppId, BuildId, PersonalTokenId, SessionId, TriggerTokenId, UserId } from '@cordon/core/ids'
import type { Instant } from '@cordon/core/instant'
import type { Actor } from '../audit/event.ts'

/** Somebody signed in. */
export interface Person {
  readonly kind: 'person'
  readonly userId: UserId
  readonly name: string
  readonly email: string
  readonly instanceRole: InstanceRole
  readonly credential:
    | { readonly kind: 'session'; readonly sessionId: SessionId }
    | { readonly kind: 'personal-token'; readonly personalTokenId: PersonalTokenId; readonly scopes: readonly string[] }
}

/** An administrator of the instance, in a call that only those may make. */
export interface Administrator extends Person {
  readonly administers: true
}

/** A person in the team of the app that the call is about. */
export interface Member extends Person {
  readonly appId: AppId
  readonly role: AppRole
  /** Roles that may make the call. */
  readonly roles: readonly AppRole[]
}

/** A person in the team of the app that the build in the path belongs to. */
export interface BuildViewer extends Member {
  readonly buildId: BuildId
}

/** A running build, by its token. */
export interface BuildPrincipal {
  readonly kind: 'build'
  readonly buildId: BuildId
  readonly appId: AppId
  readonly number: number
  readonly startedAt: Instant
  /** The code comes from a fork: no credentials. */
  readonly fromFork: boolean
  /** Hash of the token that was presented. */
  readonly tokenHash: Uint8Array
}

/** The holder of a trigger token. */
export interface TriggerPrincipal {
  readonly kind: 'trigger'
  readonly triggerTokenId: TriggerTokenId
  readonly appId: AppId
  /** Name of the token. */
  readonly name: string
}

export interface Anonymous {
  readonly kind: 'anonymous'
}

export type Principal = Person | BuildPrincipal | TriggerPrincipal | Anonymous

interface PrincipalsByAccess {
  readonly anyone: Person | Anonymous
  readonly person: Person
  readonly administrator: Administrator
  readonly member: Member
  readonly 'build-viewer': BuildViewer
  readonly build: BuildPrincipal
  readonly trigger: TriggerPrincipal
}

/** Who a handler of this route is called by, once access is granted. */
export type PrincipalOf<R extends Route> = PrincipalsByAccess[R['access']['who']]

export type Who = Access['who']

/** The principal as the audit log names it. */
export function actorOf(principal: Principal): Actor {
  switch (principal.kind) {
    case 'person':
      return { kind: 'person', id: principal.userId, name: principal.name }
    case 'build':
      return { kind: 'build', id: principal.buildId, name: `build ${principal.number}` }
    case 'trigger':
      return { kind: 'trigger_token', id: principal.triggerTokenId, name: principal.name }
    case 'anonymous':
      return { kind: 'anonymous', id: '', name: '' }
    default:
      return principal satisfies never
  }
}

/** Id for log lines; empty for nobody. */
export function principalId(principal: Principal): string {
  return actorOf(principal).id
}
