import type { InputDeclaration, OutputDeclaration } from '../step.ts'
import type { LibraryStep } from './catalogue.ts'
import { BUNDLE, explain, isOfTheBuild, yamlDocument } from './documents.ts'

/** Addresses that a step library asks for; only whoever publishes knows them. */
export interface Publisher {
  readonly website: string
  readonly sourceCode: string
  readonly support: string
}

/** `step.yml` of the Bitrise CLI. Source: Bitrise's step development guide and the models of its CLI. */
export function stepYml(step: LibraryStep, publisher?: Publisher): string {
  const { title, summary, deprecated, inputs, outputs } = step
  return yamlDocument(step, {
    title,
    summary,
    description: describe(step),
    ...(publisher && {
      website: publisher.website,
      source_code_url: publisher.sourceCode,
      support_url: publisher.support,
    }),
    ...(deprecated && { deprecate_notes: `Use ${deprecated.successor}: ${deprecated.reason}.` }),
    type_tags: ['code-sign'],
    project_type_tags: ['ios', 'macos', 'react-native', 'flutter', 'cordova', 'ionic', 'xamarin'],
    is_requires_admin_user: false,
    is_always_run: false,
    is_skippable: false,
    toolkit: { bash: { entry_file: 'step.sh' } },
    inputs: inputs.map(stepInput),
    outputs: outputs.map(stepOutput),
  })
}

function describe({ id, summary, versions }: LibraryStep): string {
  return `${summary[0]?.toUpperCase()}${summary.slice(1)}.\n\nVersion ${versions[0].version} of Cordon’s step ${id}. It needs Node 20 or later and no package.\n`
}

function stepInput(input: InputDeclaration) {
  const accepted = input.choices ?? (input.type === 'boolean' ? ['yes', 'no'] : undefined)
  return {
    [input.name]: input.defaultValue,
    opts: {
      title: input.title,
      summary: explain(input),
      is_required: input.required === true,
      // A sensitive input must be expanded: it comes from a secret, never as a literal.
      is_expand: true,
      ...(input.sensitive && { is_sensitive: true }),
      ...(isOfTheBuild(input) && { is_dont_change_value: true }),
      ...(accepted && { value_options: [...accepted] }),
    },
  }
}

function stepOutput({ name, summary, sensitive }: OutputDeclaration) {
  return { [name]: null, opts: { title: name, summary, ...(sensitive && { is_sensitive: true }) } }
}

/** `step.sh`, which the Bitrise CLI starts: inputs are environment variables of their names, outputs go to `envman`. */
export function stepSh({ id }: LibraryStep): string {
  return `#!/usr/bin/env bash
# Made from the declaration of the step ${id} (npm run generate); changes here are lost.
set -euo pipefail

folder="$(cd "$(dirname "\${BASH_SOURCE[0]}")" && pwd)"
program="$folder/${BUNDLE}"

if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' 2>/dev/null; then
  echo "error: the step ${id} needs Node 20 or later; this machine has $(node --version 2>/dev/null || echo none)" >&2
  exit 1
fi
if [ ! -f "$program" ]; then
  echo "error: $program is missing: use a released version of the step, or build it with npm run build:steps" >&2
  exit 1
fi
exec node "$program" bitrise
`
}
