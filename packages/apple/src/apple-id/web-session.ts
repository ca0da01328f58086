import { listMember, member, textMember } from '../transport/answer.ts'
import type { AppleIdContext } from './context.ts'
import type { CookieJar } from './cookies.ts'
import { type CookieAnswer, send } from './exchange.ts'
import type { Person, Provider } from './model.ts'

/** What App Store Connect says of a session. */
export type WebSessionReading =
  | {
      readonly state: 'valid'
      readonly person: Person | null
      /** Null when the person belongs to no account of App Store Connect. */
      readonly provider: Provider | null
      readonly providers: readonly Provider[]
    }
  | { readonly state: 'expired'; readonly status: number; readonly codes: readonly string[] }
  | { readonly state: 'unavailable'; readonly status: number; readonly codes: readonly string[] }

const PATH = '/olympus/v1/session'

/** Asks App Store Connect who is signed in. Source: observed (fastlane spaceship and @expo/apple-utils). */
export async function readWebSession(context: AppleIdContext, jar: CookieJar): Promise<WebSessionReading> {
  return readAnswer(
    await send(context, jar, {
      method: 'GET',
      host: 'appstoreconnect.apple.com',
      path: PATH,
      headers: { accept: 'application/json' },
    }),
  )
}

/** Switches to another provider. True when Apple took it; what it is now tells `readWebSession`. */
export async function switchProvider(
  context: AppleIdContext,
  jar: CookieJar,
  provider: Provider,
): Promise<CookieAnswer> {
  return send(context, jar, {
    method: 'POST',
    host: 'appstoreconnect.apple.com',
    path: PATH,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-requested-with': 'olympus-ui',
    },
    body: JSON.stringify({ provider: { providerId: provider.providerId } }),
  })
}

function readAnswer({ status, codes, document }: CookieAnswer): WebSessionReading {
  if (status === 401 || (status >= 300 && status < 400)) return { state: 'expired', status, codes }
  if (status !== 200) return { state: 'unavailable', status, codes }
  const person = personIn(member(document, 'user'))
  const provider = providerIn(member(document, 'provider')) ?? null
  if (person === null && provider === null) return { state: 'expired', status, codes }
  const available = listMember(document, 'availableProviders').flatMap((entry) => providerIn(entry) ?? [])
  const providers = available.length === 0 && provider !== null ? [provider] : available
  return { state: 'valid', person, provider, providers }
}

function personIn(user: unknown): Person | null {
  const prsId = member(user, 'prsId')
  if (typeof prsId !== 'string' && typeof prsId !== 'number') return null
  const names = [textMember(user, 'firstName'), textMember(user, 'lastName')].filter((name) => name !== undefined)
  return {
    prsId: String(prsId),
    fullName: textMember(user, 'fullName') ?? names.join(' '),
    emailAddress: textMember(user, 'emailAddress') ?? '',
  }
}

function providerIn(value: unknown): Provider | undefined {
  const providerId = member(value, 'providerId')
  const name = textMember(value, 'name')
  if (typeof providerId !== 'number' || name === undefined) return undefined
  const subType = textMember(value, 'subType')
  return {
    providerId,
    publicProviderId: textMember(value, 'publicProviderId') ?? '',
    name,
    ...(subType !== undefined && { subType }),
  }
}
