import type { ConnectionTypeName, SubmittedKey } from '@cordon/api/connections/schema'
import { appStoreConnectApiKey } from './app-store-connect-api-key/type.ts'
import { type AnyConnectionType, hideSecret } from './connection-type.ts'

/** Every type of connection. A new one is a folder and a line here. */
export const connectionTypes = {
  app_store_connect_api_key: hideSecret(appStoreConnectApiKey),
} as const satisfies Record<ConnectionTypeName, AnyConnectionType<SubmittedKey>>
