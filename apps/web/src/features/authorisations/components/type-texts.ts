import type { ConnectionTypeName } from '@cordon/api/connections/schema'

interface TypeTexts {
  readonly label: string
  /** What the connection is, after an article. */
  readonly thing: string
  /** What to know before choosing; empty when there is nothing to say. */
  readonly advice: string
  /** Nobody has connected one. */
  readonly nothing: string
  /** What an entry is known by at Apple: `Key 2X9R4HXF34`. */
  readonly identified: (identifier: string) => string
}

/** Words of the select for each type of connection. */
export const TYPE_TEXTS: Readonly<Record<ConnectionTypeName, TypeTexts>> = {
  app_store_connect_api_key: {
    label: 'App Store Connect API',
    thing: 'key',
    advice: '',
    nothing: 'Neither the owner nor an admin of this app has connected a key yet.',
    identified: (identifier) => `Key ${identifier}`,
  },
  apple_id: {
    label: 'Session based authentication (deprecated)',
    thing: 'Apple ID',
    advice:
      'By Apple ID. Deprecated for what an API key does, because Apple asks for a code about every 30 days. Choose one beside the key for what no key does: attaching App Groups, iCloud containers and merchant IDs, and tools that want a session.',
    nothing: 'Neither the owner nor an admin of this app has connected an Apple ID.',
    identified: (identifier) => identifier,
  },
}
