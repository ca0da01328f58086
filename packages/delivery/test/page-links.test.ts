import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { enclosureOf, inspectOpened, openRegular, withRegular } from '../src/engine/files/regular-file.ts'
import { placesIn, readPage } from '../src/engine/metadata/read-page.ts'
import { writeInto } from './page-tree.ts'
import { png } from './png.ts'

/** What lies on the machine beside the repository, and must not be published. */
let machine: string
let repository: string
beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), 'cordon-machine-'))
  repository = join(machine, 'repository')
  mkdirSync(repository)
  writeInto(machine, 'secret/token.txt', 'the-secret\n')
  for (const name of ['release_notes.txt', 'first_name.txt', 'copyright.txt'])
    writeInto(machine, `secret/${name}`, 'the-secret\n')
})
afterEach(() => rmSync(machine, { recursive: true, force: true }))

const write = (path: string, content: string | Uint8Array) => writeInto(repository, `fastlane/${path}`, content)
function link(path: string, target: string): void {
  const place = join(repository, 'fastlane', path)
  rmSync(place, { recursive: true, force: true })
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(target, place)
}
const read = () => readPage(placesIn(join(repository, 'fastlane')), repository)
async function problems() {
  const page = await read()
  expect(JSON.stringify(page)).not.toContain('the-secret')
  return page.problems.map(({ file, message }) => `${file} ${message}`).sort()
}

const IS_LINK = 'is a symbolic link, which is not followed; put the file itself in its place'
const LEADS_OUT = 'is a symbolic link that leads out of the folder, or nowhere, and is not followed'

describe('what a link leads to is never published', () => {
  test('every file that is a link is told, all at once', async () => {
    const secret = join(machine, 'secret/token.txt')
    for (const path of ['en-US/release_notes.txt', 'copyright.txt', 'review_information/notes.txt'])
      link(`metadata/${path}`, secret)
    link('metadata/ja/name.txt', join(machine, 'nowhere'))
    link('metadata.yml', secret)
    link('screenshots/en-US/1.png', secret)
    link('app_previews/en-US/tour-IPHONE_67.mp4', secret)
    write('app_previews/ja/tour-IPHONE_67.mp4', 'film')
    link('app_previews/ja/tour-IPHONE_67.frame.txt', secret)
    expect(await problems()).toEqual(
      [
        'app_previews/en-US/tour-IPHONE_67.mp4',
        'app_previews/ja/tour-IPHONE_67.frame.txt',
        'metadata.yml',
        'metadata/copyright.txt',
        'metadata/en-US/release_notes.txt',
        'metadata/ja/name.txt',
        'metadata/review_information/notes.txt',
        'screenshots/en-US/1.png',
      ].map((path) => `fastlane/${path} ${IS_LINK}`),
    )
  })

  test('a link within the repository is no exception for files: what it leads to can be a link tomorrow', async () => {
    write('metadata/en-US/description.txt', 'Tides')
    link('metadata/en-GB/description.txt', '../en-US/description.txt')
    expect(await problems()).toEqual([`fastlane/metadata/en-GB/description.txt ${IS_LINK}`])
  })

  test.each([
    'metadata/en-US',
    'metadata/review_information',
    'metadata',
    'screenshots',
    'screenshots/ja',
    'app_previews',
  ])('the folder %s is not read when it leads out of the repository', async (path) => {
    write('metadata/de-DE/name.txt', 'Gezeiten')
    link(path, join(machine, 'secret'))
    expect(await problems()).toEqual([`fastlane/${path} ${LEADS_OUT}`])
  })

  test('the folder itself, when the repository has a link in its place', async () => {
    symlinkSync(join(machine, 'secret'), join(repository, 'fastlane'))
    mkdirSync(join(machine, 'secret/metadata'))
    writeFileSync(join(machine, 'secret/metadata/copyright.txt'), 'the-secret')
    expect(await problems()).toEqual([`fastlane/metadata ${LEADS_OUT}`])
  })

  test('a folder that is a link to another one of the repository is read as it', async () => {
    write('metadata/en-US/description.txt', 'Tides')
    write('screenshots/en-US/1.png', png(1290, 2796, 1))
    link('metadata/en-GB', 'en-US')
    link('screenshots/en-GB', 'en-US')
    const { wanted, problems: flaws } = await read()
    expect(flaws).toEqual([])
    expect(wanted.versionTexts['en-GB']).toEqual({ description: 'Tides' })
    expect(wanted.screenshots['en-GB']?.APP_IPHONE_67?.map(({ name }) => name)).toEqual(['1.png'])
  })

  test('a folder that a person names outside of the working folder is read, and nothing beside it', async () => {
    writeInto(machine, 'elsewhere/metadata/en-US/description.txt', 'Tides')
    symlinkSync(join(machine, 'secret'), join(machine, 'elsewhere/metadata/ja'))
    const page = await readPage(placesIn(join(machine, 'elsewhere')), repository)
    expect(page.wanted.versionTexts).toEqual({ 'en-US': { description: 'Tides' } })
    expect(page.problems.map(({ message }) => message)).toEqual([LEADS_OUT])
  })
})

