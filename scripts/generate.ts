// Writes the generated files; with --check, only says which are stale; with --prune, removes those that no generator makes.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { projectRoot } from './checks.ts'
import { accessTable } from './generators/access-table.ts'
import { cliPage } from './generators/cli-page.ts'
import { errorPages } from './generators/error-pages.ts'
import type { Generator } from './generators/generator.ts'
import { serverDocuments } from './generators/server-documents.ts'
import { simulatorPage } from './generators/simulator-page.ts'
import { stepPages } from './generators/step-pages.ts'

const GENERATORS: readonly Generator[] = [errorPages, accessTable, cliPage, serverDocuments, simulatorPage, stepPages]

const isCheck = process.argv.includes('--check')
const isPrune = process.argv.includes('--prune')
const stale: string[] = []
for (const generator of GENERATORS) await apply(generator)
if (isCheck && stale.length > 0) {
  process.stdout.write(
    `not what the generators say; run "npm run generate":\n${stale.map((path) => `  ${path}\n`).join('')}`,
  )
  process.exit(1)
}

async function apply(generator: Generator): Promise<void> {
  const files = await generator.generate(read)
  for (const [path, content] of files) if (read(path) !== content) settle(path, () => write(path, content))
  // A page may be strange only because its catalogue is not listed yet, and it holds text written by hand.
  for (const path of strangers(generator, files)) settle(path, () => isPrune && rmSync(join(projectRoot, path)))
}

function settle(path: string, mend: () => unknown): void {
  stale.push(path)
  if (!isCheck) mend()
}

function strangers({ ownsFolder }: Generator, files: ReadonlyMap<string, string>): string[] {
  if (ownsFolder === undefined || !existsSync(join(projectRoot, ownsFolder))) return []
  return readdirSync(join(projectRoot, ownsFolder))
    .map((name) => `${ownsFolder}/${name}`)
    .filter((path) => !files.has(path))
}

function read(path: string): string | undefined {
  const file = join(projectRoot, path)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(projectRoot, path)), { recursive: true })
  writeFileSync(join(projectRoot, path), content)
}
