import { connectionRoutes } from '@cordon/api/connections/routes'
import { readOf } from '../../../platform/queries.ts'

/** Types of connection and how the form of each looks. */
export const connectionTypesQuery = readOf(connectionRoutes.types, {})
