import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDurably } from '@cordon/server/platform/db/sqlite/file'
import pg from 'pg'
import { requestText } from './cordon.ts'

/** A server to compare with. */
export interface PlainTarget {
  readonly port: number
  readonly requests: readonly string[]
  close(): Promise<void>
}

/** What the plain handler reads for a token. */
interface SecretRow {
  readonly build_id: string
  readonly wrapped_key: Uint8Array
  readonly ciphertext: Uint8Array
}

/** The two statements of the plain handler, on either database. */
interface PlainStore {
  find(tokenHash: Uint8Array): Promise<SecretRow | undefined>
  /** Resolves when the event is durable. */
  record(event: readonly [id: string, at: number, buildId: string, action: string]): Promise<void>
  close(): Promise<void>
}

const KEY_BYTES = 32
const NONCE_BYTES = 12
const TAG_BYTES = 16

const TABLES = (bytes: string, int: string) => [
  `create table secrets (id text primary key, wrapped_key ${bytes} not null, ciphertext ${bytes} not null)`,
  `create table builds (token_hash ${bytes} primary key, build_id text not null, secret_id text not null, expires_at ${int} not null)`,
  `create table events (id text primary key, at ${int} not null, build_id text not null, action text not null)`,
]
const FIND =
  'select b.build_id, s.wrapped_key, s.ciphertext from builds b join secrets s on s.id = b.secret_id where b.token_hash = $1 and b.expires_at > $2'
const RECORD = 'insert into events (id, at, build_id, action) values ($1, $2, $3, $4)'

/**
 * A plain `node:http` handler that does the same work by the shortest way: hash the token, one indexed read, unwrap and
 * decrypt, one durable event, answer. No framework, no checks, no chain of hashes.
 */
export async function startPlain(databaseUrl: string | undefined, builds: number, body: string): Promise<PlainTarget> {
  const masterKey = randomBytes(KEY_BYTES)
  const tokens = Array.from({ length: builds }, () => `cdn_bld_${randomBytes(KEY_BYTES).toString('base64url')}`)
  const rows = tokens.map((token, index) => ({ token, buildId: `bld_${index}` }))
  const dataKey = randomBytes(KEY_BYTES)
  const sealed = { wrapped: encrypt(masterKey, dataKey), ciphertext: encrypt(dataKey, Buffer.from(body)) }
  const store = await openStore(databaseUrl, rows, sealed)
  const server = createServer((request, response) => {
    handle(store, masterKey, request, response).catch(() => response.writeHead(500).end())
  })
  const port = await listen(server)
  return {
    port,
    requests: rows.map(({ token, buildId }) => requestText(buildId, token, `127.0.0.1:${port}`)),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await store.close()
    },
  }
}

async function handle(
  store: PlainStore,
  masterKey: Buffer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const token = request.headers.build_api_token
  const found = await store.find(createHash('sha256').update(String(token)).digest())
  if (found === undefined) return void response.writeHead(401).end('{"error_msg":"no"}')
  const text = decrypt(decrypt(masterKey, found.wrapped_key), found.ciphertext)
  await store.record([randomBytes(15).toString('hex'), Date.now(), found.build_id, 'credentials.released'])
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'content-length': text.byteLength })
  response.end(text)
}

/** A handler that only sends the same bytes. */
export async function startBare(request: string, body: string): Promise<PlainTarget> {
  const bytes = Buffer.from(body)
  const head = { 'content-type': 'application/json; charset=utf-8', 'content-length': bytes.byteLength }
  const server = createServer((_request, response) => void response.writeHead(200, head).end(bytes))
  const port = await listen(server)
  return {
    port,
    requests: [request],
    close: async () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

interface Sealed {
  readonly wrapped: Uint8Array
  readonly ciphertext: Uint8Array
}

type BuildRows = ReadonlyArray<{ readonly token: string; readonly buildId: string }>

const LATER = Number.MAX_SAFE_INTEGER
const hashOf = (token: string) => createHash('sha256').update(token).digest()

function openStore(databaseUrl: string | undefined, rows: BuildRows, sealed: Sealed): Promise<PlainStore> {
  return databaseUrl === undefined ? openSqlite(rows, sealed) : openPostgres(databaseUrl, rows, sealed)
}

async function openSqlite(rows: BuildRows, sealed: Sealed): Promise<PlainStore> {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-bench-plain-'))
  const file = openDurably(join(folder, 'plain.db'))
  const numbered = (sql: string) => sql.replace(/\$\d/g, '?')
  for (const table of TABLES('blob', 'integer')) file.exec(table)
  file.prepare('insert into secrets values (?, ?, ?)').run('secret', sealed.wrapped, sealed.ciphertext)
  const insert = file.prepare('insert into builds values (?, ?, ?, ?)')
  for (const { token, buildId } of rows) insert.run(hashOf(token), buildId, 'secret', LATER)
  const find = file.prepare(numbered(FIND))
  const record = file.prepare(numbered(RECORD))
  return {
    find: async (hash) => find.all(hash, Date.now())[0] as SecretRow | undefined,
    record: async (event) => void record.run(...event),
    close: async () => {
      file.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function openPostgres(url: string, rows: BuildRows, sealed: Sealed): Promise<PlainStore> {
  const pool = new pg.Pool({ connectionString: url, max: 16 })
  for (const table of TABLES('bytea', 'bigint'))
    await pool.query(`${table.replace('create table ', 'create table plain_')}`)
  const inPlain = (sql: string) => sql.replace(/\b(from|join|into) (\w+)/g, '$1 plain_$2')
  await pool.query('insert into plain_secrets values ($1, $2, $3)', ['secret', sealed.wrapped, sealed.ciphertext])
  for (const { token, buildId } of rows) {
    await pool.query('insert into plain_builds values ($1, $2, $3, $4)', [hashOf(token), buildId, 'secret', LATER])
  }
  return {
    find: async (hash) =>
      (await pool.query<SecretRow>({ name: 'find', text: inPlain(FIND), values: [hash, Date.now()] })).rows[0],
    record: async (event) => void (await pool.query({ name: 'record', text: inPlain(RECORD), values: [...event] })),
    close: () => pool.end(),
  }
}

function encrypt(key: Uint8Array, text: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  return Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
}

function decrypt(key: Uint8Array, sealed: Uint8Array): Buffer {
  const tagStart = sealed.byteLength - TAG_BYTES
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES))
  decipher.setAuthTag(sealed.subarray(tagStart))
  return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, tagStart)), decipher.final()])
}
