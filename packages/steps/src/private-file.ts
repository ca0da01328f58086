import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { stepErrors } from './errors.ts'

/**
 * Writes a file that its owner alone can read, whatever was there before: it takes the place of a file that others could read, and of a
 * link instead of what that leads to. It appears whole or not at all. Throws `step.output_unwritable`.
 */
export async function writePrivately(path: string, content: Uint8Array): Promise<void> {
  // A name that nobody can have put a file or a link at before; "wx" would refuse it.
  const unfinished = join(dirname(path), `.${basename(path)}.${randomBytes(9).toString('base64url')}`)
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    await writeFile(unfinished, content, { mode: 0o600, flag: 'wx' })
    await rename(unfinished, path)
  } catch (cause) {
    await rm(unfinished, { force: true }).catch(() => {})
    throw stepErrors.output_unwritable({ path }, { detail: `"${path}"`, cause })
  }
}