describe('what is no text is not read as one', () => {
  test('files beyond their limit are told with both sizes, and not read', async () => {
    write('metadata/en-US/description.txt', Buffer.alloc(64 * 1024 + 1, 'x'))
    write('metadata.yml', Buffer.alloc(4 * 1024 * 1024 + 1, '#'))
    write('app_previews/ja/tour-IPHONE_67.mp4', 'film')
    write('app_previews/ja/tour-IPHONE_67.frame.txt', Buffer.alloc(1025, '0'))
    expect(await problems()).toEqual([
      'fastlane/app_previews/ja/tour-IPHONE_67.frame.txt has 1025 bytes, 1024 are allowed',
      'fastlane/metadata.yml has 4194305 bytes, 4194304 are allowed',
      'fastlane/metadata/en-US/description.txt has 65537 bytes, 65536 are allowed',
    ])
  })

  test('a named pipe does not hold the reader up', async () => {
    write('metadata/en-US/description.txt', 'Tides')
    execFileSync('mkfifo', [join(repository, 'fastlane/metadata/en-US/keywords.txt')])
    expect(await problems()).toEqual(['fastlane/metadata/en-US/keywords.txt is no regular file'])
  })
})

describe('what cannot be read is not taken for nothing', () => {
  test.each(['metadata', 'screenshots', 'app_previews'])('a file in place of the folder %s is told', async (path) => {
    write('metadata.yml', 'release:\n  copyright: 2026 Acme\n')
    write(path, 'a file')
    expect(await problems()).toEqual([`fastlane/${path} is no folder`])
  })

  test.each(['metadata', 'metadata/ja', 'screenshots', 'screenshots/ja', 'app_previews/ja'])(
    'the folder %s that may not be read is told: a push that prunes would delete what it holds',
    async (path) => {
      write('metadata/ja/name.txt', '潮汐')
      write('screenshots/ja/1.png', png(1290, 2796, 1))
      write('app_previews/ja/tour-IPHONE_67.mp4', 'film')
      const folder = join(repository, 'fastlane', path)
      chmodSync(folder, 0)
      try {
        expect(await asSomebody(problems)).toContain(`fastlane/${path} cannot be read (EACCES)`)
      } finally {
        chmodSync(folder, 0o755)
      }
    },
  )
})

/** The one who may do everything is kept out of no folder. */
async function asSomebody<T>(use: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return use()
  const nobody = 65_534
  chownSync(machine, nobody, nobody)
  process.seteuid?.(nobody)
  try {
    return await use()
  } finally {
    process.seteuid?.(0)
  }
}

test('a folder that becomes a link after it was listed leads nowhere', async () => {
  write('metadata/en-US/release_notes.txt', 'Faster.')
  const folder = join(repository, 'fastlane/metadata/en-US')
  const enclosure = await enclosureOf(repository, repository)
  renameSync(folder, `${folder}-before`)
  symlinkSync(join(machine, 'secret'), folder)
  const opened = await openRegular(join(folder, 'release_notes.txt'), enclosure, 100)
  expect(opened).toEqual({ flaw: LEADS_OUT })
})

test('a file that was opened outside is not read, though its path leads to it inside by now', async () => {
  const secret = join(machine, 'secret/token.txt')
  const path = join(repository, 'token.txt')
  // What a folder looks like that was a link while the file was opened, and is none when its path is walked.
  linkSync(secret, path)
  const { root } = await enclosureOf(repository, repository)
  const handle = await open(secret)
  try {
    const found = await inspectOpened(path, handle, root, 100)
    // Other systems do not tell where an open file lies.
    expect(found).toEqual(process.platform === 'linux' ? { flaw: LEADS_OUT } : expect.objectContaining({ size: 11 }))
  } finally {
    await handle.close()
  }
  // Opened by its own path it is a file of the repository like any other.
  expect(await withRegular(path, { root }, 100, async ({ size }) => size)).toBe(11)
})
