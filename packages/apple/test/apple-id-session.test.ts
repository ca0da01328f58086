import { inspect } from 'node:util'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import { describe, expect, test } from 'vitest'
import type { AppleIdSession } from '../src/apple-id/model.ts'
import { checkSession, chooseProvider, listTeams, summaryOf } from '../src/apple-id/session.ts'
import { refreshSession, startSignIn } from '../src/apple-id/sign-in.ts'
import { EMAIL, PASSWORD, type SignInRig, signedIn, signIn, signInRig } from './apple-id-simulator.ts'

const RIGHT = secret(PASSWORD)

function without(session: Secret<AppleIdSession>, isLeftOut: (name: string) => boolean): Secret<AppleIdSession> {
  return session.map((value) => ({ ...value, cookies: value.cookies.filter(({ name }) => !isLeftOut(name)) }))
}

const requests = (rig: SignInRig) => rig.exchanges.length

describe('a session', () => {
  test('that is new is valid in both halves, with teams and providers', async () => {
    const rig = await signInRig()
    const { session } = await signedIn(rig)
    const check = await checkSession(rig.context, session)
    expect(check).toMatchObject({ webSession: 'valid', portal: 'valid', summary: { provider: { name: 'Acme' } } })
    expect(check.teams).toMatchObject([{ teamId: rig.teamId, name: 'Acme', kind: 'organization', isActive: true }])
    expect((await checkSession(rig.context, check.session)).webSession).toBe('valid')
  })

  test('ends at Apple after some hours in both halves', async () => {
    const rig = await signInRig()
    const { session } = await signedIn(rig)
    rig.advance(DAY_MS)
    expect(await checkSession(rig.context, session)).toMatchObject({
      webSession: 'expired',
      portal: 'expired',
      teams: [],
    })
    await expect(listTeams(rig.context, session)).rejects.toMatchObject({ code: 'apple.portal_session_expired' })
  })

  test('can end in the portal alone', async () => {
    const rig = await signInRig({}, { settings: { webSessionHours: 48, portalSessionHours: 1 } })
    const { session } = await signedIn(rig)
    rig.advance(2 * HOUR_MS)
    expect(await checkSession(rig.context, session)).toMatchObject({ webSession: 'valid', portal: 'expired' })
  })

  test.each(['page', 'result-code'] as const)(
    'is seen through the second host while the first is in maintenance: %s',
    async (portalMaintenance) => {
      const rig = await signInRig()
      const { session } = await signedIn(rig)
      rig.simulator.world.settings = { ...rig.simulator.world.settings, portalMaintenance }
      expect((await checkSession(rig.context, session)).portal).toBe('valid')
      expect(rig.exchanges.at(-1)?.host).toBe('developer-mdn.apple.com')
      const { developerFallback: _, ...origins } = rig.context.origins
      expect((await checkSession(rig.contextWith({ origins }), session)).portal).toBe('unavailable')
    },
  )

  test('of a person without a team has no membership in the portal', async () => {
    const rig = await signInRig({ secondFactor: 'none' })
    const { session } = await signedIn(rig)
    rig.simulator.changeAccount(EMAIL, { memberships: [] })
    expect(await checkSession(rig.context, session)).toMatchObject({ portal: 'no-membership', teams: [] })
  })

  test.each([
    ['an agreement to sign', { agreementsInForce: false }, 'agreement-pending', 'agreement'],
    ['an ended membership', { membershipActive: false }, 'no-membership', 'membership'],
  ] as const)(
    'is not served for a team with %s, and other teams are told apart from it',
    async (_name, change, portal, blockedBy) => {
      const rig = await signInRig({ secondFactor: 'none' })
      const { session } = await signedIn(rig)
      Object.assign(rig.simulator.world.teams.get(rig.teamId) ?? {}, change)
      expect(await checkSession(rig.context, session)).toMatchObject({
        webSession: 'valid',
        portal,
        teams: [{ blockedBy }],
      })
      const other = rig.simulator.createTeam({ name: 'Globex' })
      rig.simulator.changeAccount(EMAIL, { memberships: [{ teamId: rig.teamId }, { teamId: other.teamId }] })
      const check = await checkSession(rig.context, session)
      expect(check.portal).toBe('valid')
      expect(check.teams.map(({ teamId, blockedBy: by }) => [teamId, by])).toEqual(
        expect.arrayContaining([
          [rig.teamId, blockedBy],
          [other.teamId, undefined],
        ]),
      )
    },
  )

  test('that App Store Connect cannot look at is neither valid nor expired', async () => {
    const rig = await signInRig()
    const { session } = await signedIn(rig)
    rig.simulator.world.faults.add({ operation: 'olympus_readSession', kind: 'status', status: 503 })
    expect(await checkSession(rig.context, session)).toMatchObject({ webSession: 'unavailable', portal: 'valid' })
  })

  test('knows its teams of every kind', async () => {
    const rig = await signInRig()
    const inHouse = rig.simulator.createTeam({ name: 'Acme In-House', kind: 'enterprise' })
    rig.simulator.changeAccount(EMAIL, {
      memberships: [
        { teamId: rig.teamId, roles: ['DEVELOPER'] },
        { teamId: inHouse.teamId, provider: null },
      ],
    })
    const { session } = await signedIn(rig)
    const { teams } = await listTeams(rig.context, session)
    expect(teams.map(({ name, kind }) => [name, kind])).toEqual(
      expect.arrayContaining([
        ['Acme', 'organization'],
        ['Acme In-House', 'enterprise'],
      ]),
    )
  })

  test('of a member of the Enterprise Program alone has teams and no provider', async () => {
    const rig = await signInRig({ secondFactor: 'none' })
    const inHouse = rig.simulator.createTeam({ name: 'Acme In-House', kind: 'enterprise' })
    rig.simulator.changeAccount(EMAIL, { memberships: [{ teamId: inHouse.teamId, provider: null }] })
    const { session, summary } = await signedIn(rig)
    expect(summary.provider).toBeNull()
    expect(await checkSession(rig.context, session)).toMatchObject({
      webSession: 'valid',
      portal: 'valid',
      teams: [{ kind: 'enterprise' }],
    })
  })
})

