import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { bundleProgram } from '../../scripts/programs/bundle.mjs'

/** A server in a process of its own. */
export interface Apart {
  /** What it printed as its first line. */
  readonly told: Readonly<Record<string, unknown>>
  readonly stop: () => void
}

/** Bundles and starts a program of this folder and waits for its first line, which is JSON. */
export async function startApart(name: string, folder: string): Promise<Apart> {
  const program = await bundleProgram({ entry: fileURLToPath(new URL(name, import.meta.url)), folder })
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`${name} ended with ${code}`)))
    createInterface(child.stdout).once('line', (line) => resolve({ told: JSON.parse(line), stop: () => child.kill() }))
  })
}
