import { z } from 'zod'

/** Roles of an app's team, strongest first. */
export const APP_ROLES = ['owner', 'admin', 'developer', 'tester'] as const
export type AppRole = (typeof APP_ROLES)[number]

/** Roles on the whole instance. */
export const INSTANCE_ROLES = ['administrator', 'member'] as const
export type InstanceRole = (typeof INSTANCE_ROLES)[number]

/**
 * Who may call a route. Declared beside the route, enforced before its handler runs, and tested for every kind of caller.
 * - `anyone`: no credentials looked at.
 * - `person`: signed in (session or personal token). `own` says that the thing named in the path must be the caller's,
 *   and is *not found* for everybody else.
 * - `administrator`: a person with that instance role.
 * - `member`: a person in the team of the app named by the path parameter `appId`, with one of `roles`.
 *   To strangers the app is *not found*; to members with another role the call is *forbidden*.
 * - `build-viewer`: a person in the team of the app that the build named by the path parameter `buildId` belongs to.
 * - `build`: the running build named by the path parameter `buildId`, known by its token in the header `BUILD_API_TOKEN`.
 * - `trigger`: the holder of an app's trigger token, as a bearer token.
 */
export type Access =
  | { readonly who: 'anyone' }
  | { readonly who: 'person'; readonly own?: true }
  | { readonly who: 'administrator' }
  | { readonly who: 'member'; readonly roles: readonly AppRole[] }
  | { readonly who: 'build-viewer'; readonly roles: readonly AppRole[] }
  | { readonly who: 'build' }
  | { readonly who: 'trigger' }

/**
 * What a person must present. `any`: a session or a personal token with the scope that the method needs (`read` for GET,
 * else `write`). `session`: a session only, because the call changes who can get in.
 */
export type Credential = 'any' | 'session'

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** One operation of Cordon's API: everything that server, clients, documents and tests must agree on. */
export interface Route {
  /** `connections.create`: feature and verb; unique; the operation id of the API document. */
  readonly id: string
  readonly method: HttpMethod
  /** With `:name` for parameters. */
  readonly path: string
  /** What the call is for, one sentence. */
  readonly summary: string
  readonly access: Access
  readonly credential?: Credential
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** Status of success; 200 unless told. 204 answers without a body. */
  readonly status?: 200 | 201 | 204
  readonly response?: z.ZodType
  /** Largest body accepted, in bytes; 2 MiB unless told. */
  readonly bodyLimitBytes?: number
}

/**
 * Declares a route; keeps its exact types for server and client. A body with a field that is not known is refused: whoever misspells a
 * limit must not get the default. Builds are the exception, because a step may be newer than the server.
 */
export function route<const R extends Route>(definition: R): R {
  const { body, access } = definition
  return access.who !== 'build' && body instanceof z.ZodObject ? { ...definition, body: body.strict() } : definition
}

/** What a route answers with; undefined where it has no body. */
export type ResponseOf<R extends Route> = R['response'] extends z.ZodType ? z.output<R['response']> : undefined

type Part<R extends Route, K extends 'params' | 'query' | 'body'> = R[K] extends z.ZodType
  ? { readonly [P in K]: z.input<R[K]> }
  : { readonly [P in K]?: undefined }

/** What a caller must give. */
export type RequestOf<R extends Route> = Part<R, 'params'> & Part<R, 'query'> & Part<R, 'body'>

type Parsed<R extends Route, K extends 'params' | 'query' | 'body'> = R[K] extends z.ZodType
  ? z.output<R[K]>
  : undefined

/** What a handler gets, after parsing. */
export interface ParsedRequest<R extends Route> {
  readonly params: Parsed<R, 'params'>
  readonly query: Parsed<R, 'query'>
  readonly body: Parsed<R, 'body'>
}
