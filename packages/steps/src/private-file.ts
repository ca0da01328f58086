import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { stepErrors } from './errors.ts'

/** Writes a file that its owner alone can read; it appears whole or not at all. Throws `step.output_unwritable`. */
export async function writePrivately(path: string, content: Uint8Array): Promise<void> {
  const unfinished = join(dirname(path), `.${basename(path)}.${process.pid}`)
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(unfinished, content, { mode: 0o600 })
    await chmod(unfinished, 0o600)
    await rename(unfinished, path)
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => {})
    throw stepErrors.output_unwritable({ path }, { detail: `"${path}"`, cause })
  }
}
