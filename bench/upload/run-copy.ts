import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bundleProgram } from '../../packages/delivery/test/bundle-program.ts'

/** Bundles the copier. Gives the path of the program. */
export function bundleCopier(folder: string): Promise<string> {
  return bundleProgram(new URL('copy-process.ts', import.meta.url), folder)
}

/** Copies a file and gives the milliseconds that it took. */
export async function runCopy(
  program: string,
  order: { readonly path: string; readonly url: string; readonly partBytes: number },
): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(order)])
  return Number(stdout)
}
