import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bundleProgram } from '../../scripts/programs/bundle.mjs'

/** Bundles the copier. Gives the path of the program. */
export function bundleCopier(folder: string): Promise<string> {
  return bundleProgram({ entry: fileURLToPath(new URL('copy-process.ts', import.meta.url)), folder })
}

/** Copies a file and gives the milliseconds that it took. */
export async function runCopy(
  program: string,
  order: { readonly path: string; readonly url: string; readonly partBytes: number },
): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(order)])
  return Number(stdout)
}
