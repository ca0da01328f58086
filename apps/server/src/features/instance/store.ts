import type { Queries } from '../../platform/db/database.ts'

/** Says whether the instance has its first person. */
export async function hasPeople(queries: Queries): Promise<boolean> {
  return (await queries.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined
}
