import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Metafile } from 'esbuild'
import { expect, test } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const PROGRAMS = ['apps/server', 'apps/cli', 'packages/simulator']

async function partsOf(workspace: string): Promise<Metafile['inputs']> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [join(root, workspace, 'src/main.ts')],
    outdir: join(root, workspace, 'dist'),
    bundle: true,
    splitting: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    external: ['@node-rs/argon2', '@photostructure/sqlite', 'pg-native'],
    logLevel: 'silent',
  })
  return metafile.inputs
}

test.each(PROGRAMS)(
  'what %s loads later from a CommonJS package it takes from its default: a bundle has no other name of it',
  async (workspace) => {
    const parts = await partsOf(workspace)
    const byName = Object.entries(parts).flatMap(([path, { imports }]) =>
      imports
        .filter(({ kind, path: target }) => kind === 'dynamic-import' && parts[target]?.format === 'cjs')
        .filter(({ original }) => !takesDefault(path, original ?? ''))
        .map(({ original }) => `${path} loads ${original}`),
    )
    expect(byName).toEqual([])
  },
)

/** Whether every place in the file that loads the package names its default and nothing else. */
function takesDefault(path: string, name: string): boolean {
  const text = readFileSync(join(root, path), 'utf8')
  const loads = text.split(`import('${name}')`).length - 1
  const ofDefault = text.match(new RegExp(`\\{ default: \\w+ \\} = await import\\('${name}'\\)`, 'g'))?.length ?? 0
  return loads > 0 && loads === ofDefault
}