describe('a renewal', () => {
  test('with the trust needs no code, and the trust is not prolonged', async () => {
    const rig = await signInRig()
    const first = await signedIn(rig)
    rig.advance(20 * DAY_MS)
    const sentBefore = rig.code('device').reveal()
    const outcome = await refreshSession(rig.context, first.session, RIGHT)
    if (outcome.outcome !== 'signed-in') throw new Error(outcome.outcome)
    expect(outcome.summary).toMatchObject({ twoFactor: true, trustedUntil: first.summary.trustedUntil })
    expect(await checkSession(rig.context, outcome.session)).toMatchObject({ webSession: 'valid', portal: 'valid' })
    expect(rig.code('device').reveal()).toBe(sentBefore)
  })

  test('after 30 days is not even asked for, because the question could send a code', async () => {
    const rig = await signInRig()
    const { session } = await signedIn(rig)
    rig.advance(30 * DAY_MS)
    const before = requests(rig)
    expect(await refreshSession(rig.context, session, RIGHT)).toEqual({ outcome: 'trust-expired' })
    expect(requests(rig)).toBe(before)
  })

  test('whose trust Apple has ended early asks for no code', async () => {
    const rig = await signInRig({}, { settings: { trustDays: 2 } })
    const { session } = await signedIn(rig)
    const longer = session.map((value) => ({
      ...value,
      cookies: value.cookies.map(({ expiresAt: _, ...cookie }) => cookie),
    }))
    rig.advance(3 * DAY_MS)
    const before = requests(rig)
    expect(await refreshSession(rig.context, longer, RIGHT)).toEqual({ outcome: 'trust-expired' })
    const after = rig.exchanges.slice(before).map(({ method, path }) => `${method} ${path}`)
    expect(after.at(-1)).toBe('POST /appleauth/auth/signin/complete')
  })

  test('without two-factor needs the password alone', async () => {
    const rig = await signInRig({ secondFactor: 'none' })
    const { session } = await signedIn(rig)
    rig.advance(60 * DAY_MS)
    expect((await refreshSession(rig.context, session, RIGHT)).outcome).toBe('signed-in')
  })

  test('with an old password is refused', async () => {
    const rig = await signInRig()
    const { session } = await signedIn(rig)
    expect(await refreshSession(rig.context, session, secret('old'))).toEqual({ outcome: 'bad-credentials' })
  })

  test('needs the trust cookie and no other', async () => {
    const rig = await signInRig()
    const { session } = await signedIn(rig)
    const trustOnly = without(session, (name) => !name.startsWith('DES'))
    expect((await refreshSession(rig.context, trustOnly, RIGHT)).outcome).toBe('signed-in')
    const noTrust = without(session, (name) => name.startsWith('DES'))
    expect((await refreshSession(rig.context, noTrust, RIGHT)).outcome).toBe('trust-expired')
  })

  test('of a person who signs in again with what is kept asks for no code either', async () => {
    const rig = await signInRig()
    const { session } = await signedIn(rig)
    const again = await startSignIn(rig.context, { accountName: EMAIL, password: RIGHT, previous: session })
    expect(again.outcome).toBe('signed-in')
  })

  test('does not use the trust of another account', async () => {
    const rig = await signInRig()
    const { session } = await signedIn(rig)
    rig.simulator.createAccount({ email: 'other@example.com', password: PASSWORD })
    const sent: string[] = []
    const context = rig.contextWith({
      fetch: (url, init) => {
        sent.push(new Headers(init.headers).get('cookie') ?? '')
        return fetch(url, init)
      },
    })
    const outcome = await startSignIn(context, { accountName: 'other@example.com', password: RIGHT, previous: session })
    expect(outcome.outcome).toBe('second-factor')
    expect(sent.join('; ')).not.toMatch(/(?:^|; )DES/)
  })
})

