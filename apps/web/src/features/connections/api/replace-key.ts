import { connectionRoutes } from '@cordon/api/connections/routes'
import type { appStoreConnectKey } from '@cordon/api/connections/schema'
import type { z } from 'zod'
import { call } from '../../../platform/queries.ts'

/** Puts a new key in the place of the old one; authorisations stay. */
export function replaceKey(
  connectionId: string,
  body: { key: z.input<typeof appStoreConnectKey>; storeUntested: boolean },
) {
  return call(connectionRoutes.replaceKey, { params: { connectionId }, body })
}
