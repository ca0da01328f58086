import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'

/** A PostgreSQL server in a scratch folder, on a loopback port. */
export interface PostgresServer {
  /** `postgres://…/postgres`, with the right to make databases. */
  readonly url: string
  stop(): Promise<void>
}

interface Account {
  readonly uid: number
  readonly gid: number
}

const run = promisify(execFile)
const USER = 'cordon'
const DEBIAN = '/usr/lib/postgresql'
const READY_TRIES = 300

/** Starts PostgreSQL from the machine's own programs. Throws an Error that says what is missing. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = findPrograms()
  const account = await unprivilegedAccount()
  const folder = await mkdtemp(join(tmpdir(), 'cordon-postgres-'))
  try {
    if (account !== undefined) await chown(folder, account.uid, account.gid)
    await chmod(folder, 0o700)
    return await startIn(folder, programs, account)
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    throw error
  }
}

async function startIn(folder: string, programs: string, account: Account | undefined): Promise<PostgresServer> {
  const data = join(folder, 'data')
  const asUser = { cwd: folder, env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' }, ...account }
  const initialise = ['-D', data, '-U', USER, '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions']
  await run(join(programs, 'initdb'), initialise, asUser)
  const port = await freePort()
  const settings = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'max_connections=200']
  const child = spawn(join(programs, 'postgres'), settings, { ...asUser, stdio: 'ignore' })
  const url = `postgres://${USER}@127.0.0.1:${port}/postgres`
  await ready(url, child)
  return { url, stop: () => stop(child, folder) }
}

function findPrograms(): string {
  const inPath = (process.env.PATH ?? '').split(delimiter)
  const debian = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : []
  const candidates = [...inPath, ...debian.map((version) => join(DEBIAN, version, 'bin'))]
  const found = candidates.find((folder) => ['postgres', 'initdb'].every((name) => existsSync(join(folder, name))))
  if (found === undefined) throw new Error(`no "postgres" and "initdb" in PATH or ${DEBIAN}/*/bin`)
  return found
}

// PostgreSQL refuses to run as root; Debian's package makes an account for it.
async function unprivilegedAccount(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    const ids = await idsOf(name)
    if (ids !== undefined) return ids
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user "postgres" nor "nobody"')
}

async function idsOf(name: string): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (flag) => Number((await run('id', [flag, name])).stdout)),
    )
    return uid === undefined || gid === undefined ? undefined : { uid, gid }
  } catch {
    return undefined
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

async function ready(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < READY_TRIES; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`PostgreSQL ended with code ${child.exitCode}`)
    if (await answers(url)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('PostgreSQL does not answer')
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url })
  try {
    await client.connect()
    await client.query('select 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => {})
  }
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    // SIGINT is PostgreSQL's fast shutdown: it ends connections instead of waiting for them.
    child.kill('SIGINT')
    await ended
  }
  await rm(folder, { recursive: true, force: true })
}
