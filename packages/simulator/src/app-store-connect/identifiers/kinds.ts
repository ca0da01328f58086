/** What a person registers and assigns to App IDs. The names are Apple's resource types. */
export type LinkedKind = 'appGroups' | 'cloudContainers' | 'merchantIds'

/** Every kind of identifier that is registered beside App IDs. */
export type IdentifierKind = LinkedKind | 'passTypeIds' | 'websitePushIds'

/** Identifiers by kind, or ids of them. */
export type IdentifierLists = Readonly<Record<LinkedKind, readonly string[]>>

/** How identifiers of a kind begin, and what people call them. */
export const IDENTIFIER_KINDS: Readonly<Record<IdentifierKind, { readonly prefix: string; readonly label: string }>> = {
  appGroups: { prefix: 'group.', label: 'App Group' },
  cloudContainers: { prefix: 'iCloud.', label: 'iCloud Container' },
  merchantIds: { prefix: 'merchant.', label: 'Merchant ID' },
  passTypeIds: { prefix: 'pass.', label: 'Pass Type ID' },
  websitePushIds: { prefix: 'web.', label: 'Website Push ID' },
}

/** The capability that uses what is assigned. */
export const LINKED_CAPABILITIES: Readonly<Record<LinkedKind, string>> = {
  appGroups: 'APP_GROUPS',
  cloudContainers: 'ICLOUD',
  merchantIds: 'APPLE_PAY',
}

/** The kinds that are assigned to App IDs. */
export const LINKED_KINDS: readonly LinkedKind[] = ['appGroups', 'cloudContainers', 'merchantIds']

/** All kinds, in the order of seeds. */
export const IDENTIFIER_KIND_NAMES: readonly IdentifierKind[] = [...LINKED_KINDS, 'passTypeIds', 'websitePushIds']

/** Whether identifiers of a kind are assigned to App IDs. */
export function isLinked(kind: IdentifierKind): kind is LinkedKind {
  return LINKED_KINDS.some((one) => one === kind)
}
