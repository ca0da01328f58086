import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { stepErrors } from '../errors.ts'
import { masked } from './masking.ts'

/**
 * Moves every file below a folder into another one, flat, with `_` for each `/` of its path and without the secrets in it.
 * Gives the new paths. Throws `step.output_unwritable`.
 */
export async function moveLogs(from: string, to: string, secrets: readonly string[]): Promise<readonly string[]> {
  const entries = await readdir(from, { withFileTypes: true, recursive: true })
  const moved: string[] = []
  for (const entry of entries.filter((one) => one.isFile())) {
    const source = join(entry.parentPath, entry.name)
    const target = join(to, relative(from, source).replaceAll(/[/\\]/g, '_'))
    // latin1 keeps every byte: a log need not be UTF-8.
    const text = await readFile(source, 'latin1')
    await write(to, target, Buffer.from(masked(text, secrets.map(toLatin1)), 'latin1'))
    await rm(source)
    moved.push(target)
  }
  return moved
}

/** Writes a text as a log, without the secrets in it. */
export function writeLog(folder: string, name: string, text: string, secrets: readonly string[]): Promise<string> {
  return write(folder, join(folder, name), Buffer.from(masked(text, secrets)))
}

/** A secret as its bytes look when they are read as Latin-1. */
function toLatin1(secret: string): string {
  return Buffer.from(secret, 'utf8').toString('latin1')
}

async function write(folder: string, path: string, content: Uint8Array): Promise<string> {
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(path, content)
    return path
  } catch (cause) {
    throw stepErrors.output_unwritable({ path }, { detail: `"${path}"`, cause })
  }
}
