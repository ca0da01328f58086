import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { accountRoutes } from '@cordon/api/accounts/routes'
import { appleSignInRoutes } from '@cordon/api/apple-sign-ins/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import { auditRoutes } from '@cordon/api/audit/routes'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { buildApiRoutes, buildRoutes } from '@cordon/api/builds/routes'
import { type Client, createClient } from '@cordon/api/client'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { noticeRoutes } from '@cordon/api/notices/routes'
import type { AppId } from '@cordon/core/ids'
import { type Simulator, startSimulator } from '@cordon/simulator/simulator'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createLog } from '../src/platform/log.ts'
import { authoriseAppleId } from './apple-world.ts'
import { DATABASES, fragmentToken, makeScratch, type Scratch, startTestServer, type TestServer } from './harness.ts'
import { authorise, connect, createApp, errorOf, fetchPortalData, newKey, startBuild } from './world.ts'

/** A secret, and every spelling of it that must not be found. */
interface Canary {
  readonly name: string
  readonly spellings: readonly string[]
}

/** One answer of the server, with the secrets that this very answer may carry. */
interface Answer {
  readonly call: string
  readonly text: string
  readonly allowed: readonly string[]
}

describe.each(DATABASES)('canaries on $database', ({ database, missing }) => {
  describe.skipIf(missing)('planted in every secret field', () => {
    let scratch: Scratch
    let server: TestServer
    let simulator: Simulator
    const canaries: Canary[] = []
    const answers: Answer[] = []
    const logged: string[] = []
    let dumped = ''

    const plant = (name: string, text: string) => {
      canaries.push({ name, spellings: spellingsOf(text) })
      return text
    }

    beforeAll(async () => {
      simulator = await startSimulator()
      scratch = await makeScratch(database)
      const log = createLog('trace', { write: (line: string) => void logged.push(line) })
      const apple = { appleBaseUrl: simulator.url, appleIdBaseUrl: simulator.url }
      server = await startTestServer({ database, scratch, ...apple, log })
      await drive(server)
      dumped = await dump(server)
      await server.close()
      await simulator.close()

      async function drive(running: TestServer): Promise<void> {
        const record = recording(running.url, answers)
        const setUpToken = plant('set-up token', fragmentToken(running.setUpUrl ?? ''))
        const password = plant('password', 'canary-password-9f3kq7')
        const dana = await record.person('dana@example.com', password, setUpToken)
        plant('session', dana.session)

        const invited = await dana.client().call(accountRoutes.invite, { body: { role: 'member' } })
        const invitation = plant('invitation token', fragmentToken(invited.url))
        record.allow('accounts.invite', 'invitation token')
        const robin = await record.accept(
          'robin@example.com',
          plant('second password', 'canary-password-x71mz2'),
          invitation,
        )
        plant('second session', robin.session)

        const personal = await dana.client().call(accountRoutes.createPersonalToken, { body: { name: 'cli' } })
        plant('personal token', personal.token)
        record.allow('accounts.createPersonalToken', 'personal token')

        const [key, second, refused, insisted] = [1, 2, 3, 4].map(() => newKey(simulator, 'team'))
        if (!key || !second || !refused || !insisted) throw new Error('no keys')
        for (const [name, file] of Object.entries({ key, second, refused, insisted }))
          plant(`${name} .p8`, file.privateKey)
        const person = { client: dana.client() }
        const connection = await connect(person, key, 'Canary')
        simulator.revokeKey(refused.keyId)
        await errorOf(connect(person, refused))
        await connect(person, refused, 'Insisted', true)
        await errorOf(connect(person, { ...insisted, privateKey: `${insisted.privateKey.slice(0, 150)}` }))
        await errorOf(connect(person, key, 'Twice'))
        const params = { connectionId: connection.id }
        await person.client.call(connectionRoutes.test, { params })
        await person.client.call(connectionRoutes.replaceKey, { params, body: { key: second } })
        await errorOf(person.client.call(connectionRoutes.replaceKey, { params, body: { key: refused } }))

        const app = await createApp(person, 'Wallet')
        const team = await person.client.call(appRoutes.invite, { params: { appId: app.id }, body: { role: 'admin' } })
        const teamToken = plant('team invitation token', fragmentToken(team.url))
        record.allow('apps.invite', 'team invitation token')
        await robin.client().call(accountRoutes.acceptInvitation, { body: { token: teamToken } })
        await authorise({ client: robin.client() }, app.id, connection.id)
        const trigger = await person.client.call(buildRoutes.createTriggerToken, {
          params: { appId: app.id },
          body: { name: 'CI' },
        })
        plant('trigger token', trigger.token)
        record.allow('builds.createTriggerToken', 'trigger token')

        const started = await startBuild(person, app.id)
        plant('build token', started.buildToken)
        record.allow('builds.start', 'build token')
        const released = await fetchPortalData(started)
        expect(released.body.private_key).toBe(second.privateKey)
        answers.push({ call: 'buildApi.portalData', text: released.text, allowed: ['second .p8'] })
        const wrong = await fetchPortalData({ ...started, buildToken: `${started.buildToken}x` })
        answers.push({ call: 'buildApi.portalData refused', text: wrong.text, allowed: [] })
        const build = createClient({
          baseUrl: running.url,
          fetch: record.fetch,
          headers: () => ({ BUILD_API_TOKEN: started.buildToken }),
        })
        const report = { step: 'auto-provision', outcome: 'success' as const, appleRequests: 3 }
        await build.call(buildApiRoutes.report, { params: { buildId: started.build.id }, body: report })
        await build.call(buildApiRoutes.end, { params: { buildId: started.build.id }, body: {} })

        await person.client.call(connectionRoutes.list, { query: {} })
        await person.client.call(authorisationRoutes.list, { params: { appId: app.id } })
        await person.client.call(noticeRoutes.list, { query: {} })
        await person.client.call(auditRoutes.ofInstance, { query: { limit: 200 } })
        await person.client.call(auditRoutes.ofApp, { params: { appId: app.id }, query: { limit: 200 } })
        await person.client.call(auditRoutes.ofBuild, { params: { buildId: started.build.id }, query: {} })
        await driveAppleId(dana.client(), robin.client(), app.id, record)
        await robin.client().call(connectionRoutes.create, {
          body: { type: 'app_store_connect_api_key', name: 'Away', key: insisted, storeUntested: true },
        })
      }
    })
    afterAll(() => scratch?.remove())

    async function driveAppleId(
      dana: Client,
      robin: Client,
      appId: AppId,
      record: ReturnType<typeof recording>,
    ): Promise<void> {
      const accountName = 'ci@example.com'
      const password = plant('Apple password', 'canary-Apple-Horse-7')
      const wrong = plant('refused Apple password', 'canary-Wrong-Horse-8')
      const appSpecificPassword = plant('app-specific password', 'cana-ryyy-pass-word')
      const phones = [{ id: 1, number: '+49 1511 2345685' }]
      simulator.createAccount({ email: accountName, password, iterations: 1_000, phones })
      const body = { name: 'CI account', accountName, password, appSpecificPassword }
      await errorOf(dana.call(appleSignInRoutes.start, { body: { ...body, password: wrong } }))
      const { id: signInId } = await dana.call(appleSignInRoutes.start, { body })
      const params = { signInId }
      const way = { kind: 'trusted-device' } as const
      await errorOf(dana.call(appleSignInRoutes.code, { params, body: { way, code: plant('refused code', '908172') } }))
      const { link } = await dana.call(appleSignInRoutes.handOff, { params })
      const token = plant('hand-off token', fragmentToken(link))
      record.allow('appleSignIns.handOff', 'hand-off token')
      await robin.call(appleSignInRoutes.openHandOff, { body: { token } })
      const code = plant('code', simulator.codeOf(accountName, 'device') ?? '')
      await robin.call(appleSignInRoutes.handOffCode, { body: { token, way, code } })
      const { connectionId } = await dana.call(appleSignInRoutes.read, { params })
      if (connectionId === null) throw new Error('not connected')
      await authoriseAppleId({ client: dana }, appId, connectionId)
      const released = await fetchPortalData(await startedBuild(dana, appId, record))
      const cookies = Object.values(
        released.body.session_cookies as Record<string, Array<{ name: string; value: string }>>,
      )
      for (const { name, value } of cookies.flat()) plant(`cookie ${name.slice(0, 3)}`, value)
      const allowed = ['second .p8', 'Apple password', 'app-specific password', 'cookie DES', 'cookie mya']
      answers.push({ call: 'buildApi.portalData', text: released.text, allowed })
      await dana.call(connectionRoutes.test, { params: { connectionId } })
      await dana.call(authorisationRoutes.test, { params: { appId, type: 'apple_id' } })
      await dana.call(auditRoutes.ofInstance, { query: { limit: 200 } })
    }

    async function startedBuild(client: Client, appId: AppId, record: ReturnType<typeof recording>) {
      const started = await startBuild({ client }, appId)
      plant('second build token', started.buildToken)
      record.allow('builds.start', 'second build token')
      return started
    }

    const foundIn = (text: string, except: readonly string[] = []) =>
      canaries
        .filter(({ name }) => !except.includes(name))
        .filter(({ spellings }) => spellings.some((spelling) => text.includes(spelling)))
        .map(({ name }) => name)

    test('are in the one answer that may carry each, so that the search can find them', () => {
      const carried = answers.flatMap(({ allowed, text }) => allowed.filter((name) => foundIn(text).includes(name)))
      expect(new Set(carried)).toEqual(
        new Set([
          'invitation token',
          'personal token',
          'team invitation token',
          'trigger token',
          'build token',
          'second .p8',
          'Apple password',
          'app-specific password',
          'cookie DES',
          'cookie mya',
          'hand-off token',
          'second build token',
        ]),
      )
      expect(logged.length).toBeGreaterThan(20)
    })

    test('are in no other answer, be it a success or an error', () => {
      const leaks = answers.flatMap(({ call, text, allowed }) =>
        foundIn(text, allowed).map((name) => `${name} in ${call}`),
      )
      expect(leaks).toEqual([])
    })

    test('are in no line of the log at its finest level', () => {
      expect(foundIn(logged.join('\n'))).toEqual([])
    })

    test('are in no column of any table: neither audit nor notices nor anything else', () => {
      expect(dumped.length).toBeGreaterThan(10_000)
      expect(foundIn(dumped)).toEqual([])
    })

    test('are in no byte of any file in the data folder', () => {
      const files = filesBelow(scratch.folder)
      expect(files.length).toBeGreaterThan(0)
      const leaks = files.flatMap((path) => foundIn(readFileSync(path, 'latin1')).map((name) => `${name} in ${path}`))
      expect(leaks).toEqual([])
    })
  })
})

