/** Something a person should know; it stops nothing. */
export interface Warning {
  /** What it is about: an entitlement, a device, a profile. */
  readonly subject: string
  readonly text: string
  /** What to do about it; starts with a verb. */
  readonly remedy: string
}

/** Something that only a person can do at Apple, because no API does it. */
export interface Todo {
  readonly identifier: string
  /** Why it is needed: the key in the entitlements file. */
  readonly entitlement: string
  readonly text: string
  /** What exactly to attach, for example the names of app groups; empty when there is nothing to choose. */
  readonly values: readonly string[]
  /** Where at Apple. */
  readonly page: string
}
