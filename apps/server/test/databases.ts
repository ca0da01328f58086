import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freshPostgres, whyNoPostgres } from '@cordon/testkit/postgres'
import { type DatabaseKind, type Db, openDatabase } from '../src/platform/db/database.ts'
import { migrate } from '../src/platform/db/migrate.ts'

/** Both databases, for `describe.each(DATABASES)`, and whether each can be had here. */
export const DATABASES: ReadonlyArray<{ readonly database: DatabaseKind; readonly missing: boolean }> = [
  { database: 'sqlite', missing: false },
  { database: 'postgres', missing: (await whyNoPostgres()) !== undefined },
]

/** Where a test keeps its data, and how it is thrown away. */
export interface Scratch {
  readonly folder: string
  /** Settings for the server, as environment variables. */
  readonly env: Readonly<Record<string, string>>
  remove(): Promise<void>
}

/** Makes a scratch folder and, for PostgreSQL, an empty database. */
export async function makeScratch(database: DatabaseKind): Promise<Scratch> {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-server-'))
  const postgres = database === 'postgres' ? await freshPostgres() : undefined
  const env = {
    CORDON_DATA_DIR: join(folder, 'data'),
    CORDON_KEY_FILE: join(folder, 'config', 'master.key'),
    CORDON_PORT: '0',
    CORDON_LOG_LEVEL: 'info',
    ...(postgres === undefined ? {} : { CORDON_DATABASE_URL: postgres.url }),
  }
  const remove = async () => {
    await postgres?.drop()
    await rm(folder, { recursive: true, force: true })
  }
  return { folder, env, remove }
}

/** Opens an empty database for tests of stores, with the current schema or the one that `migrations` make. */
export async function openScratchDatabase(
  database: DatabaseKind,
  migrations?: Parameters<typeof migrate>[1],
): Promise<{ db: Db; close(): Promise<void> }> {
  const scratch = await makeScratch(database)
  const url = scratch.env.CORDON_DATABASE_URL
  const db = openDatabase(url === undefined ? { sqlite: join(scratch.folder, 'cordon.db') } : { postgres: url })
  await migrate(db, migrations)
  const close = async () => {
    await db.close()
    await scratch.remove()
  }
  return { db, close }
}
