import { type Secret, secret } from '@cordon/core/secret'
import { type Simulator, type SimulatorOptions, startSimulator } from '@cordon/simulator/simulator'
import { onTestFinished } from 'vitest'
import { verifyCode } from '../src/apple-id/code.ts'
import {
  type AppleIdContext,
  type AppleIdExchange,
  type AppleIdOptions,
  type AppleOrigins,
  createAppleIdContext,
} from '../src/apple-id/context.ts'
import type { SignedIn } from '../src/apple-id/outcomes.ts'
import { startSignIn } from '../src/apple-id/sign-in.ts'

export const EMAIL = 'dev@example.com'
export const PASSWORD = 'Correct-Horse-1'

/** An account as the simulator makes it; the rest has its own values. */
export type AccountWish = Omit<Parameters<Simulator['createAccount']>[0], 'email' | 'password'>

/** A simulator with one team and one Apple ID, and a client of it. */
export interface SignInRig {
  readonly simulator: Simulator
  readonly teamId: string
  readonly context: AppleIdContext
  /** What was exchanged so far. */
  readonly exchanges: AppleIdExchange[]
  /** Moves Apple's clock and ours. */
  advance(durationMs: number): void
  /** Another context of the same time and place. */
  contextWith(options: Partial<AppleIdOptions>): AppleIdContext
  /** The code that was sent last, to a device or to a phone. */
  code(to?: number | 'device'): Secret<string>
}

/** Where a simulator answers for each of Apple's hosts. */
export function originsOf({ url }: Simulator): AppleOrigins {
  return {
    idmsa: `${url}/idmsa`,
    appStoreConnect: `${url}/appstoreconnect`,
    developer: `${url}/developer`,
    developerFallback: `${url}/developer-mdn`,
  }
}

/** Starts a simulator for one test. Nobody waits, and time is the simulator's own. */
export async function signInRig(wish: AccountWish = {}, options: SimulatorOptions = {}): Promise<SignInRig> {
  const simulator = await startSimulator(options)
  onTestFinished(() => simulator.close())
  const { teamId } = simulator.createTeam({ name: 'Acme' })
  simulator.createAccount({ email: EMAIL, password: PASSWORD, ...wish })
  const exchanges: AppleIdExchange[] = []
  const contextWith = (changes: Partial<AppleIdOptions>) =>
    createAppleIdContext({
      fetch,
      clock: simulator.world.clock,
      sleep: async () => {},
      origins: originsOf(simulator),
      minimumDistanceMs: 0,
      onExchange: (exchange) => exchanges.push(exchange),
      ...changes,
    })
  return {
    simulator,
    teamId,
    context: contextWith({}),
    exchanges,
    contextWith,
    advance: (durationMs) => simulator.world.clock.advance(durationMs),
    code: (to) => secret(simulator.codeOf(EMAIL, to) ?? 'none'),
  }
}

/** Signs in with the right password. */
export function signIn({ context }: Pick<SignInRig, 'context'>, password = PASSWORD) {
  return startSignIn(context, { accountName: EMAIL, password: secret(password) })
}

/** Signs in to the end, with a code from the account's device where one is asked for. */
export async function signedIn(rig: SignInRig): Promise<SignedIn> {
  const outcome = await signIn(rig)
  if (outcome.outcome === 'signed-in') return outcome
  if (outcome.outcome !== 'second-factor') throw new Error(outcome.outcome)
  const answer = { code: rig.code('device'), way: { kind: 'trusted-device' } } as const
  const done = await verifyCode(rig.context, outcome.attempt, answer)
  if (done.outcome !== 'signed-in') throw new Error(done.outcome)
  return done
}
