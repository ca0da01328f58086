import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/**
 * Bundles a program of a test or a benchmark into a folder, so that its process holds what a user's has: no compiler, no source maps.
 * Gives the path of the program.
 */
export async function bundleProgram(entry: URL, folder: string): Promise<string> {
  const outfile = join(folder, `${basename(fileURLToPath(entry), '.ts')}.mjs`)
  await build({
    entryPoints: [fileURLToPath(entry)],
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', target: 'node20', logLevel: 'silent' },
    // Some dependencies are CommonJS and ask for Node's own modules.
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  })
  return outfile
}
