import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { bundleProgram } from '../../../scripts/programs/bundle.mjs'

/** Where to upload what, as `upload-process.ts` takes it. */
export interface UploadOrder {
  readonly path: string
  readonly stateFolder: string
  readonly baseUrl: string
  readonly keyId: string
  readonly issuerId: string
  readonly privateKey: string
}

/** How the process ended. */
export interface ProcessUpload {
  readonly uploadId: string
  readonly partsSent: number
  readonly partsFound: number
  /** From the first look at the file to the commit. */
  readonly ms: number
  /** Highest memory of the process, of which Node itself takes about 45. */
  readonly rssMB: number
}

/** Bundles the uploader. Gives the path of the program. */
export function bundleUploader(folder: string): Promise<string> {
  return bundleProgram({ entry: fileURLToPath(new URL('upload-process.ts', import.meta.url)), folder })
}

/** Runs an upload to its end, or kills it when so many bytes of it are at Apple; then undefined. */
export function runUpload(
  program: string,
  order: UploadOrder,
  killAtBytes = Number.POSITIVE_INFINITY,
): Promise<ProcessUpload | undefined> {
  return new Promise((resolve, reject) => {
    const child: ChildProcess = spawn(process.execPath, [program, JSON.stringify(order)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let end: ProcessUpload | undefined
    let errors = ''
    child.stderr?.on('data', (chunk: Buffer) => {
      errors += chunk.toString('utf8')
    })
    if (child.stdout === null) throw new Error('no output')
    createInterface(child.stdout).on('line', (line) => {
      const event = JSON.parse(line)
      if (event.kind === 'end') end = event
      // What was found from an earlier run does not count: each run gets further.
      if (event.kind === 'sent' && event.bytes - event.found >= killAtBytes) child.kill('SIGKILL')
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0 || signal === 'SIGKILL') resolve(end)
      else reject(new Error(`the upload ended with ${code}: ${errors.slice(0, 2_000)}`))
    })
  })
}
