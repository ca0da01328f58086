// @ts-check
// Plain JavaScript, because Node runs a thread's file as it is, also where the sources run without a build.
import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'

/** @typedef {import('./writer.ts').ThreadData} ThreadData */
/** @typedef {import('./writer.ts').Batch} Batch */
/** @typedef {import('./writer.ts').BatchAnswer} BatchAnswer */
/** @typedef {import('./engine.ts').SqliteStatement} SqliteStatement */

const CACHED_STATEMENTS = 500
const REPORTED = /** @type {const} */ (['code', 'errcode', 'errstr'])

const { module, path, options, pragmas } = /** @type {ThreadData} */ (workerData)
const { DatabaseSync } = createRequire(import.meta.url)(module)
const file = new DatabaseSync(path, options)
for (const pragma of pragmas) file.exec(pragma)

/** @type {Map<string, SqliteStatement>} */
const prepared = new Map()

parentPort?.on('message', (/** @type {Batch | 'close'} */ message) => {
  if (message !== 'close') return parentPort?.postMessage(runAll(message))
  file.close()
  parentPort?.close()
})

/**
 * Runs statements in their order up to the first that fails.
 * @param {Batch} batch
 * @returns {BatchAnswer}
 */
function runAll(batch) {
  /** @type {import('./writer.ts').StatementResult[]} */
  const results = []
  for (const { sql, parameters, onlyChanges } of batch) {
    try {
      const statement = prepare(sql)
      results.push(
        onlyChanges ? { changes: statement.run(...parameters).changes } : { rows: statement.all(...parameters) },
      )
    } catch (error) {
      return { results, error: plain(error) }
    }
  }
  return { results }
}

/** @param {string} sql */
function prepare(sql) {
  const known = prepared.get(sql)
  if (known !== undefined) return known
  if (prepared.size >= CACHED_STATEMENTS) prepared.clear()
  /** @type {SqliteStatement} */
  const statement = file.prepare(sql)
  prepared.set(sql, statement)
  return statement
}

/**
 * What a message between threads keeps of an error.
 * @param {unknown} error
 * @returns {NonNullable<BatchAnswer['error']>}
 */
function plain(error) {
  if (!(error instanceof Error)) return { message: String(error), facts: {} }
  const all = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (error))
  const facts = Object.fromEntries(REPORTED.filter((name) => name in all).map((name) => [name, all[name]]))
  return { message: error.message, facts }
}
