/** What a person registers beside App IDs and assigns to them. The names are Apple's resource types. */
export type IdentifierKind = 'appGroups' | 'cloudContainers' | 'merchantIds'

/** Identifiers by kind, or ids of them. */
export type IdentifierLists = Readonly<Record<IdentifierKind, readonly string[]>>

/** How identifiers of a kind begin, and the capability that uses them. */
export const IDENTIFIER_KINDS: Readonly<
  Record<IdentifierKind, { readonly prefix: string; readonly label: string; readonly capabilityType: string }>
> = {
  appGroups: { prefix: 'group.', label: 'App Group', capabilityType: 'APP_GROUPS' },
  cloudContainers: { prefix: 'iCloud.', label: 'iCloud Container', capabilityType: 'ICLOUD' },
  merchantIds: { prefix: 'merchant.', label: 'Merchant ID', capabilityType: 'APPLE_PAY' },
}

/** The kinds, in the order of seeds. */
export const IDENTIFIER_KIND_NAMES: readonly IdentifierKind[] = ['appGroups', 'cloudContainers', 'merchantIds']
