import type { DeveloperPortal } from '@cordon/provisioning/engine/port'

/** The way to one team at Apple, by a key or by the session of an Apple ID. */
export interface AppleAccess {
  readonly portal: DeveloperPortal
  /** The team's id, when it can be told; by a key Apple has to be asked for it. */
  teamId(): Promise<string | undefined>
  /** What Apple leaves of this hour's requests; undefined when it does not say. */
  hourRemaining(): number | undefined
}
