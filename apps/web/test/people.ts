import { accountRoutes } from '@cordon/api/accounts/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import { type Client, createClient } from '@cordon/api/client'

/** Somebody with a session. */
export interface SignedIn {
  readonly userId: string
  readonly name: string
  /** Value of the `Cookie` header. */
  readonly cookie: string
  readonly client: Client
}

/** Who a test brings in. */
export interface NewPerson {
  readonly name: string
  readonly email: string
}

/** The password of everybody in these tests. */
export const PASSWORD = 'correct horse battery'

/** Sets an instance up and gives its first administrator. */
export function setUp(url: string, setUpUrl: string, person: NewPerson): Promise<SignedIn> {
  return comeIn(url, '/api/v1/set-up', { ...person, password: PASSWORD, token: tokenIn(setUpUrl) })
}

/** Invites somebody to the instance and accepts for them. */
export async function addPerson(url: string, by: SignedIn, person: NewPerson): Promise<SignedIn> {
  const invited = await by.client.call(accountRoutes.invite, { body: {} })
  const account = { ...person, password: PASSWORD }
  return comeIn(url, '/api/v1/invitations/accept', { token: tokenIn(invited.url), account })
}

/** Puts somebody who has an account into an app's team, by invitation. */
export async function joinTeam(
  by: SignedIn,
  appId: string,
  person: SignedIn,
  role: 'admin' | 'developer' | 'tester',
): Promise<void> {
  const { url } = await by.client.call(appRoutes.invite, { params: { appId }, body: { role } })
  await person.client.call(accountRoutes.acceptInvitation, { body: { token: tokenIn(url) } })
}

/** Begins another session of somebody with an account. */
export function signIn(url: string, email: string): Promise<SignedIn> {
  return comeIn(url, '/api/v1/sign-in', { email, password: PASSWORD })
}

/** The token in the fragment of a link. */
export function tokenIn(link: string): string {
  return new URLSearchParams(new URL(link).hash.slice(1)).get('token') ?? ''
}

async function comeIn(url: string, path: string, body: unknown): Promise<SignedIn> {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const answer = (await response.json()) as { person?: { id: string; name: string } }
  if (answer.person === undefined) throw new Error(`nobody came in: ${response.status} ${JSON.stringify(answer)}`)
  const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
  const client = createClient({ baseUrl: url, fetch, headers: () => ({ cookie, origin: url }) })
  return { userId: answer.person.id, name: answer.person.name, cookie, client }
}
