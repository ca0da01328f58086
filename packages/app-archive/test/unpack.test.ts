import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { pack } from '../src/pack.ts'
import { unpack } from '../src/unpack.ts'
import { openZip } from '../src/zip/open-zip.ts'
import { type Pieces, scratchFolder, writeZip } from './make-archive.ts'

const folder = scratchFolder()
let count = 0

async function unpacked(pieces: Pieces): Promise<string> {
  const number = count++
  const target = join(folder, `${number}`)
  mkdirSync(target)
  const archive = await openZip(await writeZip(folder, `${number}.zip`, pieces))
  await unpack(archive, target).finally(archive.close)
  return target
}

const LINK = 0o120777
const SAMPLE: Pieces = {
  'App.app/App': { content: 'program', mode: 0o100755 },
  'App.app/read-only': { content: 'x', mode: 0o100444 },
  'App.app/Kit.framework/Versions/A/Kit': { content: 'kit', mode: 0o100755 },
  'App.app/Kit.framework/Versions/Current': { content: 'A', mode: LINK },
  'App.app/Kit.framework/Kit': { content: 'Versions/Current/Kit', mode: LINK },
  'App.app/Kit.framework/Versions/up': { content: '../../App', mode: LINK },
  'App.app/empty': '',
}

describe('unpacking', () => {
  it('keeps content, permissions and symlinks', async () => {
    const target = await unpacked(SAMPLE)
    expect(readFileSync(join(target, 'App.app/Kit.framework/Kit'), 'utf8')).toBe('kit')
    expect(lstatSync(join(target, 'App.app/App')).mode & 0o777).toBe(0o755)
    expect(lstatSync(join(target, 'App.app/read-only')).mode & 0o777).toBe(0o644)
    expect(readlinkSync(join(target, 'App.app/Kit.framework/Versions/Current'))).toBe('A')
  })

  it.each([
    ['an absolute link', { a: { content: '/etc/passwd', mode: LINK } }],
    ['a link that leads upwards', { 'a/b': { content: '../../x', mode: LINK } }],
    [
      'a link that leads upwards behind another link',
      { 'd/l': { content: '../e', mode: LINK }, f: { content: 'd/l/../..', mode: LINK } },
    ],
    ['a link to nothing', { a: { content: '', mode: LINK } }],
    ['a file below a link', { a: { content: 'b', mode: LINK }, 'a/x': 'evil' }],
  ])('%s is refused, and nothing is written', async (_, pieces: Pieces) => {
    const target = join(folder, `${count}`)
    await expect(unpacked(pieces)).rejects.toMatchObject({ code: 'app_archive.unsafe_name' })
    expect(readdirSync(target)).toEqual([])
  })

  it('is refused when a file and a folder have one name', async () => {
    await expect(unpacked({ a: 'x', 'a/b': 'y' })).rejects.toMatchObject({ code: 'app_archive.not_writable' })
  })
})

describe('packing', () => {
  it('makes an archive that unzip unpacks to the same', async () => {
    const source = await unpacked(SAMPLE)
    const output = join(folder, 'out.ipa')
    writeFileSync(output, 'an older file')
    await pack(source, output)
    const again = join(folder, 'again')
    execFileSync('unzip', ['-q', output, '-d', again])
    expect(execFileSync('diff', ['-r', '--no-dereference', source, again]).toString()).toBe('')
    expect(lstatSync(join(again, 'App.app/App')).mode & 0o777).toBe(0o755)
    expect(readlinkSync(join(again, 'App.app/Kit.framework/Kit'))).toBe('Versions/Current/Kit')
  })

  it('that fails leaves nothing behind, and what was there as it was', async () => {
    const output = join(folder, 'kept.ipa')
    writeFileSync(output, 'an older file')
    await expect(pack(join(folder, 'no such folder'), output)).rejects.toMatchObject({
      code: 'app_archive.not_writable',
    })
    expect(readFileSync(output, 'utf8')).toBe('an older file')
    expect(readdirSync(folder).filter((name) => name.startsWith('.kept'))).toEqual([])
    await expect(pack(folder, join(folder, 'none', 'x.ipa'))).rejects.toMatchObject({
      code: 'app_archive.not_writable',
    })
    expect(existsSync(join(folder, 'none'))).toBe(false)
  })
})
