import { appRoutes } from '@cordon/api/apps/routes'
import type { App } from '@cordon/api/apps/schema'
import type { Client } from '@cordon/api/client'
import { isId } from '@cordon/core/ids'
import { cliErrors } from './errors.ts'
import { readAll } from './paging.ts'

/** Finds an app by its id or its exact name. */
export async function findApp(client: Client, wanted: string): Promise<App> {
  if (isId('app', wanted)) return client.call(appRoutes.read, { params: { appId: wanted } })
  const apps = await readAll((query) => client.call(appRoutes.list, { query }))
  const found = apps.filter((app) => app.name === wanted)
  const [app] = found
  if (app === undefined) throw cliErrors.app_unknown({ app: wanted }, { detail: `"${wanted}"` })
  const ids = found.map(({ id }) => id)
  if (ids.length > 1)
    throw cliErrors.app_ambiguous({ app: wanted, ids }, { detail: `"${wanted}" is the name of ${ids.join(' and ')}` })
  return app
}
