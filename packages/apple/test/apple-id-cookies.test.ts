import { DAY_MS, instant } from '@cordon/core/instant'
import { expect, test } from 'vitest'
import { createJar, isTrustCookie } from '../src/apple-id/cookies.ts'
import { fakeTime, NOON } from './fake-time.ts'

const IDMSA = { host: 'idmsa.apple.com', path: '/appleauth/auth/2sv/trust' }
const TRUST = 'DES5c148586dfd451e55afb0175f62418f91'

function jarOf(...setCookies: string[]) {
  const time = fakeTime()
  const jar = createJar([], time.clock)
  jar.take(setCookies, IDMSA)
  return { jar, time }
}

test('a domain cookie goes to every host below the domain, a host cookie to its own', () => {
  const { jar } = jarOf('myacinfo=DAWTKNV1; Domain=.apple.com; Path=/; Secure; HttpOnly', 'aasp=A1; Path=/')
  expect(jar.headerFor('developer.apple.com', '/')).toBe('myacinfo=DAWTKNV1')
  expect(jar.headerFor('idmsa.apple.com', '/')).toBe('myacinfo=DAWTKNV1; aasp=A1')
  expect(jar.headerFor('apple.com.example', '/')).toBeUndefined()
  expect(jar.headerFor('pineapple.com', '/')).toBeUndefined()
})

test('the trust cookie is kept without quotes and sent in quotes, for 30 days', () => {
  const { jar, time } = jarOf(`${TRUST}="HSARMTKNSRV+/a==SRVT"; Domain=idmsa.apple.com; Path=/; Max-Age=2592000`)
  const [cookie] = jar.cookies()
  expect(cookie).toMatchObject({ value: 'HSARMTKNSRV+/a==SRVT', expiresAt: instant(NOON + 30 * DAY_MS) })
  expect(jar.headerFor('idmsa.apple.com', '/appleauth/auth/signin')).toBe(`${TRUST}="HSARMTKNSRV+/a==SRVT"`)
  time.advance(30 * DAY_MS - 1)
  expect(jar.headerFor('idmsa.apple.com', '/')).toBeDefined()
  time.advance(1)
  expect(jar.headerFor('idmsa.apple.com', '/')).toBeUndefined()
})

test('a trust cookie that came without quotes is sent in quotes too, others as they came', () => {
  const { jar } = jarOf(`${TRUST}=abc; Path=/`, 'a="x y"; Path=/', 'b=1; Path=/')
  expect(jar.headerFor('idmsa.apple.com', '/')).toBe(`${TRUST}="abc"; a="x y"; b=1`)
})

test('a path limits a cookie to what is below it', () => {
  const { jar } = jarOf('deep=1; Path=/appleauth/auth', 'own=2')
  expect(jar.headerFor('idmsa.apple.com', '/appleauth/auth')).toBe('deep=1')
  expect(jar.headerFor('idmsa.apple.com', '/appleauth/auth/2sv/trust')).toBe('own=2; deep=1')
  expect(jar.headerFor('idmsa.apple.com', '/appleauth/authority')).toBeUndefined()
})

test('the newest value of a cookie replaces the older one, and an age of nothing removes it', () => {
  const { jar } = jarOf('myacinfo=1; Domain=apple.com; Path=/')
  jar.take(['myacinfo=2; Domain=.apple.com; Path=/'], { host: 'appstoreconnect.apple.com', path: '/olympus' })
  expect(jar.headerFor('developer.apple.com', '/')).toBe('myacinfo=2')
  jar.take(['myacinfo=; Domain=apple.com; Path=/; Max-Age=0'], IDMSA)
  expect(jar.cookies()).toEqual([])
})

test('Max-Age goes before Expires', () => {
  const { jar } = jarOf('a=1; Path=/; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT')
  expect(jar.cookies()).toMatchObject([{ name: 'a', expiresAt: instant(NOON + 60_000) }])
})

test.each([
  ['of another company', 'a=1; Domain=example.com; Path=/'],
  ['of everybody', 'a=1; Domain=com; Path=/'],
  ['of a host beside', 'a=1; Domain=developer.apple.com; Path=/'],
  ['without a name', '=1; Path=/'],
])('a cookie %s is not kept', (_name, setCookie) => {
  expect(
    jarOf(setCookie)
      .jar.cookies()
      .filter(({ name }) => name !== ''),
  ).toEqual([])
})

test('a value is kept as it came, percent signs and equal signs included', () => {
  const { jar } = jarOf('itctx=eyJhIjoi%3D%3D==|x; Domain=apple.com; Path=/')
  expect(jar.headerFor('appstoreconnect.apple.com', '/')).toBe('itctx=eyJhIjoi%3D%3D==|x')
})

test('the trust cookie is known by its name', () => {
  expect(isTrustCookie({ name: TRUST })).toBe(true)
  expect(isTrustCookie({ name: 'DES' })).toBe(false)
  expect(isTrustCookie({ name: 'DESK-1' })).toBe(false)
})
