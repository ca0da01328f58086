import { accountRoutes } from '@cordon/api/accounts/routes'
import { auditRoutes } from '@cordon/api/audit/routes'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@cordon/core/instant'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  DATABASES,
  fragmentToken,
  jsonPost,
  PASSWORD,
  type SignedIn,
  startTestServer,
  type TestClock,
  type TestServer,
  testClock,
} from '../../../test/harness.ts'

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('accounts', () => {
    let clock: TestClock
    let server: TestServer
    let dana: SignedIn
    let setUpToken: string

    beforeAll(async () => {
      clock = testClock()
      server = await startTestServer({ database, clock })
      setUpToken = fragmentToken(server.setUpUrl ?? '')
      dana = await server.setUp()
    })
    afterAll(() => server?.close())

    const post = (path: string, body: unknown, headers: Record<string, string> = {}) => {
      const init = jsonPost(body)
      return fetch(`${server.url}/api/v1${path}`, { ...init, headers: { ...(init.headers as object), ...headers } })
    }
    const codeOf = async (response: Response) =>
      response.ok ? 'ok' : ((await response.json()) as { code: string }).code
    const signIn = (email: string, password: string) => post('/sign-in', { email, password })
    const actions = async () => {
      const { items } = await dana.client.call(auditRoutes.ofInstance, { query: { limit: 200 } })
      return items.map(({ action }) => action)
    }
    /** A person of their own for a test that changes much. */
    const someone = (name: string, role: 'administrator' | 'member' = 'member') =>
      server.addPerson(dana, { email: `${name}@example.com`, role })

    test('the set-up link works once, and nothing but it makes the first administrator', async () => {
      const account = { name: 'Eve', email: 'eve@example.com', password: PASSWORD }
      expect(await codeOf(await post('/set-up', { token: setUpToken, ...account }))).toBe('account.set_up_done')
      const again = await startTestServer({ database })
      expect(await codeOf(await fetch(`${again.url}/api/v1/set-up`, jsonPost({ token: setUpToken, ...account })))).toBe(
        'account.set_up_link_invalid',
      )
      await again.close()
    })

    test('of two who use the set-up link at once one becomes administrator', async () => {
      const fresh = await startTestServer({ database })
      const token = fragmentToken(fresh.setUpUrl ?? '')
      const tries = ['a', 'b', 'c'].map((name) =>
        fetch(
          `${fresh.url}/api/v1/set-up`,
          jsonPost({ token, name, email: `${name}@example.com`, password: PASSWORD }),
        ),
      )
      const statuses = (await Promise.all(tries)).map(({ status }) => status)
      expect(statuses.filter((status) => status === 201)).toHaveLength(1)
      expect(await fresh.platform.db.queries.selectFrom('users').select('id').execute()).toHaveLength(1)
      await fresh.close()
    })

    test('a wrong password, an unknown e-mail and a disabled person are told the same', async () => {
      const robin = await someone('robin')
      const body = { disabled: true }
      const headers = { 'content-type': 'application/json' }
      await dana.fetch(`/api/v1/people/${robin.userId}`, { method: 'PATCH', headers, body: JSON.stringify(body) })
      const answers = await Promise.all(
        [
          signIn('robin@example.com', PASSWORD),
          signIn('nobody@example.com', PASSWORD),
          signIn(dana.email, 'wrong one'),
        ].map(async (response) => {
          const { requestId: _, ...rest } = (await (await response).json()) as { requestId: string; code: string }
          return rest
        }),
      )
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
      expect(answers[0]?.code).toBe('account.sign_in_failed')
      expect((await signIn(dana.email, PASSWORD)).status).toBe(200)
    })

    test('the e-mail is compared without case, and signing in makes a new session each time', async () => {
      const cookies = [await signIn('DANA@example.com ', PASSWORD), await signIn(dana.email, PASSWORD)].map(
        (response) => response.headers.get('set-cookie'),
      )
      expect(cookies[0]).toMatch(/cdn_ses_/)
      expect(cookies[0]).not.toBe(cookies[1])
    })

    test('signing in again in one browser ends the session that it had', async () => {
      const before = (await signIn(dana.email, PASSWORD)).headers.get('set-cookie')?.split(';')[0] ?? ''
      const headers = { cookie: before, origin: server.url }
      expect((await fetch(`${server.url}/api/v1/me`, { headers })).status).toBe(200)
      expect((await post('/sign-in', { email: dana.email, password: PASSWORD }, headers)).status).toBe(200)
      expect((await fetch(`${server.url}/api/v1/me`, { headers })).status).toBe(401)
    })

    test('guessing is slowed down for the account, more with each try, and a right password is not let through early', async () => {
      const kim = await someone('kim')
      for (let attempt = 0; attempt < 5; attempt += 1) {
        expect(await codeOf(await signIn(kim.email, `guess ${attempt}`))).toBe('account.sign_in_failed')
      }
      const refused = await signIn(kim.email, PASSWORD)
      expect(refused.status).toBe(429)
      expect(refused.headers.get('retry-after')).toBe('1')
      clock.advance(SECOND_MS)
      expect(await codeOf(await signIn(kim.email, 'guess again'))).toBe('account.sign_in_failed')
      expect((await signIn(kim.email, PASSWORD)).headers.get('retry-after')).toBe('2')
      clock.advance(2 * SECOND_MS)
      expect((await signIn(kim.email, PASSWORD)).status).toBe(200)
      expect(await codeOf(await signIn(kim.email, 'wrong'))).toBe('account.sign_in_failed')
      clock.advance(60 * MINUTE_MS)
    })

    test('guesses that are sent at once count one by one', async () => {
      const lee = await someone('lee')
      const codes = await Promise.all(
        Array.from({ length: 12 }, async (_, n) => codeOf(await signIn(lee.email, `guess ${n}`))),
      )
      expect(codes.filter((code) => code === 'account.sign_in_failed')).toHaveLength(5)
      expect(codes.filter((code) => code === 'account.too_many_attempts')).toHaveLength(7)
      clock.advance(61 * MINUTE_MS)
    })

    test('a session that is not used for a week ends, one that is used ends after thirty days', async () => {
      const idle = await someone('idle')
      const used = await someone('used')
      for (let day = 0; day < 29; day += 1) {
        clock.advance(DAY_MS)
        expect((await used.fetch('/api/v1/me')).status, `day ${day}`).toBe(200)
        if (day === 7) expect((await idle.fetch('/api/v1/me')).status).toBe(401)
      }
      clock.advance(DAY_MS)
      expect((await used.fetch('/api/v1/me')).status).toBe(401)
      dana = await signedInAgain(dana)
    })

    async function signedInAgain(who: SignedIn): Promise<SignedIn> {
      const cookie = (await signIn(who.email, who.password)).headers.get('set-cookie')?.split(';')[0] ?? ''
      return {
        ...who,
        cookie,
        client: server.client({ cookie, origin: server.url }),
        fetch: (path, init = {}) =>
          fetch(server.url + path, {
            ...init,
            headers: { cookie, origin: server.url, ...(init.headers as Record<string, string> | undefined) },
          }),
      }
    }

    test('sessions are listed with the current one marked, and each can be ended', async () => {
      const max = await someone('max')
      const second = await signedInAgain(max)
      const { items } = await max.client.call(accountRoutes.sessions, { query: {} })
      expect(items.map(({ current }) => current).sort()).toEqual([false, true])
      const other = items.find(({ current }) => !current)
      expect((await max.fetch(`/api/v1/me/sessions/${other?.id}`, { method: 'DELETE' })).status).toBe(204)
      expect((await second.fetch('/api/v1/me')).status).toBe(401)
      expect(await codeOf(await max.fetch(`/api/v1/me/sessions/${other?.id}`, { method: 'DELETE' }))).toBe(
        'account.not_found',
      )
    })

    test('signing out ends the session at once', async () => {
      const sam = await someone('sam')
      const response = await sam.fetch('/api/v1/sign-out', { method: 'POST' })
      expect(response.headers.get('set-cookie')).toContain('Max-Age=0')
      expect((await sam.fetch('/api/v1/me')).status).toBe(401)
    })

    test('a new password ends all other sessions and replaces this one', async () => {
      const ria = await someone('ria')
      const elsewhere = await signedInAgain(ria)
      const wrong = jsonPost({ currentPassword: 'not it', newPassword: 'a brand new password' })
      expect(await codeOf(await ria.fetch('/api/v1/me/password', wrong))).toBe('account.password_wrong')
      const right = jsonPost({ currentPassword: PASSWORD, newPassword: 'a brand new password' })
      const response = await ria.fetch('/api/v1/me/password', right)
      expect(response.status).toBe(204)
      expect((await elsewhere.fetch('/api/v1/me')).status).toBe(401)
      expect((await ria.fetch('/api/v1/me')).status).toBe(401)
      const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
      expect((await fetch(`${server.url}/api/v1/me`, { headers: { cookie } })).status).toBe(200)
      expect(await codeOf(await signIn(ria.email, PASSWORD))).toBe('account.sign_in_failed')
    })

    test('whoever has found a session tries no more passwords in it than at the door, and the person can still sign in', async () => {
      const uma = await someone('uma')
      const change = async (currentPassword: string) =>
        uma.fetch('/api/v1/me/password', jsonPost({ currentPassword, newPassword: 'a brand new password' }))
      const codes: (string | undefined)[] = []
      for (let n = 0; n < 6; n += 1) codes.push(await codeOf(await change(`wrong ${n}`)))
      expect(codes).toEqual([...Array(5).fill('account.password_wrong'), 'account.too_many_attempts'])
      expect(await codeOf(await change(PASSWORD))).toBe('account.too_many_attempts')
      expect((await signIn(uma.email, PASSWORD)).status).toBe(200)
      clock.advance(SECOND_MS)
      expect((await change(PASSWORD)).status).toBe(204)
    })

    test('a personal token is shown once, works within its scopes, and stops when revoked or expired', async () => {
      const ben = await someone('ben')
      const choice = { name: 'laptop', scopes: ['read' as const], expiresInDays: 2 }
      const made = await ben.client.call(accountRoutes.createPersonalToken, { body: choice })
      const client = server.client({ authorization: `Bearer ${made.token}` })
      expect((await client.call(accountRoutes.me)).email).toBe(ben.email)
      await expect(client.call(accountRoutes.rename, { body: { name: 'B' } })).rejects.toMatchObject({
        code: 'access.scope_missing',
      })
      const listed = await (await ben.fetch('/api/v1/me/personal-tokens')).text()
      expect(listed).toContain('laptop')
      expect(listed).not.toContain(made.token.slice(8))
      clock.advance(3 * DAY_MS)
      await expect(client.call(accountRoutes.me)).rejects.toMatchObject({ code: 'access.unauthenticated' })
      const second = await ben.client.call(accountRoutes.createPersonalToken, {
        body: { ...choice, scopes: ['read', 'write'] },
      })
      const other = server.client({ authorization: `Bearer ${second.token}` })
      await other.call(accountRoutes.signOut)
      await expect(other.call(accountRoutes.me)).rejects.toMatchObject({ code: 'access.unauthenticated' })
    })

    test('the command line gets a token for a password, under the same limits', async () => {
      const cli = await someone('cli')
      const body = { email: cli.email, password: PASSWORD, name: 'terminal' }
      const made = await server.client().call(accountRoutes.signInForToken, { body })
      expect(made.personalToken.scopes).toEqual(['read', 'write'])
      const bad = Array.from({ length: 6 }, () => post('/sign-in/token', { ...body, password: 'wrong' }).then(codeOf))
      expect((await Promise.all(bad)).sort().at(-1)).toBe('account.too_many_attempts')
      clock.advance(61 * MINUTE_MS)
    })

    test('an invitation lets one person in, within seven days, and not after it was taken back', async () => {
      const invite = () => dana.client.call(accountRoutes.invite, { body: { role: 'member', note: 'for Nora' } })
      const account = (name: string) => ({ name, email: `${name}@example.com`, password: PASSWORD })
      const accept = (token: string, name?: string) =>
        post('/invitations/accept', { token, ...(name === undefined ? {} : { account: account(name) }) })

      const first = await invite()
      const token = fragmentToken(first.url)
      expect(first.url.split('#')[0]).toBe(`${server.url}/invitation`)
      const preview = await server.client().call(accountRoutes.previewInvitation, { body: { token } })
      expect(preview).toMatchObject({ kind: 'instance', role: 'member', invitedBy: 'Dana', appName: null })
      expect(await codeOf(await accept(token))).toBe('account.account_needed')
      expect(
        await codeOf(await post('/invitations/accept', { token }, { cookie: dana.cookie, origin: server.url })),
      ).toBe('account.already_signed_in')
      const taken = { token, account: { ...account('nora'), email: 'Dana@Example.com' } }
      expect(await codeOf(await post('/invitations/accept', taken))).toBe('account.email_taken')
      const both = await Promise.all([accept(token, 'nora'), accept(token, 'nils')].map(async (r) => codeOf(await r)))
      expect(both.sort()).toEqual(['account.invitation_invalid', 'ok'])

      const revoked = await invite()
      expect((await dana.fetch(`/api/v1/invitations/${revoked.invitation.id}`, { method: 'DELETE' })).status).toBe(204)
      expect(await codeOf(await accept(fragmentToken(revoked.url), 'late'))).toBe('account.invitation_invalid')

      const old = await invite()
      const open = await dana.client.call(accountRoutes.invitations, { query: {} })
      expect(open.items.map(({ id, note }) => ({ id, note }))).toEqual([{ id: old.invitation.id, note: 'for Nora' }])
      clock.advance(7 * DAY_MS - HOUR_MS)
      expect(await codeOf(await post('/invitations/preview', { token: fragmentToken(old.url) }))).toBe('ok')
      clock.advance(2 * HOUR_MS)
      expect(await codeOf(await accept(fragmentToken(old.url), 'late'))).toBe('account.invitation_invalid')
      dana = await signedInAgain(dana)
    })

    test('a token of another kind does not pass for an invitation', async () => {
      const fresh = await startTestServer({ database })
      const token = fragmentToken(fresh.setUpUrl ?? '')
      const response = await fetch(`${fresh.url}/api/v1/invitations/preview`, jsonPost({ token }))
      expect(await codeOf(response)).toBe('account.invitation_invalid')
      await fresh.close()
    })

    test('a disabled person is out at once, with sessions, tokens and the invitations they made', async () => {
      const ada = await someone('ada', 'administrator')
      const made = await ada.client.call(accountRoutes.createPersonalToken, { body: { name: 't' } })
      const invited = await ada.client.call(accountRoutes.invite, { body: {} })
      const change = (body: object) =>
        dana.fetch(`/api/v1/people/${ada.userId}`, {
          method: 'PATCH',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      expect((await change({ disabled: true })).status).toBe(200)
      expect((await ada.fetch('/api/v1/me')).status).toBe(401)
      const bearer = { authorization: `Bearer ${made.token}` }
      expect((await fetch(`${server.url}/api/v1/me`, { headers: bearer })).status).toBe(401)
      expect(await codeOf(await post('/invitations/preview', { token: fragmentToken(invited.url) }))).toBe(
        'account.invitation_invalid',
      )
      expect((await change({ disabled: false, role: 'member' })).status).toBe(200)
      expect((await ada.fetch('/api/v1/me')).status).toBe(401)
      expect((await signIn(ada.email, PASSWORD)).status).toBe(200)
    })

    test('the last administrator who can sign in stays one', async () => {
      const change = (body: object) =>
        dana.fetch(`/api/v1/people/${dana.userId}`, {
          method: 'PATCH',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      expect(await codeOf(await change({ role: 'member' }))).toBe('account.last_administrator')
      expect(await codeOf(await change({ disabled: true }))).toBe('account.last_administrator')
      expect((await dana.client.call(accountRoutes.me)).role).toBe('administrator')
    })

    test('two administrators who demote each other at once do not leave the instance without one', async () => {
      const pair = [await someone('one', 'administrator'), await someone('two', 'administrator')] as const
      const patch = (by: SignedIn, whom: SignedIn, role: string) =>
        by.fetch(`/api/v1/people/${whom.userId}`, {
          method: 'PATCH',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ role }),
        })
      expect((await patch(pair[0], dana, 'member')).status).toBe(200)
      await Promise.all([patch(pair[0], pair[1], 'member'), patch(pair[1], pair[0], 'member')])
      const rows = await server.platform.db.queries
        .selectFrom('users')
        .select('id')
        .where('instance_role', '=', 'administrator')
        .execute()
      expect(rows.length).toBeGreaterThan(0)
      const last = pair.find(({ userId }) => rows.some(({ id }) => id === userId))
      if (last !== undefined) await patch(last, dana, 'administrator')
    })

    test('everything is in the log, the log is whole, and no secret is in it', async () => {
      const seen = new Set(await actions())
      for (const action of [
        'instance.set_up',
        'person.signed_in',
        'person.sign_in_failed',
        'person.joined',
        'person.password_changed',
        'person.changed',
        'personal_token.created',
        'personal_token.revoked',
        'invitation.created',
        'invitation.revoked',
      ]) {
        expect(seen, action).toContain(action)
      }
      expect(await dana.client.call(auditRoutes.verifyInstance)).toMatchObject({ intact: true })
      const rows = await server.platform.db.queries.selectFrom('audit_events').selectAll().execute()
      const written = JSON.stringify(rows) + server.logLines.join()
      expect(written).not.toMatch(/cdn_(ses|pat|inv|setup)_/)
      expect(written).not.toContain(PASSWORD)
    })

    test('passwords are kept as argon2id, and tokens as nothing but hashes', async () => {
      const { db } = server.platform
      const users = await db.queries.selectFrom('users').select('password_hash').execute()
      for (const { password_hash } of users) expect(password_hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
      const tables = ['sign_in_sessions', 'personal_tokens', 'invitations'] as const
      for (const table of tables) {
        const rows = await db.queries.selectFrom(table).selectAll().execute()
        expect(JSON.stringify(rows)).not.toMatch(/cdn_/)
        for (const row of rows) expect(row.token_hash).toHaveLength(32)
      }
    })
  })
})
