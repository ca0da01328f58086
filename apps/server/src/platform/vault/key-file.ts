import { constants } from 'node:fs'
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Secret, secret } from '@cordon/core/secret'
import type { RandomBytes } from '../ids.ts'
import { vaultErrors } from './errors.ts'

const KEY_BYTES = 32
const OWNER_ONLY = 0o600
const OTHERS = 0o077

/** Reads the master key file; undefined when there is none. Throws `vault.key_file_unusable` for a wrong size or mode. */
export async function readKeyFile(file: string): Promise<Secret<Uint8Array> | undefined> {
  const handle = await openForReading(file)
  if (handle === undefined) return undefined
  try {
    return await readKey(handle, file)
  } finally {
    await handle.close()
  }
}

/** Makes the master key file. Throws when there is one already: a key is never written over. */
export async function createKeyFile(file: string, randomBytes: RandomBytes): Promise<Secret<Uint8Array>> {
  const key = randomBytes(KEY_BYTES)
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const handle = await open(file, 'wx', OWNER_ONLY)
  try {
    await handle.writeFile(key)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await syncFolder(dirname(file))
  return secret(key)
}

async function openForReading(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, constants.O_RDONLY)
  } catch (cause) {
    if (isMissing(cause)) return undefined
    throw unusable(file, 'it cannot be opened', cause)
  }
}

async function readKey(handle: FileHandle, file: string): Promise<Secret<Uint8Array>> {
  const { mode, size } = await handle.stat()
  if (size !== KEY_BYTES) throw unusable(file, `it has ${size} bytes, not 32`)
  if ((mode & OTHERS) !== 0) {
    throw unusable(file, 'other users of the machine may read it')
  }
  return secret(new Uint8Array(await handle.readFile()))
}

function unusable(file: string, problem: string, cause?: unknown) {
  return vaultErrors.key_file_unusable({ file, problem }, { detail: `${file}: ${problem}`, cause })
}

// Without this the name of a new file may be lost at a power cut, though its content was synced.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
