import { type Clock, instant } from '@cordon/core/instant'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { startTestServer, type TestServer } from '../../server/test/harness.ts'

/** A server and its Apple, by the machine's time, which the command has too. It can be moved ahead. */
export interface AppleIdWorld {
  readonly simulator: Simulator
  readonly server: TestServer
  readonly clock: Clock
  advance(ms: number): void
  close(): Promise<void>
}

export async function startAppleIdWorld(): Promise<AppleIdWorld> {
  let aheadMs = 0
  const clock = { now: () => instant(Date.now() + aheadMs) }
  const simulator = await startSimulator({ clock })
  const env = { CORDON_APPLE_ID_BASE_URL: simulator.url }
  const server = await startTestServer({ database: 'sqlite', clock, appleBaseUrl: simulator.url, env })
  return {
    simulator,
    server,
    clock,
    advance: (ms) => {
      aheadMs += ms
    },
    close: async () => {
      await server.close()
      await simulator.close()
    },
  }
}
