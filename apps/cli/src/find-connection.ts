import type { Client } from '@cordon/api/client'
import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Connection } from '@cordon/api/connections/schema'
import { isId } from '@cordon/core/ids'
import { cliErrors } from './errors.ts'
import { onlyOne } from './find-one.ts'
import { readAll } from './paging.ts'

/** Finds one of the caller's connections by its id or its exact name. */
export async function findConnection(client: Client, wanted: string): Promise<Connection> {
  if (isId('connection', wanted)) return client.call(connectionRoutes.read, { params: { connectionId: wanted } })
  const connections = await readAll((query) => client.call(connectionRoutes.list, { query }))
  return onlyConnection(
    connections.filter(({ name }) => name === wanted),
    wanted,
  )
}

/** The one connection of a name. Throws `cli.connection_unknown` and, naming the ids, `cli.connection_ambiguous`. */
export function onlyConnection<T extends { readonly id: string }>(found: readonly T[], wanted: string): T {
  return onlyOne(found, wanted, {
    none: () => cliErrors.connection_unknown({ connection: wanted }, { detail: `"${wanted}"` }),
    several: (ids, detail) => cliErrors.connection_ambiguous({ connection: wanted, ids }, { detail }),
  })
}
