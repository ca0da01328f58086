import { accountRoutes } from '@cordon/api/accounts/routes'
import { call } from '../../../platform/queries.ts'

/** Makes a token; the answer is the only one that holds it. */
export function createPersonalToken(body: { name: string; scopes: Array<'read' | 'write'>; expiresInDays: number }) {
  return call(accountRoutes.createPersonalToken, { body })
}
