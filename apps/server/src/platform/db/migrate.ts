import { instant } from '@cordon/core/instant'
import { sql } from 'kysely'
import { type Db, type Tx, transaction } from './database.ts'
import { databaseErrors } from './errors.ts'
import { MIGRATIONS } from './migrations/index.ts'
import { type Migration, POSTGRES_WORDS, SQLITE_WORDS } from './migrations/types.ts'
import { databaseNow } from './sql.ts'

// "cordon" in ASCII, shortened: any number that nobody else uses on this database.
const MIGRATION_LOCK = 0x636f7264

/**
 * Brings the schema up to date, all or nothing, under a lock, so that several replicas may start at once. Throws
 * `database.newer` when the database knows a migration that this version does not.
 */
export async function migrate(db: Db, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  await transaction(db, async (tx) => {
    if (db.kind === 'postgres') await takeLock(tx)
    await createLedger(db, tx)
    const applied = await tx.selectFrom('migrations').select(['id', 'name']).orderBy('id').execute()
    refuseNewer(applied, migrations)
    const done = new Set(applied.map((row) => row.id))
    for (const migration of migrations.filter(({ id }) => !done.has(id))) await apply(db, tx, migration)
  })
}

// Other statements have a time limit; a change of a large table, and the wait for a replica that makes it, take as long as they take.
async function takeLock(tx: Tx): Promise<void> {
  await sql`set local statement_timeout = 0`.execute(tx)
  await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(tx)
}

async function createLedger(db: Db, tx: Tx): Promise<void> {
  const { int, text, strict } = wordsOf(db)
  await sql
    .raw(
      `create table if not exists migrations (id ${int} primary key, name ${text} not null, applied_at ${int} not null) ${strict}`,
    )
    .execute(tx)
}

function refuseNewer(applied: ReadonlyArray<{ id: number; name: string }>, migrations: readonly Migration[]): void {
  const known = new Set(migrations.map(({ id }) => id))
  const newer = applied.find(({ id }) => !known.has(id))
  if (newer !== undefined) throw databaseErrors.newer({ migration: `${newer.id} ${newer.name}` })
}

async function apply(db: Db, tx: Tx, migration: Migration): Promise<void> {
  for (const statement of migration.statements(wordsOf(db))) await sql.raw(statement).execute(tx)
  const { rows } = await sql<{ now: number }>`select ${databaseNow(db.kind)} as now`.execute(tx)
  const applied_at = instant(rows[0]?.now ?? 0)
  await tx.insertInto('migrations').values({ id: migration.id, name: migration.name, applied_at }).execute()
}

function wordsOf(db: Db) {
  return db.kind === 'sqlite' ? SQLITE_WORDS : POSTGRES_WORDS
}
