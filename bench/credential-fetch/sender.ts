import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { LoadPlan, LoadResult } from './load.ts'

/** A process that sends loads. */
export interface Sender {
  send(plan: LoadPlan): Promise<LoadResult>
  close(): void
}

/** Starts the sending process. */
export function startSender(): Sender {
  const child = fork(fileURLToPath(new URL('./load-process.ts', import.meta.url)), { execArgv: process.execArgv })
  return {
    send: (plan) =>
      new Promise((resolve, reject) => {
        child.once('message', (answer: { result?: LoadResult; error?: string }) => {
          if (answer.result === undefined) reject(new Error(answer.error))
          else resolve(answer.result)
        })
        child.send(plan)
      }),
    close: () => void child.kill(),
  }
}
