import { join } from 'node:path'
import { build } from 'esbuild'
import { projectRoot } from '../checks.ts'

// Some packages are CommonJS inside, and ask for Node's own modules in its way.
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)"

/**
 * Makes one program of the command's sources and answers its path. Whoever runs the command again and again compiles it once, and
 * sources that change meanwhile change nothing.
 */
export async function bundleCordon(folder: string): Promise<string> {
  await build({
    entryPoints: [join(projectRoot, 'apps/cli/src/main.ts')],
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    // What is loaded only when asked for stays apart.
    splitting: true,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    banner: { js: REQUIRE },
    logLevel: 'error',
  })
  return join(folder, 'main.mjs')
}
