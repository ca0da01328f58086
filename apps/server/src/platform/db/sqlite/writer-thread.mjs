// @ts-check
// Plain JavaScript, because Node runs a thread's file as it is, also where the sources run without a build.
import { createRequire } from 'node:module'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'

/** @typedef {import('./writer.ts').ThreadData} ThreadData */
/** @typedef {import('./writer.ts').Batch} Batch */
/** @typedef {import('./writer.ts').Transaction} Transaction */
/** @typedef {import('./writer.ts').Order} Order */
/** @typedef {import('./writer.ts').Answer} Answer */
/** @typedef {import('./engine.ts').SqliteStatement} SqliteStatement */

const CACHED_STATEMENTS = 500
const REPORTED = /** @type {const} */ (['code', 'errcode', 'errstr'])

const { module, path, options, pragmas } = /** @type {ThreadData} */ (workerData)
const { DatabaseSync } = createRequire(import.meta.url)(module)
const file = new DatabaseSync(path, options)
for (const pragma of pragmas) file.exec(pragma)

/** @type {Map<string, SqliteStatement>} */
const prepared = new Map()

/** The last transaction has failed. */
let hasFailed = false

parentPort?.on('message', (/** @type {Order} */ first) => {
  const orders = [first, ...alreadyThere()]
  const isLast = orders.includes('close')
  // Who asks for something after the end is told by the end of the thread.
  const answers = answersTo(isLast ? orders.slice(0, orders.indexOf('close')) : orders)
  if (answers.length > 0) parentPort?.postMessage(answers)
  if (!isLast) return
  file.close()
  parentPort?.close()
})

/**
 * What came while the last orders were carried out.
 * @returns {Order[]}
 */
function alreadyThere() {
  const orders = []
  for (;;) {
    const received = parentPort === null ? undefined : receiveMessageOnPort(parentPort)
    if (received === undefined) return orders
    orders.push(received.message)
  }
}

/**
 * Carries out orders one after the other, but commits transactions that follow each other together: that is one wait for the disk.
 * @param {Order[]} orders
 * @returns {Answer[]}
 */
function answersTo(orders) {
  /** @type {Answer[]} */
  const answers = []
  /** @type {Transaction[]} */
  let row = []
  for (const order of orders) {
    if (order === 'close') continue
    const isTransaction = 'transaction' in order
    if (row.length > 0 && !(isTransaction && order.follows)) {
      answers.push(...commitAll(row))
      row = []
    }
    if (isTransaction) row.push(order)
    else answers.push(runAll(order.statements))
  }
  if (row.length > 0) answers.push(...commitAll(row))
  return answers
}

/**
 * @param {Transaction[]} row
 * @returns {Answer[]}
 */
function commitAll(row) {
  if (row.length > 1 && !(hasFailed && row[0]?.follows)) {
    const answer = commit(row.flatMap(({ transaction }) => transaction))
    if (answer.error === undefined) {
      hasFailed = false
      return row.map(() => answer)
    }
  }
  // Each by itself, so that only the one that cannot be written, and what follows it, is not.
  return row.map(commitOne)
}

/**
 * @param {Transaction} transaction
 * @returns {Answer}
 */
function commitOne({ transaction, follows }) {
  if (follows && hasFailed) return { results: [], isLeftOut: true }
  const answer = commit(transaction)
  hasFailed = answer.error !== undefined
  return answer
}

const BEGIN = { sql: 'begin immediate', parameters: [], onlyChanges: true }
const COMMIT = { sql: 'commit', parameters: [], onlyChanges: true }

/**
 * @param {readonly import('./writer.ts').Statement[]} statements
 * @returns {Answer}
 */
function commit(statements) {
  const { error } = runAll([BEGIN, ...statements, COMMIT])
  if (error === undefined) return { results: [] }
  rollBack()
  return { results: [], error }
}

// After some failures SQLite has done that by itself, and there may have been no transaction to begin with.
function rollBack() {
  try {
    file.exec('rollback')
  } catch (error) {
    if (!(error instanceof Error && error.message.includes('no transaction is active'))) throw error
  }
}

/**
 * Runs statements in their order up to the first that fails.
 * @param {readonly import('./writer.ts').Statement[]} statements
 * @returns {Answer}
 */
function runAll(statements) {
  /** @type {import('./writer.ts').StatementResult[]} */
  const results = []
  for (const { sql, parameters, onlyChanges } of statements) {
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
 * @returns {NonNullable<Answer['error']>}
 */
function plain(error) {
  if (!(error instanceof Error)) return { message: String(error), facts: {} }
  const all = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (error))
  const facts = Object.fromEntries(REPORTED.filter((name) => name in all).map((name) => [name, all[name]]))
  return { message: error.message, facts }
}