// Of a key file each line is a canary, and so is a piece of its base64 beyond what all keys have in common.
function spellingsOf(text: string): string[] {
  const bytes = Buffer.from(text)
  // Six digits stand in many a number: a code counts where it stands alone.
  if (/^\d{6}$/.test(text))
    return [`"${text}"`, ` ${text} `, `=${text}`, bytes.toString('base64'), bytes.toString('hex')]
  if (!text.includes('\n'))
    return [text, ...(['base64', 'base64url', 'hex'] as const).map((form) => bytes.toString(form))]
  const lines = text.split('\n').filter((line) => line.length > 30)
  return [...lines, bytes.toString('base64').slice(130, 190), bytes.toString('hex').slice(260, 380)]
}

/** Everything the database holds, bytes as latin1, so that a plain secret in them is seen. */
async function dump({ platform }: TestServer): Promise<string> {
  const tables = await platform.db.queries.introspection.getTables()
  const texts: string[] = []
  for (const { name } of tables) {
    const { rows } = await sql`select * from ${sql.table(name)}`.execute(platform.db.queries)
    texts.push(
      `${name} ${JSON.stringify(rows, (_, value) => (isBytes(value) ? Buffer.from(value.data ?? value).toString('latin1') : value))}`,
    )
  }
  return texts.join('\n')
}

