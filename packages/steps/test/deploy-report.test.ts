import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type StepReport, stepReport } from '@cordon/api/builds/schema'
import { newId } from '@cordon/core/ids'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { makeIpa } from '../../delivery/test/make-ipa.ts'
import { newStoreProfile } from '../../delivery/test/store-profile.ts'
import { runDeploy } from './deploy-bench.ts'
import { type Bench, openBench } from './harness.ts'

let bench: Bench
/** A build server that keeps what it was told. */
let server: Server
let build: { readonly build_url: string; readonly build_api_token: string }
const reports: StepReport[] = []
/** Where the server leads on to, when it does. */
let leadsTo: string | undefined
beforeAll(async () => {
  bench = await openBench()
  await bench.simulator.seedTeam(bench.teamId, { apps: [{ name: 'Acme', bundleId: 'com.acme.app' }] })
  server = createServer(async (request, response) => {
    if (leadsTo !== undefined && request.method === 'POST' && request.url !== '/elsewhere')
      return void response.writeHead(307, { location: leadsTo }).end()
    if (request.method === 'POST' && request.headers.build_api_token === 'token')
      reports.push(stepReport.parse(JSON.parse(await text(request))))
    response.writeHead(204).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  build = { build_url: `http://127.0.0.1:${port}/build/${newId('build', randomBytes)}`, build_api_token: 'token' }
})
afterAll(async () => {
  server.close()
  await bench.close()
})
beforeEach(() => {
  reports.length = 0
  leadsTo = undefined
})

const deploy = (given: Readonly<Record<string, string>>) => runDeploy(bench, { ...bench.keyInputs, ...build, ...given })

test('the server is told what went up, what testers got and what changed on the page', async () => {
  const profile = await newStoreProfile(bench.simulator, bench.teamId)
  const path = await makeIpa(join(bench.folder, 'App.ipa'), { buildNumber: '1', profile })
  bench.simulator.world.journal.reset()
  const { result } = await deploy({ ipa_path: path, uses_non_exempt_encryption: 'no' })
  expect(reports).toEqual([
    {
      step: 'deploy',
      outcome: 'success',
      appleRequests: expect.any(Number),
      actions: [
        {
          action: 'upload-build',
          subject: 'com.acme.app 1.1 (1)',
          outcome: 'done',
          reason: 'by app-store-connect-api, 1 part sent, 0 already there',
        },
        { action: 'testflight', subject: 'encryption: none, or exempt', outcome: 'done', reason: '' },
        { action: 'write-store-page', subject: 'version 1.1', outcome: 'done', reason: '1 write' },
      ],
      summary: `com.acme.app 1.1 (1): ${result.uploadId}`,
    },
  ])
  const asked = bench.simulator.world.journal.exchanges().filter(({ operation }) => operation !== 'uploads_put')
  expect(reports[0]?.appleRequests).toBe(asked.length)
})

test('a store page that was left alone is told with the reason', async () => {
  const bundleId = 'com.acme.review'
  const versions = [{ versionString: '1.0', state: 'WAITING_FOR_REVIEW' }]
  await bench.simulator.seedTeam(bench.teamId, { apps: [{ name: 'Review', bundleId, versions }] })
  const profile = await newStoreProfile(bench.simulator, bench.teamId, bundleId)
  await deploy({ ipa_path: await makeIpa(join(bench.folder, 'Review.ipa'), { bundleId, profile }) })
  const reason = '1.1 cannot be made: version 1.0 is WAITING_FOR_REVIEW'
  expect(reports[0]?.actions.slice(1)).toEqual([
    { action: 'leave-store-page', subject: 'version 1.1', outcome: 'skipped', reason },
  ])
})

test('a run that fails at Apple is told with its code; one that never got there is not', async () => {
  const path = await makeIpa(join(bench.folder, 'Other.ipa'), { bundleId: 'com.acme.unknown' })
  await expect(deploy({ ipa_path: path })).rejects.toMatchObject({
    code: 'delivery.app_not_found',
  })
  expect(reports).toEqual([
    { step: 'deploy', outcome: 'failure', appleRequests: 1, actions: [], summary: 'delivery.app_not_found' },
  ])
  await expect(deploy({ ipa_path: join(bench.folder, 'none.ipa') })).rejects.toBeDefined()
  expect(reports).toHaveLength(1)
})

test('the token of the build does not follow where the server leads on to', async () => {
  leadsTo = '/elsewhere'
  const path = await makeIpa(join(bench.folder, 'Led.ipa'), { bundleId: 'com.acme.unknown' })
  await expect(deploy({ ipa_path: path })).rejects.toMatchObject({ code: 'delivery.app_not_found' })
  expect(reports).toEqual([])
  expect(bench.said).toContain('! the server could not be told what this step did; its audit log will not show it')
})
