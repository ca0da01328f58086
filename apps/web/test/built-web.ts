import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const web = fileURLToPath(new URL('..', import.meta.url))
const SOURCES = ['src', 'public', '../../packages/api/src', '../../packages/core/src']
const FILES = ['index.html', 'vite.config.ts', 'package.json']

let built: Promise<string> | undefined

/** Folder of the built web app: `dist` when it is newer than every source, else a build of this process's own. */
export function builtWeb(): Promise<string> {
  built ??= findOrBuild()
  return built
}

async function findOrBuild(): Promise<string> {
  const dist = join(web, 'dist')
  if (isFresh(join(dist, 'index.html'))) return dist
  const outDir = await mkdtemp(join(tmpdir(), 'cordon-web-'))
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))
  await build({ root: web, configFile: join(web, 'vite.config.ts'), logLevel: 'warn', build: { outDir } })
  return outDir
}

function isFresh(output: string): boolean {
  if (!existsSync(output)) return false
  const sources = [
    ...SOURCES.flatMap((folder) => filesBelow(join(web, folder))),
    ...FILES.map((file) => join(web, file)),
  ]
  return statSync(output).mtimeMs > Math.max(...sources.map((file) => statSync(file).mtimeMs))
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
