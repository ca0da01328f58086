import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { inject } from 'vitest'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address at which the run's PostgreSQL is asked for; see `postgres-setup.ts`. */
    postgresBroker: string
  }
}

/** A database of one test file. */
export interface ScratchDatabase {
  readonly url: string
  /** Drops it. Close all connections to it first. */
  drop(): Promise<void>
}

interface BrokerAnswer {
  readonly url?: string
  readonly reason?: string
}

let asked: Promise<BrokerAnswer> | undefined

/** Why there is no PostgreSQL for this run; undefined when there is one. Starts it at the first call. */
export async function whyNoPostgres(): Promise<string | undefined> {
  return (await askBroker()).reason
}

/** Makes an empty database on the run's PostgreSQL. Throws when there is none: ask `whyNoPostgres` first. */
export async function freshPostgres(): Promise<ScratchDatabase> {
  const { url, reason } = await askBroker()
  if (url === undefined) throw new Error(`no PostgreSQL: ${reason}`)
  const name = `t_${randomBytes(8).toString('hex')}`
  await administer(
    url,
    `create database ${name} template template0 encoding 'UTF8' lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8'`,
  )
  const own = new URL(url)
  own.pathname = `/${name}`
  return { url: own.href, drop: () => administer(url, `drop database ${name} with (force)`) }
}

async function administer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

function askBroker(): Promise<BrokerAnswer> {
  asked ??= fetch(inject('postgresBroker')).then(async (response) => (await response.json()) as BrokerAnswer)
  return asked
}
