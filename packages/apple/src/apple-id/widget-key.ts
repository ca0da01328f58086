import type { AppleIdContext } from './context.ts'
import type { CookieJar } from './cookies.ts'
import { send } from './exchange.ts'

// Seen from 2018 to September 2026; the last resort when Apple does not tell.
const KNOWN_KEY = 'e0b80c3bf78523bfe80974d320935bfa30add02e1bff88ec2166c6bd5a706c42'
const KEY = /^[\w-]{16,256}$/

/**
 * The key of the web application on whose behalf a person signs in: what the operator has set, else what App Store Connect's sign-out
 * page points to, else the one that has been known for years. Cookies stay at home, and the redirect is not followed:
 * its target ends the session. Source: observed, 2026-09 (fastlane/fastlane pull request 30206).
 */
export async function findWidgetKey(context: AppleIdContext, jar: CookieJar): Promise<string> {
  if (context.options.widgetKey !== undefined) return context.options.widgetKey
  const answer = await send(context, jar, {
    method: 'HEAD',
    host: 'appstoreconnect.apple.com',
    path: '/logout',
    isAnonymous: true,
    isRepeatable: true,
  })
  return keyIn(answer.headers.get('location')) ?? KNOWN_KEY
}

function keyIn(location: string | null): string | undefined {
  const url = location !== null && URL.canParse(location) ? new URL(location) : undefined
  const key = url?.searchParams.get('widgetKey') ?? ''
  return KEY.test(key) ? key : undefined
}