describe('a provider', () => {
  async function withTwo() {
    const rig = await signInRig({ secondFactor: 'none' })
    const other = rig.simulator.createTeam({ name: 'Globex' })
    rig.simulator.changeAccount(EMAIL, { memberships: [{ teamId: rig.teamId }, { teamId: other.teamId }] })
    return { rig, ...(await signedIn(rig)) }
  }

  test('is chosen among those that the session lists', async () => {
    const { rig, session, summary } = await withTwo()
    expect(summary.providers.map(({ name }) => name).sort()).toEqual(['Acme', 'Globex'])
    const wanted = summary.providers.find(({ providerId }) => providerId !== summary.provider?.providerId)
    if (wanted === undefined) throw new Error('no other provider')
    const chosen = await chooseProvider(rig.context, session, wanted)
    expect(chosen.summary.provider).toEqual(wanted)
    expect((await checkSession(rig.context, chosen.session)).summary.provider).toEqual(wanted)
  })

  test('of somebody else is refused', async () => {
    const { rig, session } = await withTwo()
    const foreign = { providerId: 1, publicProviderId: 'x', name: 'Foreign' }
    await expect(chooseProvider(rig.context, session, foreign)).rejects.toMatchObject({
      code: 'apple.provider_unknown',
    })
  })

  test('is not chosen in an expired session', async () => {
    const { rig, session, summary } = await withTwo()
    rig.advance(DAY_MS)
    const [provider] = summary.providers
    if (provider === undefined) throw new Error('no provider')
    await expect(chooseProvider(rig.context, session, provider)).rejects.toMatchObject({
      code: 'apple.session_expired',
    })
  })
})

