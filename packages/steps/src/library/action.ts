import type { InputDeclaration } from '../step.ts'
import type { LibraryStep } from './catalogue.ts'
import { BUNDLE, explain, hasVariableDefault, yamlDocument } from './documents.ts'

/** `action.yml` of GitHub Actions. Source: GitHub's "Metadata syntax for GitHub Actions". */
export function actionYml(step: LibraryStep): string {
  return yamlDocument(step, {
    name: `Cordon: ${step.title}`,
    description: describe(step),
    author: 'Cordon',
    inputs: Object.fromEntries(step.inputs.map((input) => [input.name, actionInput(input)])),
    outputs: Object.fromEntries(step.outputs.map(({ name, summary }) => [name, { description: summary }])),
    // The clean-up runs whatever has happened, also after a cancelled job.
    runs: { using: 'node20', main: BUNDLE, post: BUNDLE, 'post-if': 'always()' },
    branding: { icon: 'shield', color: 'green' },
  })
}

function describe({ summary, deprecated }: LibraryStep): string {
  const sentence = `${summary[0]?.toUpperCase()}${summary.slice(1)}.`
  return deprecated === undefined ? sentence : `Deprecated, use ${deprecated.successor}. ${sentence}`
}

/** A default that names a variable would arrive as that text, so the step itself fills it in. */
function actionInput(input: InputDeclaration) {
  const isVariable = hasVariableDefault(input)
  const secret = input.sensitive ? '; give it from secrets, it is masked' : ''
  const variable = isVariable ? `; without it, ${input.defaultValue} of the environment` : ''
  return {
    description: `${explain(input)}${variable}${secret}`,
    required: input.required === true && input.defaultValue === '',
    ...(input.defaultValue !== '' && !isVariable && { default: input.defaultValue }),
  }
}
