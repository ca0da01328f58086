import type { World } from '../world/world.ts'

/** A request as a service sees it. */
export interface Incoming {
  readonly method: string
  /** Path within the service, double slashes collapsed, without the prefix. Begins with `/`. */
  readonly path: string
  /** What follows the `?`, undecoded; empty when there is none. */
  readonly query: string
  /** Scheme, host and prefix that the client used: links are built from it. No slash at the end. */
  readonly base: string
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer | null
  /** The body that was not read yet, for services that take streams; `body` is null then. */
  readonly stream?: AsyncIterable<Uint8Array>
}

/** An answer before it goes out. A body that is no text or bytes is sent as JSON. */
export interface Answer {
  readonly status: number
  /** A list is sent as so many headers of the name: `Set-Cookie`. */
  readonly headers?: Readonly<Record<string, string | string[]>>
  readonly body?: unknown
}

/** Who asked, for the log; filled in by the service as soon as it knows. */
export interface Caller {
  keyId: string | null
  teamId: string | null
  /** The e-mail of the Apple ID, where a person asked. */
  account: string | null
}

/** A service of Apple: what answers under a prefix of the server. */
export interface Service {
  readonly name: string
  /** Path prefix, such as `/enterprise`; empty for the service that takes what no other takes. */
  readonly prefix: string
  /** Whether it reads bodies of any size by itself; else they are read for it, up to 4 MB. */
  readonly takesStreams?: boolean
  /** Names the operation for the log and for faults, without looking at the caller. */
  operationOf(request: Incoming): string
  answer(request: Incoming, operation: string, world: World, caller: Caller): Promise<Answer>
  /** What the log may keep of a write's body; absent: all of it. For services that are told passwords and codes. */
  loggedBody?(request: Incoming, operation: string): unknown
  /** An error in this service's own form, for faults. */
  faultBody?(status: number, code: string | undefined, detail: string | undefined): unknown
}
