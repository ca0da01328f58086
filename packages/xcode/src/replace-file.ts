import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { isCordonError } from '@cordon/core/errors'
import { xcodeErrors } from './errors.ts'
import { messageOf } from './message.ts'

/**
 * Replaces a file of which `expected` was read. Writes beside it and renames, so that a reader sees the old or the new
 * text and never half of one; the mode stays, and a symlink goes on pointing to the file.
 * Throws `xcode.project_changed` and `xcode.project_not_writable`; `shown` is the path they name.
 */
export function replaceFile(path: string, expected: Uint8Array, bytes: Uint8Array, shown: string): void {
  try {
    replace(realpathSync(path), expected, bytes, shown)
  } catch (cause) {
    if (isCordonError(cause)) throw cause
    const reason = messageOf(cause)
    throw xcodeErrors.project_not_writable({ path: shown, reason }, { cause, detail: `${shown}: ${reason}` })
  }
}

function replace(path: string, expected: Uint8Array, bytes: Uint8Array, shown: string): void {
  if (!readFileSync(path).equals(expected)) {
    throw xcodeErrors.project_changed({ path: shown }, { detail: `"${shown}" was changed meanwhile` })
  }
  const mode = statSync(path).mode & 0o7777
  const temporary = `${path}.cordon-${process.pid}`
  // A run that was killed may have left one behind under the same process number.
  rmSync(temporary, { force: true })
  try {
    writeDurably(temporary, bytes, mode)
    renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}

function writeDurably(path: string, bytes: Uint8Array, mode: number): void {
  const file = openSync(path, 'wx', mode)
  try {
    writeFileSync(file, bytes)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  // The mode given at opening is cut down by the process's mask.
  chmodSync(path, mode)
}
