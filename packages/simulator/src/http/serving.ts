import type { Server } from 'node:http'
import type { AddressInfo, Server as NetServer } from 'node:net'

/**
 * How long an idle connection stays. Node's 5 seconds are less than a busy test may stand still, and a client that then uses its
 * connection again would see it cut.
 */
export const SERVER_OPTIONS = { keepAliveTimeout: 75_000 } as const

/** Listens and gives the port. Rejects when the port is taken. */
export function listen(server: NetServer, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host }, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** Stops listening and ends every connection at once. */
export function shut(server: Pick<Server, 'close' | 'closeAllConnections' | 'listening'>): Promise<void> {
  return new Promise((resolve) => {
    if (server.listening) server.close(() => resolve())
    else resolve()
    server.closeAllConnections()
  })
}
