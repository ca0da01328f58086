import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deployErrors } from './errors.ts'
import type { DeployInputs } from './inputs.ts'

/** What to test, by locale: files `<locale>.txt` of a folder, and the one text given beside them, which wins. */
export async function readNotes({
  note,
  notesFolder,
}: Pick<DeployInputs['testflight'], 'note' | 'notesFolder'>): Promise<Readonly<Record<string, string>>> {
  const files = notesFolder === '' ? {} : await readFolder(notesFolder)
  return note === undefined ? files : { ...files, [note.locale]: note.text }
}

async function readFolder(folder: string): Promise<Readonly<Record<string, string>>> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.txt')).sort()
    const read = async (name: string) => (await readFile(join(folder, name), 'utf8')).trim()
    return Object.fromEntries(await Promise.all(names.map(async (name) => [name.slice(0, -4), await read(name)])))
  } catch (cause) {
    throw deployErrors.folder_unreadable({ path: folder }, { detail: `"${folder}"`, cause })
  }
}
