import { createSecretFolder } from '../src/secret-folder.ts'

const folder = await createSecretFolder(process.argv[2] ?? '')
const file = await folder.writeFile('key', Buffer.from('secret'))
process.stdout.write(`${file}\n`)
setInterval(() => undefined, 60_000)
