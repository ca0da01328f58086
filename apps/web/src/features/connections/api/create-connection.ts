import { connectionRoutes } from '@cordon/api/connections/routes'
import type { newConnection } from '@cordon/api/connections/schema'
import type { z } from 'zod'
import { call } from '../../../platform/queries.ts'

/** Tries a connection against Apple and stores it. */
export function createConnection(body: z.input<typeof newConnection>) {
  return call(connectionRoutes.create, { body })
}
