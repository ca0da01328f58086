import { setTimeout as wait } from 'node:timers/promises'
import type { AppStoreConnectOptions } from '@cordon/apple/app-store-connect/client'
import type { Simulator } from '@cordon/simulator/simulator'

const LOOK_EVERY_MS = 5

/**
 * A transport whose time for one try is over as soon as the simulator has taken the request and holds it without an answer,
 * so that nobody waits a minute for a request that hangs.
 */
export function impatience({ world }: Simulator): Pick<AppStoreConnectOptions, 'deadline' | 'fetch'> {
  let latest = new AbortController()
  const told = new Set<string>()

  /** A request is known by what it asks; the journal notes what hangs with status 0. */
  const hangs = (url: URL, { method, body }: RequestInit) =>
    world.journal.exchanges().some((exchange) => {
      const isIt =
        exchange.status === 0 &&
        !told.has(exchange.requestId) &&
        exchange.method === method &&
        exchange.url === `${url.pathname}${url.search}` &&
        (exchange.requestBody === null || JSON.stringify(exchange.requestBody) === body)
      if (isIt) told.add(exchange.requestId)
      return isIt
    })

  return {
    deadline: () => {
      latest = new AbortController()
      return latest.signal
    },
    fetch: async (url, init) => {
      const mine = latest
      let isOver = false
      const watch = async () => {
        while (!isOver) {
          if (hangs(new URL(url), init)) mine.abort(new DOMException('no answer in time', 'TimeoutError'))
          await wait(LOOK_EVERY_MS)
        }
      }
      const watching = watch()
      try {
        return await fetch(url, init)
      } finally {
        isOver = true
        await watching
      }
    },
  }
}
