// Uploads one file in a process of its own, so that it can be killed and its memory measured. Prints a line of JSON for each event.
import { createAppStoreConnect } from '@cordon/apple/app-store-connect/client'
import { instant } from '@cordon/core/instant'
import { secret } from '@cordon/core/secret'
import { createAppStoreConnectBuilds } from '../src/adapters/app-store-connect/builds.ts'
import { uploadBuild } from '../src/engine/builds/upload-build.ts'

const { path, stateFolder, baseUrl, keyId, issuerId, privateKey } = JSON.parse(process.argv[2] ?? '{}')
const clock = { now: () => instant(Date.now()) }
const sleep = (durationMs: number) => new Promise<void>((resolve) => setTimeout(resolve, durationMs))
const apple = createAppStoreConnect({
  ...{ baseUrl, fetch, clock, sleep },
  key: { kind: 'team', keyId, issuerId, privateKey: secret(privateKey) },
})
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`)
const port = createAppStoreConnectBuilds(apple)
const startedAt = performance.now()
const { uploadId, partsSent, partsFound } = await uploadBuild(
  path,
  {},
  { port, clock, sleep, stateFolder, onEvent: say },
)
say({
  kind: 'end',
  ...{ uploadId, partsSent, partsFound },
  ms: performance.now() - startedAt,
  rssMB: process.resourceUsage().maxRSS / 1024,
})
process.exit(0)
