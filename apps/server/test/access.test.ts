import { fillPath } from '@cordon/api/client'
import type { Route } from '@cordon/api/route'
import { allRoutes } from '@cordon/api/routes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Caller, makeWorld, type World } from './access-world.ts'
import { DATABASES, startTestServer, type TestServer } from './harness.ts'

interface Outcome {
  readonly status: number
  readonly code: string | undefined
}

/** Bodies that are valid, for calls on somebody else's things: without one the refusal could be that of the body. */
const VALID_BODIES: Readonly<Record<string, unknown>> = {
  'appleSignIns.again': {},
  'appleSignIns.code': { way: { kind: 'trusted-device' }, code: '123456' },
  'appleSignIns.sendCode': { way: { kind: 'trusted-device' } },
  'connections.setAppSpecificPassword': { appSpecificPassword: null },
  'connections.change': { name: 'Mine now' },
  'connections.replaceKey': { key: { kind: 'team', keyId: 'ABCDEFGHIJ', privateKey: 'x' }, storeUntested: true },
  'connections.transfer': { email: 'stranger@example.com' },
}

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('access', () => {
    let server: TestServer
    let world: World
    beforeAll(async () => {
      server = await startTestServer({ database })
      world = await makeWorld(server)
    })
    afterAll(() => server?.close())

    test('every route of the contract is served', () => {
      const served = new Set(server.server.routes.map(({ id }) => id))
      expect(allRoutes.map(({ id }) => id).filter((id) => !served.has(id))).toEqual([])
    })

    test('every route lets in whom it declares, and tells all others what the rules say', async () => {
      const wrong: string[] = []
      for (const route of server.server.routes) {
        const outcomes = world.callers.map(async (caller) => ({
          caller,
          ...(await call(server, world, route, caller)),
        }))
        for (const { caller, code } of await Promise.all(outcomes)) {
          const expected = expectedRefusal(route, caller)
          const isRight = expected === undefined ? !isRefusal(code) : code === expected
          if (!isRight) wrong.push(`${route.id} as ${caller.name}: ${code}, not ${expected ?? 'let in'}`)
        }
      }
      expect(wrong).toEqual([])
    })

    test('things of one person are not found by anybody else', async () => {
      const others = world.callers.filter(({ person }) => person?.session && person.role !== 'owner')
      const wrong: string[] = []
      for (const route of server.server.routes.filter(isOwn)) {
        const body = VALID_BODIES[route.id]
        if (route.body !== undefined && body === undefined) wrong.push(`${route.id} has no valid body here`)
        for (const caller of others) {
          const { status, code } = await call(server, world, route, caller, body ?? {})
          if (status !== 404) wrong.push(`${route.id} as ${caller.name}: ${status} ${code}`)
        }
      }
      expect(wrong).toEqual([])
    })

    test('a write that another site sends with a session is refused, whatever the route', async () => {
      const owner = world.callers.find(({ person }) => person?.role === 'owner' && person.session)
      for (const route of server.server.routes.filter(({ method }) => method !== 'GET')) {
        for (const foreign of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, {}]) {
          const headers = { ...owner?.headers, ...foreign }
          const { code } = await call(server, world, route, { name: 'another site', headers }, undefined, {})
          expect(code, `${route.id} ${JSON.stringify(foreign)}`).toBe('request.cross_origin')
        }
      }
    })
  })
})

/** What the declaration says, read independently of the server's own rules. Undefined: let in. */
function expectedRefusal({ access, method, credential }: Route, caller: Caller): string | undefined {
  if (access.who === 'build') return caller.build ? undefined : 'access.build_token_refused'
  if (access.who === 'trigger') return caller.trigger ? undefined : 'access.trigger_token_refused'
  const { person } = caller
  if (person === undefined) return access.who === 'anyone' ? undefined : 'access.unauthenticated'
  if (credential === 'session' && !person.session) return 'access.session_required'
  if (!person.scopes.includes(method === 'GET' ? 'read' : 'write')) return 'access.scope_missing'
  if (access.who === 'administrator') return person.administrator ? undefined : 'access.forbidden'
  if (access.who !== 'member' && access.who !== 'build-viewer') return undefined
  if (person.role === undefined) return access.who === 'member' ? 'app.not_found' : 'build.not_found'
  return access.roles.includes(person.role) ? undefined : 'access.forbidden'
}

function isRefusal(code: string | undefined): boolean {
  return code !== undefined && (code.startsWith('access.') || code === 'app.not_found' || code === 'build.not_found')
}

function isOwn({ access }: Route): boolean {
  return access.who === 'person' && access.own === true
}

// Broken JSON: whoever is let in is told so and changes nothing; whoever is not never gets as far.
const BROKEN = '{'

async function call(
  server: TestServer,
  world: World,
  route: Route,
  caller: Pick<Caller, 'name' | 'headers'>,
  body?: unknown,
  sameSite: Readonly<Record<string, string>> = { origin: server.url },
): Promise<Outcome> {
  const writes = route.method !== 'GET'
  const response = await fetch(server.url + fillPath(route.path, world.ids), {
    method: route.method,
    headers: { ...caller.headers, ...(writes ? { ...sameSite, 'content-type': 'application/json' } : {}) },
    ...(writes ? { body: body === undefined ? BROKEN : JSON.stringify(body) } : {}),
  })
  const answer = await response.text()
  const code = response.ok ? undefined : (JSON.parse(answer) as { code?: string }).code
  if (writes && response.ok && body === undefined) throw new Error(`${route.id} took a broken body`)
  return { status: response.status, code }
}
