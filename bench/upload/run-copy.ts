import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'esbuild'

/** Bundles the copier as the uploader is, so that both run alike. Gives the path of the program. */
export async function bundleCopier(folder: string): Promise<string> {
  const outfile = `${folder}/copy-process.mjs`
  await build({
    entryPoints: [fileURLToPath(new URL('copy-process.ts', import.meta.url))],
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'silent' },
  })
  return outfile
}

/** Copies a file and gives the milliseconds that it took. */
export async function runCopy(
  program: string,
  order: { readonly path: string; readonly url: string; readonly partBytes: number },
): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [program, JSON.stringify(order)])
  return Number(stdout)
}
