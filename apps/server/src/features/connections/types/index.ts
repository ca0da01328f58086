import type { ConnectionTypeForm, ConnectionTypeName, SubmittedKey } from '@cordon/api/connections/schema'
import { appStoreConnectApiKey } from './app-store-connect-api-key/type.ts'
import { form as appleIdForm } from './apple-id/form.ts'
import { type AnyConnectionType, hideSecret, type KeyTypeName } from './connection-type.ts'

/** Every type that is connected by handing over a key. A new one is a folder and a line here. */
export const keyTypes = {
  app_store_connect_api_key: hideSecret(appStoreConnectApiKey),
} as const satisfies Record<KeyTypeName, AnyConnectionType<SubmittedKey>>

/** The dialog of every type, the recommended one first. */
export const connectionForms: Readonly<Record<ConnectionTypeName, ConnectionTypeForm>> = {
  app_store_connect_api_key: keyTypes.app_store_connect_api_key.form,
  apple_id: appleIdForm,
}
