import type { Perform } from '../transport/task.ts'
import { manyOf, oneOf, type RawResource, readResource } from './document.ts'
import { readResourceAt, targetIn } from './operations.ts'
import { type Listed, readFiltered } from './paging.ts'
import { type App, appShape } from './wire/apps.ts'

const COLLECTION = '/v1/apps'

/** App records. Apple lets keys neither create nor delete them. */
export interface Apps {
  /** App records, all or those of some bundle identifiers (compared exactly). Source: Apple, "List apps". */
  list(filter?: { readonly bundleIds?: readonly string[] }): Promise<Listed<App>>
  /** One app record. Source: Apple, "Read app information". */
  read(id: string): Promise<App>
  /** The first app record that Apple names; undefined for none. One small request. */
  first(): Promise<App | undefined>
}

/** The operations on app records. */
export function createApps(perform: Perform): Apps {
  return {
    async list({ bundleIds } = {}) {
      const list = { type: 'apps', path: COLLECTION, pattern: COLLECTION }
      const raw = await readFiltered(perform, list, { name: 'filter[bundleId]', values: bundleIds })
      const items = raw.resources.map(readApp)
      const wanted = bundleIds && new Set(bundleIds)
      return {
        items: wanted ? items.filter(({ bundleId }) => bundleId !== undefined && wanted.has(bundleId)) : items,
        isTruncated: raw.isTruncated,
      }
    },
    read: (id) => readResourceAt(perform, targetIn(COLLECTION, id), (answer) => readApp(oneOf(answer, 'apps'))),
    first: () =>
      perform({
        request: { method: 'GET', path: COLLECTION, pattern: COLLECTION, query: { limit: 1 } },
        read: (answer) => manyOf(answer, 'apps').map(readApp)[0],
      }),
  }
}

function readApp(raw: RawResource): App {
  return readResource(appShape, raw)
}
