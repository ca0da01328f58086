import { DAY_MS, plusMs } from '@cordon/core/instant'
import type { World } from '../../world/world.ts'
import { readCookies } from '../cookies/read.ts'
import { setCookie } from '../cookies/write.ts'
import { derived } from '../secret.ts'
import { type Account, accountKey, type Trust } from '../state.ts'

const PREFIX = 'DES'
const VALUE_BYTES = 160
const DAY_SECONDS = 86_400

/** The name of an account's trust cookie: the same as long as the account is. */
export function trustCookieName(world: World, account: Account): string {
  const digits = derived(world, 'trust cookie', accountKey(account.email)).subarray(0, 16).toString('hex')
  return `${PREFIX}${digits}`
}

/** Trusts the browser from now on, as `2sv/trust` does. */
export function giveTrust(world: World, account: Account): Trust {
  const givenAt = world.clock.now()
  const { trusts } = world.appleIds
  for (const [value, kept] of trusts) if (kept.endsAt <= givenAt) trusts.delete(value)
  const trust: Trust = {
    value: `HSARMTKNSRV${Buffer.from(world.random(VALUE_BYTES)).toString('base64')}SRVT`,
    account: accountKey(account.email),
    givenAt,
    endsAt: plusMs(givenAt, world.settings.trustDays * DAY_MS),
  }
  trusts.set(trust.value, trust)
  return trust
}

/** The header that gives a browser its trust cookie. */
export function setTrustCookie(world: World, account: Account, trust: Trust): string {
  const { trustCookieQuoted, trustDays } = world.settings
  return setCookie({
    name: trustCookieName(world, account),
    value: trustCookieQuoted ? `"${trust.value}"` : trust.value,
    domain: 'idmsa.apple.com',
    maxAgeSeconds: Math.round(trustDays * DAY_SECONDS),
  })
}

/** Whether a request brings trust that is in force for this account. Using it does not prolong it. */
export function isTrusted(world: World, account: Account, cookie: string | readonly string[] | undefined): boolean {
  const now = world.clock.now()
  return readCookies(cookie).some(({ name, value }) => {
    const trust = name.startsWith(PREFIX) ? world.appleIds.trusts.get(value) : undefined
    return trust !== undefined && trust.account === accountKey(account.email) && trust.endsAt > now
  })
}

/** Ends all trust in an account's browsers, as removing them at account.apple.com does. */
export function endTrust(world: World, account: string): void {
  const { trusts } = world.appleIds
  for (const [value, trust] of trusts) if (trust.account === account) trusts.delete(value)
}
