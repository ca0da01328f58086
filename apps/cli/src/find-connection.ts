import type { Client } from '@cordon/api/client'
import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Connection } from '@cordon/api/connections/schema'
import { isId } from '@cordon/core/ids'
import { cliErrors } from './errors.ts'
import { readAll } from './paging.ts'

/** Finds one of the caller's connections by its id or its exact name. */
export async function findConnection(client: Client, wanted: string): Promise<Connection> {
  if (isId('connection', wanted)) return client.call(connectionRoutes.read, { params: { connectionId: wanted } })
  const connections = await readAll((query) => client.call(connectionRoutes.list, { query }))
  return onlyOne(
    connections.filter(({ name }) => name === wanted),
    wanted,
  )
}

/** The one connection of a name. Throws `cli.connection_unknown` and, naming the ids, `cli.connection_ambiguous`. */
export function onlyOne<T extends { readonly id: string }>(found: readonly T[], wanted: string): T {
  const [connection, ...others] = found
  if (connection === undefined) throw cliErrors.connection_unknown({ connection: wanted }, { detail: `"${wanted}"` })
  const ids = found.map(({ id }) => id)
  if (others.length > 0)
    throw cliErrors.connection_ambiguous(
      { connection: wanted, ids },
      { detail: `"${wanted}" is the name of ${ids.join(' and ')}` },
    )
  return connection
}
