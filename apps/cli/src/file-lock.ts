import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

const ASK_EVERY_MS = 20
/** What is done under a lock takes milliseconds: whoever holds it for so long has been killed meanwhile. */
const ABANDONED_AFTER_MS = 2_000
/** Longer than others take from seeing an abandoned lock to putting their mark there. */
const SETTLING_MS = 200

/**
 * Does work that no other process of this folder does at the same time; the work must not wait for anything. `path` is the file of the lock;
 * its folder is there. How old a lock is counts from when this process has seen it first, so that clocks do not matter.
 */
export async function underLock<T>(path: string, work: () => T): Promise<T> {
  const mark = randomBytes(12).toString('hex')
  await take(path, mark)
  try {
    return work()
  } finally {
    // Somebody may hold that this one was abandoned: then the lock is theirs.
    if (markAt(path) === mark) rmSync(path, { force: true })
  }
}

async function take(path: string, mark: string): Promise<void> {
  let seen: { readonly mark: string; readonly waitedMs: number } | undefined
  while (!create(path, mark)) {
    const other = markAt(path)
    if (other !== undefined) {
      const waitedMs = other === seen?.mark ? seen.waitedMs + ASK_EVERY_MS : 0
      if (waitedMs >= ABANDONED_AFTER_MS && (await replace(path, mark))) return
      seen = { mark: other, waitedMs }
    }
    await wait(ASK_EVERY_MS)
  }
}

function create(path: string, mark: string): boolean {
  try {
    writeFileSync(path, mark, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

/** Of several that replace an abandoned lock, the last one has it: each looks, after all of them have written, whose mark is there. */
async function replace(path: string, mark: string): Promise<boolean> {
  const own = `${path}.${mark}`
  writeFileSync(own, mark, { flag: 'wx', mode: 0o600 })
  renameSync(own, path)
  await wait(SETTLING_MS)
  return markAt(path) === mark
}

function markAt(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
