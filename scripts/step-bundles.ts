import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { librarySteps } from '@cordon/steps/library/catalogue'
import { BUNDLE } from '@cordon/steps/library/documents'
import { folderOf } from '@cordon/steps/library/pages'
import { build, type Metafile } from 'esbuild'
import { projectRoot } from './checks.ts'

/** Files of a step's program: path below the folder of the library → content. */
export type StepBundle = ReadonlyMap<string, string>

/** Bundles the program of one step into a single file, with the licences of what is in it beside it. */
export async function bundleStep(id: string): Promise<StepBundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entryOf(id), resolveDir: projectRoot, sourcefile: `${id}.ts`, loader: 'ts' },
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'error',
  })
  const folder = folderOf({ id })
  return new Map([
    [`${folder}/${BUNDLE}`, outputFiles[0]?.text ?? ''],
    [`${folder}/${dirname(BUNDLE)}/LICENSES.txt`, licencesOf(metafile)],
  ])
}

/** Ids of all steps that can be bundled. */
export function bundledSteps(): readonly string[] {
  return librarySteps().map(({ id }) => id)
}

/** A step's module exports it under its id in camel case and "Step". */
function entryOf(id: string): string {
  const name = `${id.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Step`
  return `
import { readEnvironment } from '@cordon/cli/environment'
import { processTerminal } from '@cordon/cli/process-terminal'
import { runStepProgram } from '@cordon/cli/step-program/run'
import { ${name} } from '@cordon/steps/${id}/step'
const program = { args: process.argv.slice(2), environment: readEnvironment(), terminal: processTerminal(), fetch }
void runStepProgram(${name}, program).then((exitCode) => { process.exitCode = exitCode })
`
}

/** The licence of each npm package that went into a bundle. */
function licencesOf({ inputs }: Metafile): string {
  const packages = new Set(
    Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []),
  )
  return [...packages].sort().map(licenceOf).join('\n')
}

function licenceOf(folder: string): string {
  const path = join(projectRoot, folder)
  const { name, version, license } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')) as Record<
    string,
    string
  >
  const file = readdirSync(path).find((entry) => /^licen[cs]e(\.(md|txt))?$/i.test(entry))
  const text =
    file === undefined ? 'The package holds no text of its licence.' : readFileSync(join(path, file), 'utf8').trim()
  return `${name} ${version} (${license})\n\n${text}\n`
}
