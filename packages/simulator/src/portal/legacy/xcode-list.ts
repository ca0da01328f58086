import type { PlistValue } from 'plist'
import { portalSessionOf } from '../../apple-id/sessions/web-session.ts'
import type { Answer, Caller, Incoming } from '../../http/service.ts'
import type { World } from '../../world/world.ts'
import { csrfHeaders } from '../csrf.ts'
import { memberOf } from '../member.ts'
import { demand, type LegacyCall, type Result } from './action.ts'
import { accessUnavailable, agreementPending, asLegacyError, type LegacyError, sessionExpired } from './errors.ts'
import { readForm } from './form.ts'
import { listedProfiles, profileDetailOf } from './profiles.ts'

const ADDRESS = /^\/services\/QH65B2\/(ios|mac)\/listProvisioningProfiles\.action$/
const DATES: ReadonlySet<string> = new Set(['dateExpire', 'dateRequested', 'dateCreated', 'expirationDate'])

/** Whether a request asks for Xcode's list of profiles. */
export function isXcodeList(request: Incoming): boolean {
  return request.method === 'POST' && ADDRESS.test(request.path)
}

/** JSON's value as a property list has it: dates are dates, and what is null is left out. */
function plistValue(value: unknown, name = ''): PlistValue | undefined {
  if (value === null || value === undefined) return undefined
  if (typeof value === 'string') return DATES.has(name) ? new Date(value) : value
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.flatMap((one) => plistValue(one) ?? [])
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => {
      const plain = plistValue(one, key)
      return plain === undefined ? [] : [[key, plain] as const]
    }),
  )
}

/** Everything but the devices: seen by running spaceship's older clients. */
function withoutDevices({ devices: _devices, ...profile }: Result): Result {
  return profile
}

async function listOf(request: Incoming, world: World, caller: Caller): Promise<Result> {
  const signedIn = portalSessionOf(world, request.headers.cookie)
  caller.account = signedIn?.account.email ?? null
  if (signedIn === undefined) throw sessionExpired()
  const form = readForm(request)
  const member = memberOf(world, signedIn.account, form.text('teamId') ?? '')
  if (member === undefined) throw accessUnavailable()
  const { team } = member
  caller.teamId = team.teamId
  if (!team.agreementsInForce) throw agreementPending()
  const slug = ADDRESS.exec(request.path)?.[1] === 'mac' ? 'mac' : 'ios'
  const call: LegacyCall = { world, team, now: world.clock.now(), member, form, slug, request }
  demand(call, 'identifiers:read', 'operation')
  const provisioningProfiles = listedProfiles(call).map((record) => withoutDevices(profileDetailOf(call, record)))
  return { resultCode: 0, provisioningProfiles }
}

function refusal({ resultCode, resultString, message }: LegacyError): Result {
  return { resultCode, resultString, userString: message }
}

/** Xcode's own list of profiles: a property list, with the profiles' App IDs and certificates in full. */
export async function answerXcodeList(request: Incoming, world: World, caller: Caller): Promise<Answer> {
  const result = await listOf(request, world, caller).catch((error: unknown) => refusal(asLegacyError(error)))
  const session = portalSessionOf(world, request.headers.cookie)?.session.account ?? ''
  const { build } = await import('plist')
  const common = { creationTimestamp: new Date(world.clock.now()), protocolVersion: 'QH65B2', userLocale: 'en_US' }
  const value = plistValue(result)
  const plist = build({ ...common, ...(typeof value === 'object' ? { ...value } : {}) } as PlistValue)
  return {
    status: 200,
    headers: { 'Content-Type': 'text/x-xml-plist', ...csrfHeaders(world, session) },
    body: Buffer.from(plist),
  }
}
