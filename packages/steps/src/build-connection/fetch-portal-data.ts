import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isCordonError } from '@cordon/core/errors'
import { SECOND_MS } from '@cordon/core/instant'
import type { Secret } from '@cordon/core/secret'
import { z } from 'zod'
import { stepErrors } from '../errors.ts'
import { isSafeAddress } from '../safe-address.ts'
import type { StepContext } from '../step.ts'
import { type PortalData, readPortalData } from './portal-data.ts'

const FILE_NAME = 'apple_developer_portal_data.json'
/** Waits before the second to the fifth try, as the other clients of this protocol have them. */
const WAITS_MS = [1, 2, 4, 8].map((seconds) => seconds * SECOND_MS)
const TIMEOUT_MS = 30 * SECOND_MS
const MAX_BODY_LENGTH = 4_000_000

export interface BuildAccess {
  /** `https://…/build/…`, or `file:///…` of a stored answer for runs without a server. */
  readonly buildUrl: string
  readonly buildToken: Secret<string>
  /** Nothing of the other type leaves the server; both may if absent. */
  readonly only?: 'app_store_connect_api_key' | 'apple_id'
  /** Apple refused the session that the server gave before. */
  readonly refused?: 'session'
}

interface Answer {
  readonly status: number
  readonly body: string
  /** Where a redirect leads, as it stands in the answer. */
  readonly location: string | null
  readonly retryAfterMs: number | undefined
}

/**
 * Fetches what a build may use. Repeats on network errors, 429 and 5xx (but 501). A 404 is taken as "nothing connected",
 * as older servers say it. A redirect is told and not followed. Throws `step.insecure_address`, `step.build_redirected`,
 * `step.build_refused`, `step.build_unreachable`, `step.build_answer_invalid`.
 */
export async function fetchPortalData(access: BuildAccess, context: StepContext): Promise<PortalData> {
  if (access.buildUrl.startsWith('file://'))
    return readPortalData(await readFile(fileURLToPath(access.buildUrl), 'utf8'))
  if (!isSafeAddress(access.buildUrl))
    throw stepErrors.insecure_address({ input: 'build_url' }, { detail: 'the build URL is an http:// address' })
  const answer = await askPatiently(access, context)
  if (answer.status === 200) return readPortalData(answer.body)
  if (answer.status === 404) return nothingConnected(messageIn(answer.body))
  if (answer.location !== null) throw redirected(access.buildUrl, answer.status, answer.location)
  if (answer.status === 401) throw stepErrors.build_refused({}, { detail: messageIn(answer.body) ?? 'HTTP 401' })
  throw stepErrors.build_unreachable({ status: answer.status }, { detail: `HTTP ${answer.status}` })
}

/** Tells the host alone: the rest of an address, such as a sign-in's, may hold something secret. */
function redirected(buildUrl: string, status: number, location: string) {
  const host = URL.canParse(location, buildUrl) ? new URL(location, buildUrl).host || null : null
  const where =
    host === null ? 'an address that cannot be read' : host === new URL(buildUrl).host ? `${host} again` : host
  const detail = `the build URL answers with a redirect (HTTP ${status}) to ${where}; it is not followed, because the build token is for ${new URL(buildUrl).host} alone`
  return stepErrors.build_redirected({ status, host }, { detail })
}

function nothingConnected(message: string | undefined): PortalData {
  const note = message === undefined ? undefined : { reason: 'nothing_authorised', message }
  return { key: undefined, appleId: undefined, testDevices: [], note }
}

async function askPatiently(access: BuildAccess, context: StepContext): Promise<Answer> {
  for (const waitMs of WAITS_MS) {
    const answer = await askOnce(access, context).catch(refuseOrForget)
    if (answer !== undefined && !isTransient(answer.status)) return answer
    const waitingMs = answer?.retryAfterMs ?? waitMs
    const what = answer === undefined ? 'did not answer' : `answered HTTP ${answer.status}`
    context.warn(`the build server ${what}; trying again in ${waitingMs / SECOND_MS} s`)
    await context.sleep(waitingMs)
  }
  const last = await askOnce(access, context).catch(refuseOrForget)
  if (last !== undefined) return last
  throw stepErrors.build_unreachable({ status: null }, { detail: new URL(access.buildUrl).origin })
}

/** What the server really answered is not asked for again; a connection that failed is. */
function refuseOrForget(error: unknown): undefined {
  if (isCordonError(error)) throw error
  return undefined
}

function isTransient(status: number): boolean {
  return status === 429 || (status >= 500 && status !== 501)
}

function queryOf({ only, refused }: BuildAccess): string {
  const query = new URLSearchParams({ ...(only && { only }), ...(refused && { refused }) }).toString()
  return query === '' ? '' : `?${query}`
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400
}

async function askOnce(access: BuildAccess, context: StepContext): Promise<Answer> {
  const { buildUrl, buildToken } = access
  const response = await context.fetch(`${buildUrl.replace(/\/+$/, '')}/${FILE_NAME}${queryOf(access)}`, {
    headers: {
      BUILD_API_TOKEN: buildToken.reveal(),
      accept: 'application/json',
      'user-agent': context.userAgent ?? 'cordon',
    },
    // The token is for this host alone.
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const body = await response.text()
  if (body.length > MAX_BODY_LENGTH)
    throw stepErrors.build_answer_invalid({ fields: ['(whole answer)'] }, { detail: 'the answer is too large' })
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return {
    status: response.status,
    body,
    location: isRedirect(response.status) ? response.headers.get('location') : null,
    retryAfterMs: seconds >= 0 && seconds <= 120 ? seconds * SECOND_MS : undefined,
  }
}

const errorBody = z.object({ error_msg: z.string() })

function messageIn(body: string): string | undefined {
  try {
    return errorBody.parse(JSON.parse(body)).error_msg.slice(0, 500)
  } catch {
    return undefined
  }
}
