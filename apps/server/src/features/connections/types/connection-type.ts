import type {
  ConnectionCheck,
  ConnectionTypeForm,
  ConnectionTypeName,
  HealthState,
  KeyKind,
} from '@cordon/api/connections/schema'
import type { CordonError } from '@cordon/core/errors'
import type { Clock } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'

/** The way to Apple. Its addresses are the server's configuration and nobody else's. */
export interface Apple {
  readonly fetch: typeof fetch
  readonly clock: Clock
  /** Waits between tries; ends early when the signal is aborted. */
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
  readonly baseUrl: string
  readonly enterpriseBaseUrl: string
}

/** The types that are connected by handing over a key. Apple IDs are connected by signing in. */
export type KeyTypeName = Exclude<ConnectionTypeName, 'apple_id'>

/** The only view of a secret that screens, logs and the audit log see. */
export interface Summary {
  readonly kind: KeyKind
  readonly keyId: string
  readonly issuerId: string | null
}

/** What came of asking Apple. */
export interface Verification {
  readonly state: Exclude<HealthState, 'untested'>
  readonly checks: readonly ConnectionCheck[]
  readonly teamId: string | null
  /** As far as it can be inferred. */
  readonly role: string | null
  /** Why it should not be stored; a person may insist. Undefined when nothing speaks against it. */
  readonly refusal: CordonError | undefined
}

/** What a build gets of a connection: keys of the build protocol, or nothing and the reason. */
export type BuildCredential =
  | { readonly kind: 'released'; readonly keys: WireKeys; readonly note?: WireNote }
  | ({ readonly kind: 'withheld' } & WireNote)

/** Keys of the build protocol; what is secret is opened when the answer is written. */
export type WireKeys = Readonly<Record<string, Secret<unknown> | string | boolean>>

/** What a build should know beside its credentials, or instead of them. */
export interface WireNote {
  readonly reason: string
  readonly message: string
}

/**
 * One type of connection. `Submitted` is what a person sends, `S` the same with its secret parts as `Secret`.
 * An implementation must not keep, log or return secret parts anywhere but in `encode` and `release`.
 */
export interface ConnectionType<Submitted, S> {
  readonly name: KeyTypeName
  /** How the dialog looks; the web app draws it from this. */
  readonly form: ConnectionTypeForm
  /** Reads what a person sent, forgivingly, and refuses early what cannot work. Asks nobody. */
  readonly accept: (submitted: Submitted) => S
  /** The text that the vault keeps. */
  readonly encode: (secret: S) => Secret<string>
  /** Reads what `encode` gave. */
  readonly decode: (stored: Secret<string>) => S
  readonly summarize: (secret: S) => Summary
  /** Asks Apple. Never throws for what Apple answers. */
  readonly verify: (secret: S, apple: Apple) => Promise<Verification>
  /** The least that a build needs. */
  readonly release: (secret: S) => BuildCredential
}

/** A secret together with what its type can do with it, so that nothing else needs to know the type. */
export interface Held {
  readonly summary: Summary
  readonly encode: () => Secret<string>
  readonly verify: (apple: Apple) => Promise<Verification>
  readonly release: () => BuildCredential
}

/** A type as the rest of the feature sees it. */
export interface AnyConnectionType<Submitted> {
  readonly name: KeyTypeName
  readonly form: ConnectionTypeForm
  readonly accept: (submitted: Submitted) => Held
  readonly decode: (stored: Secret<string>) => Held
}

/** Hides what a type's secret looks like. */
export function hideSecret<Submitted, S>(type: ConnectionType<Submitted, S>): AnyConnectionType<Submitted> {
  const hold = (secret: S): Held => ({
    summary: type.summarize(secret),
    encode: () => type.encode(secret),
    verify: (apple) => type.verify(secret, apple),
    release: () => type.release(secret),
  })
  return {
    name: type.name,
    form: type.form,
    accept: (submitted) => hold(type.accept(submitted)),
    decode: (stored) => hold(type.decode(stored)),
  }
}
