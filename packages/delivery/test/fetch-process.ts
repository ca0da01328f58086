// Fetches one picture that comes in a single piece, in a process of its own whose files may have a limited size.
import { join } from 'node:path'
import { enclosureOf } from '../src/engine/files/regular-file.ts'
import { fetchInto } from '../src/engine/screenshots/fetch-into.ts'
import { png } from './png.ts'

const [folder = ''] = process.argv.slice(2)
const bytes = Buffer.concat([png(1290, 2796, 1), Buffer.alloc(1024 * 1024)])
const item = {
  ...{ id: '1', name: 'a.png', size: bytes.length, checksum: undefined, state: 'complete' as const, errors: [] },
  picture: { template: '', width: 1290, height: 2796 },
}
const port = {
  fetchPicture: async () =>
    (async function* () {
      yield bytes
    })(),
}
try {
  const { file } = await fetchInto(join(folder, 'a.png'), undefined, item, port, await enclosureOf(folder, folder))
  await file.place()
  process.stdout.write('placed')
} catch (error) {
  process.stdout.write(String((error as { code?: unknown }).code))
}
