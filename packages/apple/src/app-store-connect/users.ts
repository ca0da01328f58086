import type { Perform } from '../transport/task.ts'
import { manyOf, oneOf, type RawResource, readResource } from './document.ts'
import { readResourceAt, targetIn } from './operations.ts'
import { type Listed, readList } from './paging.ts'
import { type User, userShape } from './wire/users.ts'

const COLLECTION = '/v1/users'

/** Members of the Apple team. Only keys with the role Admin see them. */
export interface Users {
  /** All members. Source: Apple, "List users". */
  list(): Promise<Listed<User>>
  /** One member. Source: Apple, "Read user information". */
  read(id: string): Promise<User>
  /** The first member that Apple names; undefined for none. One small request. */
  first(): Promise<User | undefined>
}

/** The operations on members. */
export function createUsers(perform: Perform): Users {
  return {
    async list() {
      const raw = await readList(perform, { type: 'users', path: COLLECTION, pattern: COLLECTION })
      return { items: raw.resources.map(readUser), isTruncated: raw.isTruncated }
    },
    read: (id) => readResourceAt(perform, targetIn(COLLECTION, id), (answer) => readUser(oneOf(answer, 'users'))),
    first: () =>
      perform({
        request: { method: 'GET', path: COLLECTION, pattern: COLLECTION, query: { limit: 1 } },
        read: (answer) => manyOf(answer, 'users').map(readUser)[0],
      }),
  }
}

function readUser(raw: RawResource): User {
  return readResource(userShape, raw)
}
