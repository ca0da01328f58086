import type { Person, Principal } from './principal.ts'

/** Who does something, and in which request: what rules and the audit log need to know of a call. */
export interface By<P extends Principal = Person> {
  readonly principal: P
  readonly requestId: string
}
