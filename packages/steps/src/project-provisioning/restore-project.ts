import { createHash } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { restoreProject } from '@cordon/xcode/manual-signing'
import { z } from 'zod'
import { stepErrors } from '../errors.ts'
import { writePrivately } from '../private-file.ts'

/** A project's file as it was before its signing settings were changed. */
const record = z.object({
  version: z.literal(1),
  /** Absolute path of the file. */
  path: z.string(),
  /** base64 */
  original: z.string(),
  /** What was written over it, SHA-256 in hexadecimal: another content is somebody else's, and stays. */
  editedSha256: z.string(),
})
type ProjectRecord = z.output<typeof record>

interface WrittenProject {
  readonly path: string
  readonly original: Uint8Array
  readonly edited: Uint8Array
}

/** Where the original lies: `project-before.json` in the signing folder. */
export function projectRecordPath(signingFolder: string): string {
  return join(signingFolder, 'project-before.json')
}

/**
 * Keeps a project's file before it is written over. What an earlier run kept stays when this run goes on from what that run wrote:
 * the way back leads to the file as people left it.
 */
export async function keepOriginal(signingFolder: string, { path, original, edited }: WrittenProject): Promise<void> {
  if (Buffer.from(original).equals(edited)) return
  const before = await readRecord(signingFolder)
  const isOurs = before?.path === path && before.editedSha256 === sha256(original)
  const kept: ProjectRecord = {
    version: 1,
    path,
    original: isOurs ? before.original : Buffer.from(original).toString('base64'),
    editedSha256: sha256(edited),
  }
  await writePrivately(projectRecordPath(signingFolder), Buffer.from(`${JSON.stringify(kept)}\n`))
}

/**
 * Puts a project's file back as it was before the first run, byte for byte, and forgets it. Gives the path of the file.
 * Throws `step.nothing_to_restore`, and `step.project_changed_since` when somebody else has written it in between.
 */
export async function restoreKeptProject(signingFolder: string): Promise<string> {
  const kept = await readRecord(signingFolder)
  if (kept === undefined) {
    const path = projectRecordPath(signingFolder)
    throw stepErrors.nothing_to_restore({ path }, { detail: `there is no "${path}"` })
  }
  const now = await readFile(kept.path).catch(() => undefined)
  const original = Buffer.from(kept.original, 'base64')
  if (now === undefined || (sha256(now) !== kept.editedSha256 && !now.equals(original)))
    throw stepErrors.project_changed_since({ path: kept.path }, { detail: `"${kept.path}"` })
  if (!now.equals(original)) restoreProject({ path: kept.path, original, edited: now, changes: [] })
  await rm(projectRecordPath(signingFolder), { force: true })
  return kept.path
}

async function readRecord(signingFolder: string): Promise<ProjectRecord | undefined> {
  try {
    return record.parse(JSON.parse(await readFile(projectRecordPath(signingFolder), 'utf8')))
  } catch {
    return undefined
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
