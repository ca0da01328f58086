import type { Answer } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { setCookie } from '../cookies/write.ts'
import { providersOf } from '../providers/providers.ts'
import { derived } from '../secret.ts'
import { type SignedIn, webSessionOf } from '../sessions/web-session.ts'
import type { Account, Provider, WebSession } from '../state.ts'
import { jsonBody, numberIn, textOf } from '../web/body.ts'
import { Refusal, type WebCall } from '../web/service.ts'

/** `dqsid` lasts half an hour and is renewed by each answer (cookie dump). */
const DQSID_SECONDS = 1_800
/** Characters of the cookie's value that mean nothing to a client. */
const DQSID_BYTES = 48

/** 401 as App Store Connect's site gives it: a text that clients compare the beginning of. */
export function unauthenticated(requestId = ''): Answer {
  const body = Buffer.from(`Unauthenticated\n\nRequest ID: ${requestId}\n`)
  return { status: 401, headers: { 'Content-Type': 'text/plain;charset=UTF-8' }, body }
}

/** Who asks; refuses with 401 a session that is over, and one that another application's sign-in gave. */
export function requireSession({ world, request, caller }: WebCall): SignedIn {
  const found = webSessionOf(world, request.headers.cookie)
  if (found === undefined || found.session.widgetKey !== world.settings.widgetKey) throw new Refusal(unauthenticated())
  caller.account = found.account.email
  return found
}

/** The provider that a session acts for: the chosen one, else the person's first. */
export function selectedProvider(world: World, { account, session }: SignedIn): Provider | undefined {
  const providers = providersOf(world, account)
  return providers.find(({ providerId }) => providerId === session.providerId) ?? providers[0]
}

function shownProvider({ providerId, publicProviderId, name, subType }: Provider): Record<string, unknown> {
  return { providerId, publicProviderId, name, contentTypes: ['SOFTWARE'], subType, pla: [] }
}

function rolesIn(account: Account, provider: Provider | undefined): readonly string[] {
  return account.memberships.find(({ teamId }) => teamId === provider?.teamId)?.roles ?? []
}

function uuidOf(world: World, account: Account): string {
  const hex = derived(world, 'person', account.personId).toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

function userOf(account: Account): Record<string, unknown> {
  const { email, firstName, lastName, personId } = account
  return { fullName: `${firstName} ${lastName}`, firstName, lastName, emailAddress: email, prsId: personId }
}

function sessionBody(world: World, signedIn: SignedIn): Record<string, unknown> {
  const { account } = signedIn
  const provider = selectedProvider(world, signedIn)
  const backing = provider === undefined ? {} : { backingType: 'ITC', backingTypes: ['ITC'] }
  return {
    user: userOf(account),
    ...(provider === undefined ? {} : { provider: shownProvider(provider) }),
    ...backing,
    availableProviders: providersOf(world, account).map(shownProvider),
    roles: rolesIn(account, provider),
    unverifiedRoles: [],
    featureFlags: [],
    agreeToTerms: true,
    termsSignatures: ['ASC'],
    modules: [],
    helpLinks: [],
    userProfile: { signInName: account.email },
    publicUserId: uuidOf(world, account),
    ofacState: null,
    ciUserDetail: null,
  }
}

function sessionCookies(world: World, provider: Provider | undefined): string[] {
  return [
    setCookie({
      name: 'dqsid',
      value: Buffer.from(world.random(DQSID_BYTES)).toString('base64url'),
      maxAgeSeconds: DQSID_SECONDS,
    }),
    setCookie({
      name: 'itctx',
      value: Buffer.from(JSON.stringify({ cp: provider?.publicProviderId ?? null })).toString('base64url'),
      domain: 'apple.com',
    }),
  ]
}

function sessionAnswer(world: World, signedIn: SignedIn): Answer {
  const cookies = sessionCookies(world, selectedProvider(world, signedIn))
  return { status: 200, headers: { 'Set-Cookie': cookies }, body: sessionBody(world, signedIn) }
}

/** Who is signed in, and for which provider. */
export function readSession(call: WebCall): Answer {
  return sessionAnswer(call.world, requireSession(call))
}

function choose(world: World, signedIn: SignedIn, isWished: (provider: Provider) => boolean): SignedIn | undefined {
  const provider = providersOf(world, signedIn.account).find(isWished)
  if (provider === undefined) return undefined
  const session: WebSession = { ...signedIn.session, providerId: provider.providerId }
  world.appleIds.sessions.set(session.value, session)
  return { ...signedIn, session }
}

/** Changes the provider, as spaceship does. */
export function selectProvider(call: WebCall): Answer {
  const wished = numberIn(jsonBody(call.request), 'provider', 'providerId')
  const changed = choose(call.world, requireSession(call), ({ providerId }) => providerId === wished)
  return changed === undefined ? { status: 403 } : sessionAnswer(call.world, changed)
}

/** Changes the provider by a JSON:API document, as @expo/apple-utils does. */
export function requestProviderSwitch(call: WebCall): Answer {
  const provider = ['data', 'relationships', 'provider', 'data']
  const wished = textOf(jsonBody(call.request), ...provider, 'id')
  const changed = choose(call.world, requireSession(call), ({ publicProviderId }) => publicProviderId === wished)
  if (changed === undefined) return { status: 403 }
  const chosen = selectedProvider(call.world, changed)
  return {
    status: 201,
    headers: { 'Content-Type': 'application/vnd.api+json', 'Set-Cookie': sessionCookies(call.world, chosen) },
    body: {
      data: {
        type: 'providerSwitchRequests',
        id: wished,
        relationships: { provider: { data: { type: 'providers', id: wished } } },
      },
    },
  }
}

/** Agreements that somebody has to accept. */
export function readContractMessages(call: WebCall): Answer {
  const { world } = call
  const provider = selectedProvider(world, requireSession(call))
  const team = provider === undefined ? undefined : world.teams.get(provider.teamId)
  if (team === undefined || team.agreementsInForce) return { status: 200, body: [] }
  return {
    status: 200,
    body: [
      {
        id: `${team.teamId}-agreement`,
        group: 'Agreements',
        subject: 'Review the updated agreement',
        message: 'The Apple Developer Program License Agreement has been updated and needs to be reviewed.',
        priority: 1,
      },
    ],
  }
}
