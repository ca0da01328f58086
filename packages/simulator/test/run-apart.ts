import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

// A bundled client's stack trace would show its whole source: the message alone is told.
const TELL_MESSAGE =
  'data:text/javascript,process.on("uncaughtException", ({ message }) => { console.error(message); process.exit(1) })'

/** Runs a program of this folder with nothing but these variables, and gives the JSON that it writes. */
export function runApart(program: string, job: unknown, environment: Record<string, string>): Promise<unknown> {
  const file = fileURLToPath(new URL(program, import.meta.url))
  const child = spawn(process.execPath, ['--import', TELL_MESSAGE, file], {
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  child.stdin.end(JSON.stringify(job))
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => {
      // Some clients talk on the same stream: the last line is the answer.
      if (code === 0)
        resolve(
          JSON.parse(
            out
              .trim()
              .split('\n')
              .at(-1)
              ?.replace(/^SEEN /, '') ?? '',
          ),
        )
      else reject(new Error(`${program} ended with ${code}: ${err.slice(-3_000)}`))
    })
  })
}
