// Builds the programs of the step library. Without options beside the descriptions in steps/ (not committed); with --out FOLDER a whole
// copy for a release, with the GitLab components as templates, and with --website, --source-code and --support in each step.yml.
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Publisher } from '@cordon/steps/library/bitrise-step'
import { librarySteps } from '@cordon/steps/library/catalogue'
import { stepFiles } from '@cordon/steps/library/files'
import { projectRoot } from './checks.ts'
import { bundleStep } from './step-bundles.ts'

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    website: { type: 'string' },
    'source-code': { type: 'string' },
    support: { type: 'string' },
  },
})
const target = values.out === undefined ? projectRoot : resolve(process.env.INIT_CWD ?? '.', values.out)
for (const step of librarySteps()) {
  const bundle = await bundleStep(step.id)
  for (const [path, content] of bundle) write(path, content)
  if (values.out !== undefined) writeDescriptions(step)
  const bytes = Math.max(...[...bundle.values()].map(({ length }) => length))
  process.stdout.write(`${step.id}: ${(bytes / 1_000_000).toFixed(1)} MB\n`)
}

function writeDescriptions(step: ReturnType<typeof librarySteps>[number]): void {
  for (const [path, content] of stepFiles(step, publisherOf())) {
    write(path, content)
    if (path.endsWith('.sh')) chmodSync(join(target, path), 0o755)
    // GitLab looks for the components of a project in this folder.
    if (path.endsWith('component.yml')) write(`templates/${step.id}.yml`, content)
  }
}

function publisherOf(): Publisher | undefined {
  const { website, support, 'source-code': sourceCode } = values
  if (website === undefined) return undefined
  return { website, sourceCode: sourceCode ?? website, support: support ?? website }
}

function write(path: string, content: string): void {
  mkdirSync(dirname(join(target, path)), { recursive: true })
  writeFileSync(join(target, path), content)
}
