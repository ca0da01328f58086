import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { enclosureOf, listFolder, readRegular } from '@cordon/delivery/engine/files/regular-file'
import { MAX_TEXT_BYTES } from '@cordon/delivery/engine/metadata/folder'
import { deployErrors } from './errors.ts'
import type { DeployInputs } from './inputs.ts'

/** What to test, by locale: files `<locale>.txt` of a folder, and the one text given beside them, which wins. */
export async function readNotes(
  { note, notesFolder }: Pick<DeployInputs['testflight'], 'note' | 'notesFolder'>,
  workingFolder: string,
): Promise<Readonly<Record<string, string>>> {
  const files = notesFolder === '' ? {} : await readFolder(notesFolder, workingFolder)
  return note === undefined ? files : { ...files, [note.locale]: note.text }
}

/** What is published comes from regular files of the folder alone, not from where a link leads. */
async function readFolder(folder: string, workingFolder: string): Promise<Readonly<Record<string, string>>> {
  const unreadable = (detail: string, cause?: unknown) =>
    deployErrors.folder_unreadable({ path: folder }, { detail, cause })
  await access(folder).catch((cause: unknown) => {
    throw unreadable(`"${folder}"`, cause)
  })
  const enclosure = await enclosureOf(folder, workingFolder)
  const { files, strayed, flaw } = await listFolder(folder, enclosure)
  if (flaw !== undefined) throw unreadable(`"${folder}" ${flaw}`)
  const names = [...files, ...strayed].filter((name) => name.endsWith('.txt')).sort()
  const read = async (name: string) => {
    const file = await readRegular(join(folder, name), enclosure, MAX_TEXT_BYTES)
    if (file !== undefined && 'flaw' in file) throw unreadable(`"${join(folder, name)}" ${file.flaw}`)
    return file?.bytes.toString('utf8').trim() ?? ''
  }
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name.slice(0, -4), await read(name)])))
}
