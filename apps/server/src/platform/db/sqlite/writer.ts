import { Worker } from 'node:worker_threads'
import { OPEN_OPTIONS, QUIET_THREAD, sqliteModulePath } from './engine.ts'
import { PRAGMAS } from './file.ts'

/** One statement on its way to the thread. */
export interface Statement {
  readonly sql: string
  readonly parameters: readonly unknown[]
  /** The statement gives no rows, only how many it changed. */
  readonly onlyChanges: boolean
}

/** What a statement gave: rows, or the number of rows it changed. */
export type StatementResult = { readonly rows: readonly unknown[] } | { readonly changes: number | bigint }

/** Statements that go to the thread together. They run in their order; after one that fails the others do not run. */
export interface Batch {
  readonly statements: readonly Statement[]
}

/** Statements that are committed together, all or nothing. */
export interface Transaction {
  readonly transaction: readonly Statement[]
  /** It comes after the one before it: it is not run when that one failed, and may be written to the disk with it. */
  readonly follows: boolean
}

/** What the thread is asked for. */
export type Order = Batch | Transaction | 'close'

/** What the thread answers to an order: the results up to the first failure, and the failure; to a transaction no results. */
export interface Answer {
  readonly results: readonly StatementResult[]
  readonly error?: { readonly message: string; readonly facts: Readonly<Record<string, unknown>> }
  /** It was not run, because it follows one that has failed. */
  readonly isLeftOut?: boolean
}

/** A transaction did not run, because it follows one that has failed. */
export class LeftOut extends Error {}

/** What the thread is started with. */
export interface ThreadData {
  readonly module: string
  readonly path: string
  readonly options: typeof OPEN_OPTIONS
  readonly pragmas: readonly string[]
}

/** The one connection to a SQLite file that writes. It lives on a thread of its own: nobody else waits for the disk. */
export interface SqliteWriter {
  /**
   * Runs a statement after all that were given before. Statements that are given within one turn go together; if one of
   * them fails, those after it fail with `not run`.
   */
  run(statement: Statement): Promise<StatementResult>
  /** Like `run`, but does not set out before the next statement does. */
  defer(sql: string): void
  /** Commits statements together; what fails leaves nothing. Rejects with `LeftOut` when it follows one that has failed. */
  commit(statements: readonly Statement[], follows: boolean): Promise<void>
  /** Carries out what was given before. What is given after it fails. */
  close(): Promise<void>
}

interface Pending {
  readonly statement: Statement
  readonly done: (result: StatementResult) => void
  readonly failed: (error: unknown) => void
}

/** From a log of so many pages on SQLite tries by itself to bring it into the file, after each commit. 16 MB. */
const MOST_LOG_PAGES = 4_000

/** Who reads the file from outside makes the log grow as long as they look; when it begins anew, its file is cut to so many bytes. */
const LONGEST_KEPT_LOG = 64 * 1024 * 1024

/** Opens the file on a new thread. A file that cannot be opened fails the first statement. */
export function openWriter(path: string): SqliteWriter {
  const thread = startThread(path)
  const outbox: Pending[] = []
  const underway: Settle[] = []
  let stopped: Error | undefined

  const flush = () => {
    if (outbox.length === 0) return
    const batch = outbox.splice(0)
    post({ statements: batch.map(({ statement }) => statement) }, (answer) => settle(batch, answer))
  }
  const post = (order: Batch | Transaction, settled: Settle) => {
    if (stopped !== undefined) {
      settled(stopped)
      return
    }
    try {
      thread.postMessage(order)
    } catch (error) {
      // It holds what cannot be sent: there will be no answer, and the next one is somebody else's.
      settled(error instanceof Error ? error : new TypeError(String(error)))
      return
    }
    if (underway.length === 0) thread.ref()
    underway.push(settled)
  }
  const stop = (error: Error) => {
    stopped ??= error
    for (const settled of underway.splice(0)) settled(stopped)
  }
  const push = (statement: Statement, done: Pending['done'], failed: Pending['failed']) => {
    outbox.push({ statement: withCompact(statement), done, failed })
  }

  thread.on('message', (answers: readonly Answer[]) => {
    const settled = underway.splice(0, answers.length)
    if (underway.length === 0) thread.unref()
    for (const [index, answer] of answers.entries()) settled[index]?.(answer)
  })
  thread.on('error', stop)
  thread.on('exit', () => stop(new Error('the thread of the database has ended')))

  return {
    run: (statement) =>
      new Promise((done, failed) => {
        push(statement, done, failed)
        queueMicrotask(flush)
      }),
    // Whether it failed shows in the statements that follow it.
    defer: (sql) => push({ sql, parameters: [], onlyChanges: false }, ignore, ignore),
    commit: (statements, follows) =>
      new Promise((done, failed) => {
        flush()
        post({ transaction: statements.map(withCompact), follows }, (answer) => settleCommit(answer, done, failed))
      }),
    close: () =>
      new Promise((resolve) => {
        flush()
        if (stopped !== undefined) return resolve()
        thread.ref()
        thread.once('exit', () => resolve())
        thread.postMessage('close')
      }),
  }
}

function startThread(path: string): Worker {
  const pragmas = [
    ...PRAGMAS,
    `pragma wal_autocheckpoint = ${MOST_LOG_PAGES}`,
    `pragma journal_size_limit = ${LONGEST_KEPT_LOG}`,
  ]
  const workerData: ThreadData = { module: sqliteModulePath(), path, options: OPEN_OPTIONS, pragmas }
  // No options of the process: what loads its sources is of no use to the thread.
  const options = { workerData, execArgv: QUIET_THREAD, env: {} }
  const thread = new Worker(new URL('./writer-thread.mjs', import.meta.url), options)
  thread.unref()
  return thread
}

/** Hears the thread's answer, or why there will be none. */
type Settle = (answer: Answer | Error) => void

function settleCommit(answer: Answer | Error, done: () => void, failed: (error: unknown) => void): void {
  if (answer instanceof Error) failed(answer)
  else if (answer.isLeftOut) failed(new LeftOut('not run, because the commit before it failed'))
  else if (answer.error !== undefined) failed(thrown(answer.error))
  else done()
}

function settle(batch: readonly Pending[], answer: Answer | Error): void {
  if (answer instanceof Error) {
    fail(batch, answer)
    return
  }
  const { results, error } = answer
  for (const [index, result] of results.entries()) batch[index]?.done(result)
  if (error === undefined) return
  const [failed, ...notRun] = batch.slice(results.length)
  const cause = thrown(error)
  failed?.failed(cause)
  // When what failed is a deferred `begin`, nobody waits for it: the others tell.
  fail(notRun, Object.assign(new Error(`not run, because of: ${error.message}`, { cause }), error.facts))
}

function thrown({ message, facts }: NonNullable<Answer['error']>): Error {
  return Object.assign(new Error(message), facts)
}

function fail(batch: readonly Pending[], error: Error): void {
  for (const { failed } of batch) failed(error)
}

function withCompact(statement: Statement): Statement {
  return { ...statement, parameters: statement.parameters.map(compact) }
}

// A message takes along all the memory that a view lies in.
function compact(parameter: unknown): unknown {
  const isPart = parameter instanceof Uint8Array && parameter.byteLength !== parameter.buffer.byteLength
  return isPart ? new Uint8Array(parameter) : parameter
}

function ignore(): void {}
