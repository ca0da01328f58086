import { afterEach } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from '../src/simulator.ts'
import { Browser, type Seen } from './apple-id-browser.ts'

export const EMAIL = 'dev@example.com'
export const PASSWORD = 'Correct-Horse-1'
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

const open: Simulator[] = []
afterEach(async () => {
  for (const simulator of open.splice(0)) await simulator.close()
})

/** Starts a simulator that is closed after the test. */
export async function startOpen(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options)
  open.push(simulator)
  return simulator
}

type Wish = Omit<Parameters<Simulator['createAccount']>[0], 'email' | 'password'>

/** A simulator with one team, one account in it, and a browser of that person. */
export async function startWithAccount(
  wish: Wish = {},
  options: SimulatorOptions = {},
): Promise<{ simulator: Simulator; browser: Browser }> {
  const simulator = await startOpen(options)
  simulator.createTeam({ name: 'Acme' })
  simulator.createAccount({ email: EMAIL, password: PASSWORD, ...wish })
  return { simulator, browser: new Browser(simulator) }
}

/** The errors of an answer of idmsa. */
export function errorsOf(seen: Seen): { code: string; message: string }[] {
  return (seen.json.serviceErrors ?? []) as { code: string; message: string }[]
}

/** Their codes. */
export function codesOf(seen: Seen): string[] {
  return errorsOf(seen).map(({ code }) => code)
}

/** The names of the cookies that an answer sets; the trust cookie as `DES…`. */
export function namesSet(seen: Seen): (string | undefined)[] {
  return seen.setCookies.map((line) => line.split('=')[0]?.replace(/^DES[0-9a-f]{32}$/, 'DES…'))
}

/** Moves the simulator's clock. */
export function advance(simulator: Simulator, ms: number): void {
  simulator.world.clock.advance(ms)
}
