import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '@cordon/core/instant'
import { createAudit } from './audit/audit.ts'
import type { Config } from './config.ts'
import { type Db, openDatabase } from './db/database.ts'
import { databaseErrors } from './db/errors.ts'
import { migrate } from './db/migrate.ts'
import { requireDurability } from './db/sql.ts'
import { type InstanceLock, takeInstanceLock } from './db/sqlite/instance-lock.ts'
import { createIds, pooled, type RandomBytes } from './ids.ts'
import { createJobs } from './jobs/jobs.ts'
import { createLocks } from './locks/locks.ts'
import type { Log } from './log.ts'
import type { Platform } from './platform.ts'
import type { Sleep } from './sleep.ts'
import { createThrottle } from './throttle/throttle.ts'
import { openVault } from './vault/open-vault.ts'

/** What the outside world gives: tests give other clocks and randomness. */
export interface Outside {
  readonly clock: Clock
  readonly randomBytes: RandomBytes
  readonly log: Log
  readonly fetch: typeof fetch
  readonly sleep: Sleep
  readonly publicUrl: () => string
}

/** A platform and the way to let go of all it holds. */
export interface OpenPlatform {
  readonly platform: Platform
  close(): Promise<void>
}

const CONNECTION_FAILURES = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  '28P01',
  '28000',
  '3D000',
])

/** Opens database, schema and vault; whatever fails, nothing stays open. */
export async function openPlatform(config: Config, outside: Outside): Promise<OpenPlatform> {
  const { db, lock } = await openStorage(config)
  try {
    return { platform: await assemble(config, outside, db), close: () => closeStorage(db, lock) }
  } catch (error) {
    await closeStorage(db, lock)
    throw isConnectionFailure(error) ? databaseErrors.unreachable({}, { cause: error }) : error
  }
}

async function openStorage(config: Config): Promise<{ db: Db; lock: InstanceLock | undefined }> {
  if (config.databaseUrl !== undefined) return { db: openDatabase({ postgres: config.databaseUrl }), lock: undefined }
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 })
  const lock = takeInstanceLock(join(config.dataDir, 'cordon.lock'))
  return { db: openDatabase({ sqlite: join(config.dataDir, 'cordon.db') }), lock }
}

async function closeStorage(db: Db, lock: InstanceLock | undefined): Promise<void> {
  await db.close()
  lock?.release()
}

async function assemble(config: Config, outside: Outside, db: Db): Promise<Platform> {
  const { clock, randomBytes } = outside
  await requireDurability(db)
  await migrate(db)
  const vault = await openVault({ db, keyFile: config.keyFile, clock, randomBytes })
  const ids = createIds(clock, pooled(randomBytes))
  return {
    ...outside,
    config,
    db,
    vault,
    ids,
    audit: createAudit({ db, vault, clock, ids }),
    jobs: createJobs({ db, ids }),
    locks: createLocks({ db, randomBytes }),
    throttle: createThrottle({ db, clock }),
  }
}

function isConnectionFailure(error: unknown): boolean {
  return error instanceof Error && 'code' in error && CONNECTION_FAILURES.has(String(error.code))
}
