/** What is attached to a bundle ID besides capabilities. */
export type IdentifierKind = 'app-group' | 'icloud-container' | 'merchant'

interface KindRow {
  /** For people, for example in "the team has no such App Group". */
  readonly label: string
  readonly labels: string
  /** How every identifier of this kind begins. Values that begin otherwise need no registration, or cannot have one. */
  readonly prefix: string
}

/** The kinds that are known, in the order in which they are worked on. */
export const IDENTIFIER_KINDS = {
  'app-group': { label: 'App Group', labels: 'App Groups', prefix: 'group.' },
  'icloud-container': { label: 'iCloud container', labels: 'iCloud containers', prefix: 'iCloud.' },
  merchant: { label: 'Apple Pay merchant ID', labels: 'Apple Pay merchant IDs', prefix: 'merchant.' },
} as const satisfies Record<IdentifierKind, KindRow>

/** Says whether a value can be registered and attached as an identifier of a kind. */
export function isOfKind(kind: IdentifierKind, value: string): boolean {
  const { prefix } = IDENTIFIER_KINDS[kind]
  return value.startsWith(prefix) && value.length > prefix.length && !/[*$]/.test(value)
}
