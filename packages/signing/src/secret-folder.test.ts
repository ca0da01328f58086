import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DAY_MS, instant } from '@cordon/core/instant'
import { expect, onTestFinished, test } from 'vitest'
import { scratchFolder } from '../test/openssl.ts'
import { createSecretFolder, secretFoldersIn, sweepSecretFolders, withSecretFolder } from './secret-folder.ts'

const scratch = scratchFolder()
const newParent = () => mkdtemp(join(scratch, 'parent-'))
const NOW = instant(Date.parse('2026-06-01T00:00:00Z'))
const clock = { now: () => NOW }

const modeOf = async (path: string) => (await stat(path)).mode & 0o777
const exists = (path: string) =>
  stat(path).then(
    () => true,
    () => false,
  )

test('folder and files are for their owner alone, and are gone after dispose, also when called twice', async () => {
  const parent = await newParent()
  const folder = await createSecretFolder(parent)
  const file = await folder.writeFile('identity.p12', Buffer.from('secret'))
  expect([await modeOf(secretFoldersIn(parent)), await modeOf(folder.path), await modeOf(file)]).toEqual([
    0o700, 0o700, 0o600,
  ])
  await folder.dispose()
  await folder.dispose()
  expect(await readdir(secretFoldersIn(parent))).toEqual([])
})

test('the folder is removed when the work in it fails', async () => {
  const parent = await newParent()
  const work = withSecretFolder(parent, async (folder) => {
    await folder.writeFile('key', Buffer.from('secret'))
    throw new Error('work failed')
  })
  await expect(work).rejects.toThrow('work failed')
  expect(await readdir(secretFoldersIn(parent))).toEqual([])
})

test('a name that leads elsewhere is refused, and no file is written over', async () => {
  const folder = await createSecretFolder(await newParent())
  for (const name of ['../outside', 'a/b', '', '.hidden']) {
    await expect(folder.writeFile(name, Buffer.from('x'))).rejects.toThrow(TypeError)
  }
  await folder.writeFile('key', Buffer.from('1'))
  await expect(folder.writeFile('key', Buffer.from('2'))).rejects.toThrow(/EEXIST/)
})

test.each([
  [
    'is open to others',
    async (folder: string) => {
      await mkdir(folder)
      await chmod(folder, 0o755)
    },
  ],
  [
    'leads elsewhere',
    async (folder: string) => {
      await symlink(await newParent(), folder)
    },
  ],
])('a common folder that %s is not used', async (_, prepare) => {
  const parent = await newParent()
  await prepare(secretFoldersIn(parent))
  await expect(createSecretFolder(parent)).rejects.toEqual(
    expect.objectContaining({ code: 'signing.folder_not_private' }),
  )
  expect(await sweepSecretFolders(parent, clock)).toEqual([])
})

/** Starts a process that makes a secret folder with a file in it and then waits. */
async function processWithSecret(parent: string) {
  const script = fileURLToPath(new URL('../test/hold-secret.ts', import.meta.url))
  const child = spawn(process.execPath, ['--import', 'tsx', script, parent], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [chunk] = await once(child.stdout, 'data')
  return { child, file: String(chunk).trim() }
}

test('what a killed process left is swept; what a running one holds stays', async () => {
  const parent = await newParent()
  const [killed, running] = [await processWithSecret(parent), await processWithSecret(parent)]
  expect(await sweepSecretFolders(parent, clock)).toEqual([])
  const ended = once(killed.child, 'exit')
  killed.child.kill('SIGKILL')
  await ended
  expect(await exists(killed.file)).toBe(true)
  const removed = await sweepSecretFolders(parent, clock)
  expect(removed).toEqual([join(killed.file, '..')])
  expect([await exists(killed.file), await exists(running.file)]).toEqual([false, true])
})

test('a folder of this process id from before, when another process had it, is swept', async () => {
  const parent = await newParent()
  const own = await createSecretFolder(parent)
  const earlier = own.path.replace(/-[0-9a-f]{12}-(\w{6})$/, '-000000000000-$1')
  await mkdir(earlier)
  expect(await sweepSecretFolders(parent, clock)).toEqual([earlier])
  expect(await exists(own.path)).toBe(true)
})

test('a folder of another container or boot is swept after a day, not before; so is anything unknown', async () => {
  const parent = await newParent()
  const own = await createSecretFolder(parent)
  const foreign = own.path.replace(/[0-9a-f]{12}(-\d+-[0-9a-f]{12}-\w{6})$/, '000000000000$1')
  const unknown = join(secretFoldersIn(parent), 'unknown')
  await mkdir(foreign)
  await writeFile(unknown, 'x')
  const age = (path: string, ageMs: number) => utimes(path, (NOW - ageMs) / 1000, (NOW - ageMs) / 1000)
  for (const path of [foreign, unknown]) await age(path, DAY_MS - 1000)
  expect(await sweepSecretFolders(parent, clock)).toEqual([])
  for (const path of [foreign, unknown]) await age(path, DAY_MS + 1000)
  expect(await sweepSecretFolders(parent, clock)).toEqual([foreign, unknown])
})

test('where nothing was ever left there is nothing to sweep', async () => {
  expect(await sweepSecretFolders(join(tmpdir(), 'cordon-no-such-folder'), clock)).toEqual([])
})
