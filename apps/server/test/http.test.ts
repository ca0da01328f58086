import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { problem } from '@cordon/api/problem'
import { route } from '@cordon/api/route'
import { allRoutes } from '@cordon/api/routes'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jsonPost, type SignedIn, startTestServer, type TestServer } from './harness.ts'

const PAGE = '<!doctype html><title>Cordon</title>'
let folder: string
let server: TestServer
let dana: SignedIn

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-web-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), PAGE)
  await writeFile(join(folder, 'assets', 'app-1a2b.js'), 'void 0')
  server = await startTestServer({ database: 'sqlite', webRoot: folder })
  dana = await server.setUp()
})
afterAll(async () => {
  await server?.close()
  await rm(folder, { recursive: true })
})

const read = async (response: Response) => problem.parse(await response.json())

test('every refusal is a problem document with a remedy, the request id, and the text for build clients', async () => {
  const response = await fetch(`${server.url}/api/v1/me`)
  expect(response.status).toBe(401)
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  const answer = await read(response)
  expect(answer).toMatchObject({
    code: 'access.unauthenticated',
    status: 401,
    type: `${server.url}/errors/access.unauthenticated`,
  })
  expect(answer.requestId).toMatch(/^req_[0-9a-z]{16}$/)
  expect(answer.error_msg).toContain(answer.remedy)
})

test('bad input names every field and what is accepted, and repeats nothing of what was sent', async () => {
  const response = await fetch(
    `${server.url}/api/v1/sign-in`,
    jsonPost({ email: 'marker-41', password: { marker: 'marker-42' } }),
  )
  const text = await response.text()
  expect(response.status).toBe(400)
  expect(problem.parse(JSON.parse(text)).fields).toEqual([
    { field: 'email', message: 'must be an e-mail address, such as "dana@example.com"' },
    { field: 'password', message: 'must be a text' },
  ])
  expect(text).not.toContain('marker-4')
  const empty = await read(await fetch(`${server.url}/api/v1/sign-in`, { method: 'POST' }))
  expect(empty.fields?.map(({ message }) => message)).toEqual([
    'is missing; it must be a text',
    'is missing; it must be a text',
  ])
})

test('a field that is not known is refused by its name, and by no text that is none', async () => {
  const body = { email: 'a@example.com', password: 'x', expiresAt: '2026-01-01', 'marker 5': 'marker-6' }
  const answer = await read(await fetch(`${server.url}/api/v1/sign-in`, jsonPost(body)))
  expect(answer.code).toBe('request.invalid')
  expect(answer.fields).toEqual([
    { field: 'expiresAt', message: 'is not a field of this request' },
    { field: '(unnamed)', message: 'is not a field of this request' },
  ])
  expect(JSON.stringify(answer)).not.toContain('marker')
})

test('a body that is not JSON, of another kind, with forbidden keys, or too large is refused by name', async () => {
  const send = async (body: string, type = 'application/json') => {
    const response = await fetch(`${server.url}/api/v1/sign-in`, {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    })
    return (await read(response)).code
  }
  expect(await send('{')).toBe('request.not_json')
  expect(await send('{"__proto__":{"a":1}}')).toBe('request.not_json')
  expect(await send('a=1', 'application/x-www-form-urlencoded')).toBe('request.unsupported_media_type')
  expect(await send(JSON.stringify({ email: 'x'.repeat(3_000_000) }))).toBe('request.too_large')
  expect(await send(JSON.stringify({ email: 'x'.repeat(1_000_000), password: 'x' }))).toBe('request.invalid')
})

test('doubled and trailing slashes lead to the same place', async () => {
  for (const path of ['/api/v1/me', '//api/v1/me', '/api//v1//me', '/api/v1/me/']) {
    expect((await dana.fetch(path)).status, path).toBe(200)
  }
})

test('every answer says what browsers must not do with it', async () => {
  for (const path of ['/api/v1/me', '/nowhere', '/', '/healthz']) {
    const { headers } = await dana.fetch(path, { headers: { accept: 'text/html' } })
    expect(headers.get('content-security-policy'), path).toContain(
      "default-src 'none'; script-src 'self'; style-src 'self'",
    )
    expect(headers.get('content-security-policy')).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
  }
})

test('answers of the API are never kept by a cache', async () => {
  expect((await dana.fetch('/api/v1/me')).headers.get('cache-control')).toBe('no-store')
  expect((await fetch(`${server.url}/api/v1/me`)).headers.get('cache-control')).toBe('no-store')
})

