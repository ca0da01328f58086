import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readNotes } from './notes.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cordon-notes-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (name: string) => readNotes({ note: undefined, notesFolder: join(folder, name) }, folder)

test('texts come from a folder, one a language', async () => {
  mkdirSync(join(folder, 'notes'))
  writeFileSync(join(folder, 'notes/ja.txt'), '潮\n')
  expect(await read('notes')).toEqual({ ja: '潮' })
})

test('a file in place of the folder is told: testers would get no text', async () => {
  writeFileSync(join(folder, 'notes.txt'), 'Try the new tides.')
  await expect(read('notes.txt')).rejects.toMatchObject({
    code: 'deploy.folder_unreadable',
    detail: expect.stringContaining('is no folder'),
  })
})

test('a folder that is not there, or that a link leads away from, is told', async () => {
  symlinkSync(tmpdir(), join(folder, 'away'))
  for (const name of ['missing', 'away'])
    await expect(read(name)).rejects.toMatchObject({ code: 'deploy.folder_unreadable' })
})
