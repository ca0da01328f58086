import type { AppleIdContext } from '@cordon/apple/apple-id/context'
import type { AppleIdSession } from '@cordon/apple/apple-id/model'
import { createIrisClient, type IrisClient } from '@cordon/apple/iris/client'
import type { Secret } from '@cordon/core/secret'
import type { StorePort } from '../../engine/metadata/port.ts'
import { createStorePort, type StorePortOptions } from '../app-store-connect/store-port.ts'

/**
 * The store page through the session of an Apple ID: the same resources behind App Store Connect's own pages. Files go to the same
 * storage, which takes no cookies.
 */
export function createIrisStorePort(
  context: AppleIdContext,
  session: Secret<AppleIdSession>,
  options: StorePortOptions,
): { readonly port: StorePort; readonly client: IrisClient } {
  const client = createIrisClient(context, session)
  return { port: createStorePort(client, options), client }
}