test('the web app answers for every page that a browser opens, and for nothing else', async () => {
  const open = (path: string, accept: string) => fetch(server.url + path, { headers: { accept } })
  for (const path of ['/', '/apps/app_1', '/build/bld_1', '/set-up']) {
    const page = await open(path, 'text/html')
    expect({ status: page.status, text: await page.text() }).toEqual({ status: 200, text: PAGE })
    expect(page.headers.get('cache-control')).toBe('no-cache')
  }
  expect((await open('/assets/app-1a2b.js', '*/*')).headers.get('cache-control')).toContain('immutable')
  expect((await read(await open('/api/v1/nothing', 'text/html'))).code).toBe('request.unknown_route')
  expect((await read(await open('/apps/app_1', 'application/json'))).code).toBe('request.unknown_route')
  expect((await open('/..%2f..%2fetc/passwd', '*/*')).status).toBe(404)
})

test('the log has one line a request, with the route and never the address, a body, a token or a query', async () => {
  const before = server.logLines.length
  await dana.fetch('/api/v1/people?limit=1&cursor=marker-61')
  await dana.fetch('/api/v1/me', {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"marker-62"}',
  })
  await fetch(`${server.url}/marker-63?x=marker-64`)
  await fetch(`${server.url}/api/v1/me`, { headers: { authorization: 'Bearer marker-65' } })
  const lines = server.logLines.slice(before)
  expect(lines).toHaveLength(4)
  expect(lines.join()).not.toMatch(/marker-6/)
  expect(lines.join()).not.toContain(dana.cookie.split('=')[1])
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    route: '/api/v1/people',
    principal: 'person',
    principalId: dana.userId,
    outcome: 'request.invalid_cursor',
  })
})

test('the OpenAPI document describes every operation and who may call it', async () => {
  const document = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
    openapi: string
    paths: Record<string, Record<string, { operationId: string; security: unknown[] }>>
  }
  expect(document.openapi).toBe('3.1.0')
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
  expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
    server.server.routes.map(({ id }) => id).sort(),
  )
  expect(document.paths['/api/v1/apps/{appId}']?.get?.security).toEqual([{ session: [] }, { personalToken: [] }])
  expect(operations.length).toBeGreaterThan(allRoutes.length)
})

test('a route that does not say who may call it cannot be served, and none is served twice', () => {
  const { access: _, ...open } = route({
    id: 'x.open',
    method: 'GET',
    path: '/x',
    summary: '',
    access: { who: 'anyone' },
  })
  expect(() => server.server.serve(open as never, (async () => undefined) as never)).toThrow(
    'does not say who may call it',
  )
  const [first] = server.server.routes
  expect(() => server.server.serve(first as never, (async () => undefined) as never)).toThrow('is served already')
})

test('a session travels in a cookie that scripts and other sites do not get', async () => {
  const response = await fetch(`${server.url}/api/v1/sign-in`, jsonPost({ email: dana.email, password: dana.password }))
  expect(response.headers.get('set-cookie')).toMatch(
    /^cordon=cdn_ses_[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=2592000$/,
  )
})

test('where the public address is https the cookie is bound to it, and browsers are told to stay on https', async () => {
  const https = await startTestServer({ database: 'sqlite', env: { CORDON_PUBLIC_URL: 'https://cordon.example.com/' } })
  const token = new URL(https.setUpUrl ?? '').hash.slice('#token='.length)
  expect(https.setUpUrl).toBe(`https://cordon.example.com/set-up#token=${token}`)
  const body = { token, name: 'Dana', email: 'dana@example.com', password: 'correct horse battery' }
  const response = await fetch(`${https.url}/api/v1/set-up`, jsonPost(body))
  expect(response.headers.get('set-cookie')).toMatch(
    /^__Host-cordon=\S+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=2592000$/,
  )
  expect(response.headers.get('strict-transport-security')).toContain('max-age=31536000')
  await https.close()
})

test('a client that breaks off in the middle of its body is no fault of the server', async () => {
  const before = server.logLines.length
  const { hostname, port } = new URL(server.url)
  const socket = connect(Number(port), hostname)
  const head = [
    'POST /api/v1/sign-in HTTP/1.1',
    `Host: ${hostname}`,
    'Content-Type: application/json',
    'Content-Length: 50',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n{"email"`)
  // Answered after it, so the server has the first half of that body.
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  socket.resetAndDestroy()
  // By the time that these are answered the server knows of it.
  for (let asked = 0; asked < 20; asked += 1) await (await fetch(`${server.url}/healthz`)).text()
  const lines = server.logLines.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>)
  expect(lines.filter(({ level }) => level !== 'info')).toEqual([])
})
