import { lstat, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { type Clock, DAY_MS } from '@cordon/core/instant'
import { signingErrors } from './errors.ts'
import { currentProcessMark, type ProcessMark, stillRuns } from './process-mark.ts'

/** A folder for files with secrets, readable by this user alone, that goes away with the work it was made for. */
export interface SecretFolder {
  readonly path: string
  /** Writes a new file, readable by this user alone, and gives its path. The name must be a plain file name. */
  writeFile(name: string, content: Uint8Array): Promise<string>
  /** Removes the folder and everything in it. May be called again. */
  dispose(): Promise<void>
}

const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,100}$/
// scope, process id and start of the process that made it; the random end is mkdtemp's.
const WORK_FOLDER = /^([0-9a-f]{12})-(\d{1,10})-([0-9a-f]{12})-\w{6}$/
/** After this long, what a process of another container or boot left is taken as forgotten. */
const FORGOTTEN_AFTER_MS = DAY_MS

/** The one folder that holds all secret folders of a user below `parent`; known by name, so that left-overs are found. */
export function secretFoldersIn(parent: string): string {
  return join(parent, `cordon-secrets-${userInfo().uid}`)
}

/**
 * Makes a secret folder below `parent`, such as `os.tmpdir()`. Its name says which process made it, so that
 * `sweepSecretFolders` finds it should this process be killed. Errors: `signing.folder_not_private`.
 */
export async function createSecretFolder(parent: string): Promise<SecretFolder> {
  const { scope, pid, start } = await currentProcessMark()
  const common = secretFoldersIn(parent)
  await mkdir(common, { mode: 0o700, recursive: true })
  if (!(await isPrivate(common))) throw signingErrors.folder_not_private({ folder: common })
  const path = await mkdtemp(join(common, `${scope}-${pid}-${start}-`))
  return { path, writeFile: (name, content) => writeSecret(path, name, content), dispose: () => remove(path) }
}

/** Runs work with a secret folder that is removed whether the work succeeds or fails. */
export async function withSecretFolder<T>(parent: string, work: (folder: SecretFolder) => Promise<T>): Promise<T> {
  const folder = await createSecretFolder(parent)
  try {
    return await work(folder)
  } finally {
    await folder.dispose()
  }
}

async function writeSecret(folder: string, name: string, content: Uint8Array): Promise<string> {
  if (!PLAIN_NAME.test(name)) throw new TypeError(`not a plain file name: ${JSON.stringify(name)}`)
  const path = join(folder, name)
  await writeFile(path, content, { mode: 0o600, flag: 'wx' })
  return path
}

function remove(path: string): Promise<void> {
  return rm(path, { recursive: true, force: true })
}

/** Anyone may make a folder of that name in a shared place first; then its owner could read or swap what is in it. */
async function isPrivate(folder: string): Promise<boolean> {
  const { uid } = userInfo()
  const found = await lstat(folder)
  // Windows knows neither owner nor mode here; its temporary folder is the user's own.
  return found.isDirectory() && (uid < 0 || (found.uid === uid && (found.mode & 0o077) === 0))
}

/**
 * Removes what killed processes of this user left below `parent`; call it at the start of a program. Folders of running
 * processes stay; of a process that cannot be seen from here (another container, an earlier boot) after a day.
 * Gives the folders removed.
 */
export async function sweepSecretFolders(parent: string, clock: Clock): Promise<readonly string[]> {
  const common = secretFoldersIn(parent)
  const removed: string[] = []
  for (const name of await foldersIn(common)) {
    const path = join(common, name)
    if (!(await isLeftOver(path, name, clock))) continue
    await remove(path)
    removed.push(path)
  }
  return removed
}

async function foldersIn(common: string): Promise<readonly string[]> {
  const isOurs = await isPrivate(common).catch(() => false)
  return isOurs ? (await readdir(common)).sort() : []
}

async function isLeftOver(path: string, name: string, clock: Clock): Promise<boolean> {
  const mark = markIn(name)
  const runs = mark && (await stillRuns(mark))
  if (runs !== undefined) return !runs
  const found = await lstat(path).catch(() => undefined)
  return found !== undefined && clock.now() - found.mtimeMs > FORGOTTEN_AFTER_MS
}

function markIn(name: string): ProcessMark | undefined {
  const [, scope, pid, start] = WORK_FOLDER.exec(name) ?? []
  if (scope === undefined || pid === undefined || start === undefined) return undefined
  return { scope, pid: Number(pid), start }
}
