import { createHash } from 'node:crypto'
import { createReadStream, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeIpa } from './make-ipa.ts'
import { bundleUploader, runUpload } from './run-upload.ts'
import { openStore, receivedOf, type Store } from './store.ts'

const MB = 1_000_000
/** 512 MB in the suite; 4 GB in `npm run test:long`. */
const PAYLOAD_BYTES = process.env.CORDON_TEST_LONG ? 4_000 * MB : 512 * MB
const MAX_RSS_MB = 150

let store: Store
beforeAll(async () => {
  store = await openStore()
})
afterAll(() => store.close())

test('a large .ipa, killed twice, arrives whole; what was there is not sent again, and memory stays small', async () => {
  const path = await makeIpa(join(store.folder, 'large.ipa'), { payloadBytes: PAYLOAD_BYTES, profile: store.profile })
  const program = await bundleUploader(store.folder)
  const stateFolder = join(store.folder, 'state')
  const order = { ...store.key, path, stateFolder, baseUrl: store.simulator.url }
  const parts = Math.ceil(statSync(path).size / (5 * 1024 * 1024))

  expect(await runUpload(program, order, PAYLOAD_BYTES / 4)).toBeUndefined()
  expect(readdirSync(stateFolder).filter((name) => name.endsWith('.lock'))).toHaveLength(1)
  expect(await runUpload(program, order, PAYLOAD_BYTES / 4)).toBeUndefined()
  const end = await runUpload(program, order)
  if (end === undefined) throw new Error('the third run did not end')

  expect(end.partsSent + end.partsFound).toBe(parts)
  expect(end.partsFound).toBeGreaterThanOrEqual(Math.floor(parts / 2) - 1)
  const received = await receivedOf(store, end.uploadId)
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  expect(received).toMatchObject({ receivedBytes: statSync(path).size, sha256: hash.digest('hex') })
  // The parts under way when a run was killed may have arrived after all.
  expect(received.parts.filter(({ times }) => times > 1).length).toBeLessThanOrEqual(2 * 4)
  expect(end.rssMB).toBeLessThan(MAX_RSS_MB)
  process.stdout.write(
    `large upload: ${parts} parts, last run ${end.partsSent} sent, ${Math.round(end.rssMB)} MB of memory\n`,
  )
}, 3_600_000)
