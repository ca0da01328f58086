import {
  chmodSync,
  closeSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { xcodeErrors } from './errors.ts'

/**
 * Replaces a file of which `expected` was read. Writes beside it and renames, so that a reader sees the old or the new
 * text and never half of one; the mode stays. Throws `xcode.project_changed`.
 */
export function replaceFile(path: string, expected: Uint8Array, bytes: Uint8Array, shown: string): void {
  if (!readFileSync(path).equals(expected))
    throw xcodeErrors.project_changed({ path: shown }, { detail: `"${shown}" was changed meanwhile` })
  const { mode } = statSync(path)
  const temporary = `${path}.cordon-${process.pid}`
  try {
    const file = openSync(temporary, 'wx', mode)
    try {
      writeFileSync(file, bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    chmodSync(temporary, mode & 0o7777)
    renameSync(temporary, path)
  } finally {
    rmSync(temporary, { force: true })
  }
}
