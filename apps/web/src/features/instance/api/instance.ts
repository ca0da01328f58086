import { instanceRoutes } from '@cordon/api/instance/routes'
import { readOf } from '../../../platform/queries.ts'

/** What anybody may know of this instance. */
export const instanceQuery = readOf(instanceRoutes.read, {})
