import { sessionFromCookies } from '@cordon/apple/apple-id/import'
import type { AppleIdSession } from '@cordon/apple/apple-id/model'
import { isCordonError } from '@cordon/core/errors'
import type { Secret } from '@cordon/core/secret'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import { type BuildAccess, fetchPortalData } from './fetch-portal-data.ts'
import type { AppleIdCredentials } from './find-credentials.ts'
import type { PortalData } from './portal-data.ts'
import { messageOfOver } from './session-state.ts'

type SessionCredentials = Pick<AppleIdCredentials, 'accountName' | 'cookies'>

/**
 * Opens Apple with the session that the build server gave. When Apple refuses it, `open` throws `step.session_expired`, and the server is
 * told: it asks Apple itself, so that a dead session goes to no other build, and gives what it has then. A session that it has renewed
 * is tried, once; the refused one never again. Throws what `open` throws; `step.session_expired` tells what the server found.
 */
export async function openWithSession<T>(
  credentials: SessionCredentials,
  access: BuildAccess | undefined,
  context: StepContext,
  open: (session: Secret<AppleIdSession>) => Promise<T>,
): Promise<T> {
  try {
    return await open(sessionOf(credentials, context))
  } catch (error) {
    if (!stepErrors.session_expired.is(error)) throw error
    const now = await tellSessionRefused(access, context)
    if (now === undefined) throw error
    const renewed = renewedCredentials(credentials, now)
    if (renewed === undefined) throw refusedError(credentials, now, error)
    context.log('the build server has renewed the session of the Apple ID; trying once more')
    return open(sessionOf(renewed, context))
  }
}

/**
 * Tells the build server that Apple refused the session it gave, and gives what it has to say now; undefined when there is no server, or
 * it cannot be asked. Servers other than Cordon answer as before.
 */
export async function tellSessionRefused(
  access: BuildAccess | undefined,
  context: StepContext,
): Promise<PortalData | undefined> {
  if (access === undefined || access.buildUrl.startsWith('file:')) return undefined
  context.log('Apple refuses the session of the Apple ID; asking the build server to look at it')
  try {
    return await fetchPortalData({ ...access, only: 'apple_id', refused: 'session' }, context)
  } catch (error) {
    if (!isCordonError(error)) throw error
    context.warn(
      `the build server could not be asked about the session: ${error.detail ?? error.title} (${error.code})`,
    )
    return undefined
  }
}

function sessionOf({ accountName, cookies }: SessionCredentials, { clock }: StepContext): Secret<AppleIdSession> {
  const text = cookies.map((list) => JSON.stringify({ cookies: list }))
  return sessionFromCookies(text, { accountName, now: clock.now() })
}

/** The server's session, if it is another one than was refused, and of the same account. */
function renewedCredentials(
  refused: SessionCredentials,
  { appleId, note }: PortalData,
): SessionCredentials | undefined {
  if (appleId === undefined || messageOfOver(note) !== undefined) return undefined
  if (appleId.accountName !== refused.accountName || appleId.cookies.reveal().length === 0) return undefined
  return valuesOf(appleId) === valuesOf(refused) ? undefined : appleId
}

// Times in cookies change from answer to answer.
function valuesOf({ cookies }: SessionCredentials): string {
  return JSON.stringify(cookies.reveal().map(({ name, value, domain }) => [name, value, domain]))
}

function refusedError({ accountName }: SessionCredentials, { note }: PortalData, cause: unknown) {
  const found = note === undefined ? '' : ` The build server says: ${note.message}`
  const detail = `${accountName}: Apple refuses the session.${found}`
  return stepErrors.session_expired({ accountName, since: null }, { detail, cause })
}