function isBytes(value: unknown): value is Uint8Array & { data?: Uint8Array } {
  return (
    value instanceof Uint8Array ||
    (typeof value === 'object' && value !== null && 'type' in value && value.type === 'Buffer')
  )
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
}

/** Clients that keep every answer, headers and all, for the search. */
function recording(url: string, answers: Answer[]) {
  const recordingFetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    const headers = JSON.stringify([...response.headers].filter(([name]) => name !== 'set-cookie'))
    const text = `${headers}\n${await response.clone().text()}`
    answers.push({ call: `${init?.method} ${new URL(String(input)).pathname}`, text, allowed: [] })
    return response
  }
  const enter = async (path: string, email: string, password: string, token: string) => {
    const account = { name: email.split('@')[0] ?? '', email, password }
    const body = path === '/api/v1/set-up' ? { ...account, token } : { token, account }
    const response = await recordingFetch(url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    const cookie = (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const client = () => createClient({ baseUrl: url, fetch: recordingFetch, headers: () => ({ cookie, origin: url }) })
    return { session: cookie.split('=')[1] ?? '', client }
  }
  return {
    fetch: recordingFetch,
    person: (email: string, password: string, token: string) => enter('/api/v1/set-up', email, password, token),
    accept: (email: string, password: string, token: string) =>
      enter('/api/v1/invitations/accept', email, password, token),
    /** The answer that came last may carry this secret: it is where it is shown once. */
    allow: (call: string, name: string) => {
      const last = answers.pop()
      if (last !== undefined) answers.push({ ...last, call, allowed: [name] })
    },
  }
}
