import { spawnSync } from 'node:child_process'
import { DAY_MS, instant, plusMs } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { fastlaneSession, fastlaneYaml, wireCookies } from '../src/apple-id/export.ts'
import { sessionFromCookies } from '../src/apple-id/import.ts'
import type { AppleIdSession, StoredCookie, WireCookie } from '../src/apple-id/model.ts'
import { NOON } from './fake-time.ts'

const TRUST: StoredCookie = {
  name: 'DES5c148586dfd451e55afb0175f62418f91',
  value: 'HSARMTKNSRVTX/abc+DEF==SRVT',
  isQuoted: true,
  domain: 'idmsa.apple.com',
  isHostOnly: false,
  path: '/',
  isSecure: true,
  isHttpOnly: true,
  expiresAt: plusMs(NOON, 30 * DAY_MS),
  createdAt: NOON,
}
const WEB: StoredCookie = {
  name: 'myacinfo',
  value: 'DAWTKNV3230',
  domain: 'apple.com',
  isHostOnly: false,
  path: '/',
  isSecure: true,
  isHttpOnly: true,
  createdAt: NOON,
}

function sessionWith(cookies: readonly StoredCookie[]) {
  const session: AppleIdSession = {
    version: 1,
    accountName: 'ci@acme.example',
    cookies,
    twoFactor: true,
    signedInAt: NOON,
    person: null,
    provider: null,
    providers: [],
  }
  return secret(session)
}

function cookie(change: Partial<WireCookie> = {}): WireCookie {
  return { name: 'a', value: 'b', domain: 'apple.com', path: '/', secure: true, httponly: true, ...change }
}

test('a build gets the trust cookie and the session cookie, in the form that old clients read', () => {
  const others = [
    { ...WEB, name: 'dqsid', domain: 'appstoreconnect.apple.com', isHostOnly: true },
    { ...WEB, name: 'aasp', domain: 'idmsa.apple.com' },
  ]
  expect(wireCookies(sessionWith([WEB, ...others, TRUST]), NOON).reveal()).toEqual({
    'https://idmsa.apple.com': [
      {
        name: 'DES5c148586dfd451e55afb0175f62418f91',
        value: 'HSARMTKNSRVTX/abc+DEF==SRVT',
        domain: 'idmsa.apple.com',
        path: '/',
        secure: true,
        httponly: true,
        expires: '2026-03-31T12:00:15.000Z',
        max_age: 2_592_000,
      },
      { name: 'myacinfo', value: 'DAWTKNV3230', domain: 'apple.com', path: '/', secure: true, httponly: true },
    ],
  })
})

test('for_domain is told only where it is false', () => {
  const [trust] =
    wireCookies(sessionWith([{ ...TRUST, isHostOnly: true }]), NOON).reveal()['https://idmsa.apple.com'] ?? []
  expect(trust?.for_domain).toBe(false)
})

test('an expired trust cookie goes to no build', () => {
  const wire = wireCookies(sessionWith([WEB, TRUST]), plusMs(NOON, 30 * DAY_MS)).reveal()
  expect(wire['https://idmsa.apple.com']?.map(({ name }) => name)).toEqual(['myacinfo'])
})

test('FASTLANE_SESSION is one line of cookies as fastlane prints them', () => {
  const cookies = [cookie({ name: 'DESa', value: 'x/y+z==', domain: 'idmsa.apple.com', for_domain: false })]
  expect(fastlaneSession(cookies)).toBe(
    String.raw`---\n- !ruby/object:HTTP::Cookie\n  name: "DESa"\n  value: "x/y+z=="\n  domain: "idmsa.apple.com"\n  for_domain: false\n  path: "/"\n  secure: true\n  httponly: true\n`,
  )
  expect(fastlaneSession([])).toBe('')
})

const AWKWARD = [
  String.raw`a\nb`,
  String.raw`ends in a backslash\ `.trim(),
  String.raw`\\n\\\n`,
  `it's "quoted"`,
  'a: b #c',
  '*alias &anchor !tag %dir @at',
  '- list',
  '---',
  '~',
  'null',
  'true',
  '012',
  '2026-01-01',
  '  blanks  ',
  '{}[],|>',
  '`id` $(id) $HOME !!',
  'ünïcödé \u{1F34E} \u2028 \u00a0 \ufeff',
  '',
]