describe('connections that fail', () => {
  const refused = Object.assign(new TypeError('fetch failed'), {
    cause: Object.assign(new Error(), { code: 'ECONNREFUSED' }),
  })

  /** Fails the first request to each path, as the network does. */
  function failing(rig: SignInRig, isFailing: (path: string) => boolean) {
    const tries: string[] = []
    const context = rig.contextWith({
      fetch: (url, init) => {
        const path = url.pathname.replace(/^\/\w+/, '')
        tries.push(path)
        const isFirst = tries.filter((one) => one === path).length === 1
        return isFirst && isFailing(path) ? Promise.reject(refused) : fetch(url, init)
      },
    })
    return { context, tries }
  }

  test('before the password is proved are tried once more', async () => {
    const rig = await signInRig({ secondFactor: 'none' })
    const { context, tries } = failing(rig, (path) => !path.endsWith('/complete') && !path.includes('olympus'))
    expect((await signIn({ context })).outcome).toBe('signed-in')
    expect(tries).toHaveLength(8)
  })

  test('at the proof of the password are not', async () => {
    const rig = await signInRig({ secondFactor: 'none' })
    const { context, tries } = failing(rig, (path) => path.endsWith('/complete'))
    await expect(signIn({ context })).rejects.toMatchObject({ code: 'apple.unreachable' })
    expect(tries.filter((path) => path.endsWith('/complete'))).toHaveLength(1)
  })

  test('end with an error that names the operation and nothing of the account', async () => {
    const rig = await signInRig()
    const context = rig.contextWith({ fetch: () => Promise.reject(refused) })
    await expect(signIn({ context })).rejects.toMatchObject({
      code: 'apple.unreachable',
      detail: `The connection to ${new URL(rig.simulator.url).host} failed: ECONNREFUSED.`,
      details: { operation: 'HEAD appstoreconnect.apple.com/logout' },
    })
  })

  test('end with the reason of the signal when the caller gives up', async () => {
    const rig = await signInRig()
    const context = rig.contextWith({ signal: AbortSignal.abort(new Error('closed')) })
    await expect(signIn({ context })).rejects.toThrow('closed')
    expect(rig.exchanges).toEqual([])
  })
})

test('requests to one host keep their distance, those to another do not wait for it', async () => {
  const rig = await signInRig({ secondFactor: 'none' })
  const slept: number[] = []
  const context = rig.contextWith({
    minimumDistanceMs: MINUTE_MS,
    sleep: async (durationMs) => {
      slept.push(durationMs)
      rig.advance(durationMs)
    },
  })
  expect((await signIn({ context })).outcome).toBe('signed-in')
  // GET signin waits for nobody; init and complete wait for the one before; App Store Connect is asked long after /logout.
  expect(slept).toHaveLength(2)
  for (const durationMs of slept) expect(durationMs).toBeGreaterThan(0)
})

test('a cookie that no header can carry is not sent, and nothing of it gets out', async () => {
  const rig = await signInRig({ secondFactor: 'none' })
  const { session } = await signedIn(rig)
  const odd = session.map((value) => ({
    ...value,
    cookies: value.cookies.map((cookie) => ({ ...cookie, value: `${cookie.value}\u20ac` })),
  }))
  expect(await checkSession(rig.context, odd)).toMatchObject({ webSession: 'expired', portal: 'expired' })
})

test('a request that cannot even be made is told without a word of it', async () => {
  const rig = await signInRig()
  const context = rig.contextWith({ widgetKey: 'SECRET-MARK\u0001x' })
  const failure = await signIn({ context }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'apple.unreachable' })
  expect(inspect(failure, { depth: 9 })).not.toContain('SECRET-MARK')
})

test('the summary shows no cookie', async () => {
  const rig = await signInRig()
  const { session } = await signedIn(rig)
  expect(Object.keys(summaryOf(session)).sort()).toEqual(
    ['accountName', 'person', 'provider', 'providers', 'signedInAt', 'trustedUntil', 'twoFactor'].sort(),
  )
})
