import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import type { Simulator } from '@cordon/simulator/simulator'
import type { SignedIn } from './people.ts'

/** The password of every Apple ID in these tests. */
export const APPLE_PASSWORD = 'Correct-Horse-1'

type Wish = Parameters<Simulator['createAccount']>[0]

/** Makes an Apple ID at the simulator, Account Holder of a team of its own; gives its e-mail. */
export function newAppleId(simulator: Simulator, wish: Partial<Wish> & Pick<Wish, 'email'>): string {
  const { teamId } = simulator.createTeam({ name: 'Orchard Ltd' })
  simulator.createAccount({ memberships: [{ teamId }], password: APPLE_PASSWORD, ...wish })
  return wish.email
}

/** Begins to connect an Apple ID. */
export function startSignIn(by: SignedIn, accountName: string, name: string): Promise<AppleSignIn> {
  return by.client.call(appleSignInRoutes.start, { body: { name, accountName, password: APPLE_PASSWORD } })
}

/** Connects an Apple ID, with the code of its device if Apple asks for one; gives the connection's id. */
export async function connectAppleId(
  by: SignedIn,
  simulator: Simulator,
  accountName: string,
  name: string,
): Promise<string> {
  const started = await startSignIn(by, accountName, name)
  const done = started.state.kind === 'awaiting_code' ? await giveDeviceCode(by, simulator, started) : started
  if (done.connectionId === null) throw new Error(`the Apple ID is not connected: ${JSON.stringify(done.state)}`)
  return done.connectionId
}

/** Gives the code that Apple has sent to the devices. */
export function giveDeviceCode(
  by: SignedIn,
  simulator: Simulator,
  { id, accountName }: AppleSignIn,
): Promise<AppleSignIn> {
  const code = simulator.codeOf(accountName, 'device') ?? ''
  return by.client.call(appleSignInRoutes.code, {
    params: { signInId: id },
    body: { way: { kind: 'trusted-device' }, code },
  })
}
