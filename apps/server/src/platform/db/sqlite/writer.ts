import { Worker } from 'node:worker_threads'
import { OPEN_OPTIONS, sqliteModulePath } from './engine.ts'
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
export type Batch = readonly Statement[]

/** What the thread answers: the results up to the first failure, and the failure. */
export interface BatchAnswer {
  readonly results: readonly StatementResult[]
  readonly error?: { readonly message: string; readonly facts: Readonly<Record<string, unknown>> }
}

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
  close(): Promise<void>
}

interface Pending {
  readonly statement: Statement
  readonly done: (result: StatementResult) => void
  readonly failed: (error: unknown) => void
}

/** Opens the file on a new thread. A file that cannot be opened fails the first statement. */
export function openWriter(path: string): SqliteWriter {
  const thread = startThread(path)
  const outbox: Pending[] = []
  const underway: Array<readonly Pending[]> = []
  let stopped: Error | undefined

  const flush = () => {
    if (outbox.length === 0) return
    const batch = outbox.splice(0)
    if (stopped !== undefined) return fail(batch, stopped)
    if (underway.length === 0) thread.ref()
    underway.push(batch)
    thread.postMessage(batch.map(({ statement }) => statement))
  }
  const stop = (error: Error) => {
    stopped ??= error
    for (const batch of underway.splice(0)) fail(batch, stopped)
  }
  const push = (statement: Statement, done: Pending['done'], failed: Pending['failed']) => {
    outbox.push({ statement: { ...statement, parameters: statement.parameters.map(compact) }, done, failed })
  }

  thread.on('message', (answer: BatchAnswer) => {
    const batch = underway.shift()
    if (underway.length === 0) thread.unref()
    if (batch !== undefined) settle(batch, answer)
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
  const workerData: ThreadData = { module: sqliteModulePath(), path, options: OPEN_OPTIONS, pragmas: PRAGMAS }
  // No options of the process: what loads its sources is of no use to the thread.
  const thread = new Worker(new URL('./writer-thread.mjs', import.meta.url), { workerData, execArgv: [], env: {} })
  thread.unref()
  return thread
}

function settle(batch: readonly Pending[], { results, error }: BatchAnswer): void {
  for (const [index, result] of results.entries()) batch[index]?.done(result)
  if (error === undefined) return
  const [failed, ...notRun] = batch.slice(results.length)
  const cause = Object.assign(new Error(error.message), error.facts)
  failed?.failed(cause)
  // When what failed is a deferred `begin`, nobody waits for it: the others tell.
  fail(notRun, Object.assign(new Error(`not run, because of: ${error.message}`, { cause }), error.facts))
}

function fail(batch: readonly Pending[], error: Error): void {
  for (const { failed } of batch) failed(error)
}

// A message takes along all the memory that a view lies in.
function compact(parameter: unknown): unknown {
  const isPart = parameter instanceof Uint8Array && parameter.byteLength !== parameter.buffer.byteLength
  return isPart ? new Uint8Array(parameter) : parameter
}

function ignore(): void {}
