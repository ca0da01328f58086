import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import type { Client } from '@cordon/api/client'
import type { ServerWorld } from './world.ts'

/** An Apple ID as its person knows it. */
export interface Person {
  readonly email: string
  readonly password: string
}

export const APPLE_PASSWORD = 'Correct-Horse-1'
/** By which way a code of a device comes. */
export const DEVICE = { kind: 'trusted-device' } as const

type Wish = Parameters<ServerWorld['simulator']['createAccount']>[0]

let made = 0

/** Makes an Apple ID at the simulator, in a team of its own. */
export function newAppleId({ simulator }: ServerWorld, wish: Partial<Wish> = {}): Person {
  made += 1
  const { teamId } = simulator.createTeam({ name: `Acme ${made}` })
  const email = wish.email ?? `ci${made}@example.com`
  // Few rounds: what takes Apple's client a while is tested where it is done.
  simulator.createAccount({ iterations: 1_000, memberships: [{ teamId }], ...wish, email, password: APPLE_PASSWORD })
  return { email, password: APPLE_PASSWORD }
}

/** Begins to connect an Apple ID. */
export function startSignIn(
  { client }: { readonly client: Client },
  { email, password }: Person,
  more: { readonly name?: string; readonly appSpecificPassword?: string } = {},
): Promise<AppleSignIn> {
  return client.call(appleSignInRoutes.start, { body: { name: 'CI account', accountName: email, password, ...more } })
}

/** Gives the code that the simulator has sent to the devices. */
export function giveCode(
  world: ServerWorld,
  { client }: { readonly client: Client },
  signIn: AppleSignIn,
): Promise<AppleSignIn> {
  const code = world.simulator.codeOf(signIn.accountName, 'device') ?? ''
  return client.call(appleSignInRoutes.code, { params: { signInId: signIn.id }, body: { way: DEVICE, code } })
}

/** Connects an Apple ID with two-factor authentication. Gives the connection's id. */
export async function connectAppleId(
  world: ServerWorld,
  by: { readonly client: Client },
  person: Person,
  more: Parameters<typeof startSignIn>[2] = {},
): Promise<string> {
  const started = await startSignIn(by, person, more)
  const done = started.state.kind === 'awaiting_code' ? await giveCode(world, by, started) : started
  if (done.connectionId === null) throw new Error(`not connected: ${done.state.kind}`)
  return done.connectionId
}

/** Chooses an Apple ID for an app. */
export function authoriseAppleId({ client }: { readonly client: Client }, appId: string, connectionId: string) {
  return client.call(authorisationRoutes.authorise, { params: { appId, type: 'apple_id' }, body: { connectionId } })
}

/** Begins to sign in again to a connected Apple ID. */
export function signInAgain(
  { client }: { readonly client: Client },
  connectionId: string,
  password?: string,
): Promise<AppleSignIn> {
  return client.call(appleSignInRoutes.again, {
    params: { connectionId },
    body: password === undefined ? {} : { password },
  })
}

/** How often Apple got the password of an Apple ID. */
export function passwordsGiven({ simulator }: ServerWorld, { email }: Person): number {
  return simulator.world.journal
    .exchanges()
    .filter(({ operation, requestBody }) => operation === COMPLETE_SIGN_IN && accountIn(requestBody) === email).length
}

// The simulator's name for it.
const COMPLETE_SIGN_IN = 'idmsa_completeSignIn'

function accountIn(body: unknown): unknown {
  return body !== null && typeof body === 'object' && 'accountName' in body ? body.accountName : undefined
}
