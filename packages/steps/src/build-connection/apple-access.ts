import type { DeveloperPortal } from '@cordon/provisioning/engine/port'

/** The way to one team at Apple, by a key or by the session of an Apple ID. */
export interface AppleAccess {
  readonly portal: DeveloperPortal
  /** The team's id, when it can be told; by a key Apple has to be asked for it. */
  teamId(): Promise<string | undefined>
  /** Requests sent so far, repeated ones included. */
  requests(): number
  /** What Apple leaves of this hour's requests; undefined when it does not say. */
  hourRemaining(): number | undefined
}

export interface ConnectOptions {
  /** Each try of a request is told in a line, without what was sent and answered. */
  readonly isVerbose: boolean
}
