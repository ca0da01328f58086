import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { appleErrors } from '@cordon/apple/errors'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { connect } from '../src/build-connection/connect.ts'
import { readBuildAccess } from '../src/build-connection/inputs.ts'
import { reported } from '../src/build-connection/report.ts'
import { chooseTeamCredentials } from '../src/build-connection/team-credentials.ts'
import { deployStep } from '../src/deploy/step.ts'
import { runStep } from '../src/run-step.ts'
import { type AppleIdBench, EMAIL, openAppleIdBench, PASSWORD } from './apple-id-bench.ts'
import { openReportServer, type ReportServer } from './report-server.ts'

const REFUSED = '?only=apple_id&refused=session'
const LIST_TEAMS = 'account/listTeams.action'

let bench: AppleIdBench
let server: ReportServer
/** What the build server gives, and gives when it is told of a refusal; and the queries of what it was asked. */
let before: Record<string, unknown>
let after: Record<string, unknown>
let asked: string[]

beforeAll(async () => {
  bench = await openAppleIdBench()
  await bench.simulator.seedTeam(bench.teamId, {
    apps: [{ name: 'Acme', bundleId: 'com.acme.app', versions: [{ versionString: '1.1' }] }],
  })
  server = await openReportServer((query) => {
    asked.push(query)
    return JSON.stringify(query.includes('refused') ? after : before)
  })
})
afterAll(async () => {
  server?.close()
  await bench?.close()
})
beforeEach(async () => {
  asked = []
  bench.said.splice(0)
  before = withSession(newSession())
  await fetch(`${bench.simulator.controlUrl}/accounts/${EMAIL}/sessions`, { method: 'DELETE' })
  after = withSession(newSession())
  bench.simulator.world.journal.reset()
})

/** The session that Apple takes now. */
function newSession(): string {
  return bench.simulator.openWebSession(EMAIL).replace(/^myacinfo=/, '')
}

function withSession(value: string, more: Readonly<Record<string, unknown>> = {}) {
  const { apple_id, password } = JSON.parse(readFileSync(fileURLToPath(bench.build.build_url), 'utf8'))
  const cookie = { name: 'myacinfo', value, domain: 'apple.com', path: '/', secure: true, httponly: true }
  return { apple_id, password, session_cookies: { 'https://idmsa.apple.com': [cookie] }, ...more }
}

async function openTeam(build: Readonly<Record<string, string>> = server.build) {
  const inputs = { connection: 'apple_id', keyInputs: undefined, appleIdTeamId: undefined, isVerbose: false } as const
  const access = readBuildAccess(build)
  const credentials = await chooseTeamCredentials({ ...inputs, build: access }, bench.context)
  const apple = await connect(credentials, { isVerbose: false, build: access }, bench.context, {})
  return apple.teamId()
}

const timesTried = () => bench.simulator.world.journal.exchanges().filter(({ url }) => url.includes(LIST_TEAMS)).length

test('the server is told of a session that Apple refuses, and the one that it has renewed opens the team', async () => {
  expect(await openTeam()).toBe(bench.teamId)
  expect(asked).toEqual(['?only=apple_id', REFUSED])
  expect(bench.said.join('\n')).toContain('has renewed the session of the Apple ID; trying once more')
  const told = JSON.stringify([bench.said, before.apple_id])
  for (const { session_cookies } of [before, after] as ReturnType<typeof withSession>[])
    expect(told).not.toContain(session_cookies['https://idmsa.apple.com'][0]?.value)
})

test('deploy writes the store page with it', async () => {
  const page = join(bench.folder, 'page')
  mkdirSync(join(page, 'metadata', 'en-US'), { recursive: true })
  writeFileSync(join(page, 'metadata', 'en-US', 'description.txt'), 'Shows the tide.')
  const inputs = { ...server.build, bundle_id: 'com.acme.app', skip_metadata: 'no', metadata_folder: page }
  const { result } = await runStep(deployStep, inputs, { ...bench.context, variables: { HOME: bench.folder } })
  expect(result.pageWrites).toBe(1)
  expect(asked.filter((query) => query === REFUSED)).toHaveLength(1)
})

test('the same session is not tried again; what the server found is told', async () => {
  after = {
    ...before,
    cordon: { reason: 'session_accepted', message: 'Apple took the session from this server at T.' },
  }
  await expect(openTeam()).rejects.toMatchObject({
    code: 'step.session_expired',
    detail: `${EMAIL}: Apple refuses the session. The build server says: Apple took the session from this server at T.`,
  })
  expect([asked.length, timesTried()]).toEqual([2, 1])
})

test('a session that is over is not tried, whatever cookies come with it', async () => {
  after = { ...after, cordon: { reason: 'session_expired', message: 'Apple ended the session before its time.' } }
  await expect(openTeam()).rejects.toMatchObject({
    code: 'step.session_expired',
    detail: expect.stringContaining('Apple ended the session before its time.'),
  })
  expect(timesTried()).toBe(1)
})

test('a renewed session that Apple refuses too ends the step; the server is told once', async () => {
  after = withSession('of-nobody')
  await expect(openTeam()).rejects.toMatchObject({ code: 'step.session_expired' })
  expect([asked.length, timesTried()]).toEqual([2, 2])
})

test('the session of another account is not taken', async () => {
  after = { ...after, apple_id: 'other@acme.example' }
  await expect(openTeam()).rejects.toMatchObject({ code: 'step.session_expired' })
  expect(timesTried()).toBe(1)
})

test('a stored answer has no server to tell', async () => {
  bench.answer(before)
  await expect(openTeam(bench.build)).rejects.toMatchObject({ code: 'step.session_expired' })
  expect([asked, timesTried()]).toEqual([[], 1])
  expect(bench.said.join('\n')).not.toContain('build server')
})

test.each([
  ['portal', appleErrors.portal_session_expired({ operation: 'read' }), [REFUSED]],
  ['App Store Connect', appleErrors.session_expired({ operation: 'read' }), [REFUSED]],
  ['something else', appleErrors.service_failed({ operation: 'read' }), []],
])('a session that ends in the middle is told as well: %s', async (_, error, told) => {
  const run = {
    ...{ step: 'deploy', access: readBuildAccess(server.build), meter: { requests: () => 1 } },
    ...{ actions: () => [], summary: () => 'done' },
  }
  const failing = reported(run, bench.context, async () => {
    throw error
  })
  await expect(failing).rejects.toBe(error)
  expect(asked).toEqual(told)
  expect(bench.said.join('\n')).not.toContain(PASSWORD)
})