test('FASTLANE_SESSION of any cookie is text for a shell in single quotes and holds no backslash and n but at line ends', () => {
  const cookies = AWKWARD.map((value) => cookie({ value }))
  const line = fastlaneSession(cookies)
  expect(line).toMatch(/^[\x20-\x7e]*$/)
  expect(line).not.toMatch(/['$`]/)
  expect(line.split('\\n').length - 1).toBe(1 + 8 * cookies.length)
})

test('any cookie value is read back as it was, by way of one line or of the document', () => {
  const values = fc.string({ unit: 'binary', minLength: 1 }).filter((value) => !/\p{Cc}|^".+"$/u.test(value))
  fc.assert(
    fc.property(fc.array(values, { minLength: 1, maxLength: 5 }), (some) => {
      const cookies = some.map((value, index) => cookie({ name: `c${index}`, value }))
      for (const text of [fastlaneSession(cookies), fastlaneYaml(cookies)]) {
        const session = sessionFromCookies(secret(text), { accountName: 'a@b.c', now: NOON }).reveal()
        expect(session.cookies.map(({ value }) => value)).toEqual(some)
      }
    }),
    { numRuns: 200 },
  )
})

test('cookies that Ruby would refuse do not take the others with them', () => {
  const yaml = fastlaneYaml([
    cookie({ value: 'a\nb' }),
    cookie({ name: 'a b' }),
    cookie({ name: '' }),
    cookie({ name: 'good' }),
  ])
  expect(parseYaml(yaml, { logLevel: 'error' })).toMatchObject([{ name: 'good' }])
})

// What fastlane does with the variable, spaceship/client.rb: line breaks first, then the jar's own loader.
const LOAD_AS_FASTLANE = `
require 'http/cookie'
require 'json'
require 'tempfile'
jar = HTTP::CookieJar.new
Tempfile.open('session') do |file|
  file.write(ENV.fetch('FASTLANE_SESSION').gsub("\\\\n", "\\n"))
  file.close
  jar.load(file.path)
end
puts JSON.generate(jar.to_a.map { |c| { name: c.name, value: c.value, domain: c.domain, for_domain: c.for_domain, path: c.path } })
`
const hasRuby = spawnSync('ruby', ['-e', 'require "http/cookie"']).status === 0
if (!hasRuby)
  process.stdout.write(
    'skipped: no ruby with http-cookie, so exported sessions were not loaded in Ruby (Debian: ruby, ruby-http-cookie)\n',
  )

function loadAsFastlane(cookies: readonly WireCookie[]): unknown {
  const environment = { PATH: process.env.PATH, LANG: 'C.UTF-8', FASTLANE_SESSION: fastlaneSession(cookies) }
  const run = spawnSync('ruby', ['-e', LOAD_AS_FASTLANE], { env: environment, encoding: 'utf8' })
  expect(run.stderr).toBe('')
  return JSON.parse(run.stdout)
}

test('Ruby loads every awkward value as it was', (context) => {
  if (!hasRuby) return context.skip('ruby with http-cookie (Debian packages ruby, ruby-http-cookie)')
  const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
  const values = [...AWKWARD, ...printable.map((character) => `a${character}`), ...printable.map((c) => `${c}n${c}`)]
  // The jar keeps 50 cookies of a host.
  const cookies = values.map((value, index) => cookie({ name: `c${index}`, value, domain: `h${index}.apple.com` }))
  const loaded = loadAsFastlane(cookies) as { name: string; value: string }[]
  expect(Object.fromEntries(loaded.map(({ name, value }) => [name, value]))).toEqual(
    Object.fromEntries(cookies.map(({ name, value }) => [name, value])),
  )
})

test('Ruby loads the cookies of a session with their domains', (context) => {
  if (!hasRuby) return context.skip('ruby with http-cookie (Debian packages ruby, ruby-http-cookie)')
  const session = sessionWith([WEB, { ...TRUST, isHostOnly: true }])
  const cookies = wireCookies(session, NOON).reveal()['https://idmsa.apple.com'] ?? []
  const loaded = loadAsFastlane(cookies) as { name: string }[]
  expect(loaded.sort((a, b) => a.name.localeCompare(b.name))).toEqual([
    { name: TRUST.name, value: TRUST.value, domain: 'idmsa.apple.com', for_domain: false, path: '/' },
    { name: 'myacinfo', value: 'DAWTKNV3230', domain: 'apple.com', for_domain: true, path: '/' },
  ])
})

test('a session as fastlane spaceauth prints it is read, with ages and anchors', () => {
  const text = String.raw`---\n- !ruby/object:HTTP::Cookie\n  name: DES5c148586dfd451e55afb0175f62418f91\n  value: HSARMTKNSRVTX/abc+DEF==SRVT\n  domain: idmsa.apple.com\n  for_domain: true\n  path: "/"\n  secure: true\n  httponly: true\n  expires:\n  max_age: 2592000\n  created_at: 2026-11-22 07:25:06.234619101 +00:00\n  accessed_at: 2026-11-22 07:25:06.234619101 +00:00\n- !ruby/object:HTTP::Cookie\n  name: dqsid\n  value: eyJraWQiOiJleGFtcGxlIn0\n  domain: appstoreconnect.apple.com\n  for_domain: false\n  path: "/"\n  secure: true\n  httponly: true\n  expires:\n  max_age: 1800\n  created_at: &1 2026-11-22 07:25:06.234619101 +00:00\n  accessed_at: *1\n`
  const session = sessionFromCookies(secret(text), { accountName: ' CI@acme.example', now: NOON }).reveal()
  const createdAt = instant(Date.parse('2026-11-22T07:25:06.234Z'))
  expect(session).toMatchObject({
    accountName: 'ci@acme.example',
    twoFactor: true,
    cookies: [
      { name: TRUST.name, value: TRUST.value, isHostOnly: false, createdAt, expiresAt: plusMs(createdAt, 30 * DAY_MS) },
      { name: 'dqsid', isHostOnly: true, createdAt, expiresAt: plusMs(createdAt, 1_800_000) },
    ],
  })
})

test('the cookies of @expo/apple-utils are read', () => {
  const text = JSON.stringify({
    version: 'tough-cookie@4.0.0',
    storeType: 'MemoryCookieStore',
    rejectPublicSuffixes: true,
    cookies: [
      {
        key: TRUST.name,
        value: `"${TRUST.value}"`,
        maxAge: 2_592_000,
        domain: 'idmsa.apple.com',
        path: '/',
        secure: true,
        httpOnly: true,
        hostOnly: false,
        creation: '2026-11-22T07:25:06.234Z',
        lastAccessed: '2026-11-22T07:25:06.234Z',
      },
    ],
  })
  const { cookies } = sessionFromCookies(secret(text), { accountName: 'a@b.c', now: NOON }).reveal()
  expect(cookies).toEqual([
    {
      ...TRUST,
      createdAt: instant(Date.parse('2026-11-22T07:25:06.234Z')),
      expiresAt: instant(Date.parse('2026-12-22T07:25:06.234Z')),
    },
  ])
})

test.each([
  ['nothing', ''],
  ['JSON without cookies', '{"cookies":[]}'],
  ['broken JSON', '{"cookies":[{"key":"SECRET-MARK'],
  ['broken YAML', '- "SECRET-MARK'],
  ['a YAML of something else', 'SECRET-MARK: 1'],
])('%s is refused without a word of it', (_name, text) => {
  let thrown: unknown
  try {
    sessionFromCookies(secret(text), { accountName: 'a@b.c', now: NOON })
  } catch (error) {
    thrown = error
  }
  expect(thrown).toMatchObject({ code: 'apple.session_unreadable' })
  expect(JSON.stringify(thrown) + String(thrown) + String((thrown as Error).cause)).not.toContain('SECRET-MARK')
})
