import { appRoutes } from '@cordon/api/apps/routes'
import type { App } from '@cordon/api/apps/schema'
import type { Client } from '@cordon/api/client'
import { isId } from '@cordon/core/ids'
import { cliErrors } from './errors.ts'
import { onlyOne } from './find-one.ts'
import { readAll } from './paging.ts'

/** Finds an app by its id or its exact name. */
export async function findApp(client: Client, wanted: string): Promise<App> {
  if (isId('app', wanted)) return client.call(appRoutes.read, { params: { appId: wanted } })
  const apps = await readAll((query) => client.call(appRoutes.list, { query }))
  const found = apps.filter((app) => app.name === wanted)
  return onlyOne(found, wanted, {
    none: () => cliErrors.app_unknown({ app: wanted }, { detail: `"${wanted}"` }),
    several: (ids, detail) => cliErrors.app_ambiguous({ app: wanted, ids }, { detail }),
  })
}
