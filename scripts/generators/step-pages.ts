import type { InputDeclaration } from '@cordon/steps/step'
import { STEPS, type StepListing } from '@cordon/steps/steps'
import type { Generator } from './generator.ts'

/** A page per step, from its declaration. */
export const stepPages: Generator = {
  name: 'step pages',
  generate: async () => new Map(STEPS.map((step) => [`docs/steps/${step.id}.md`, render(step)])),
}

function render({ id, title, summary, inputs, outputs }: StepListing): string {
  const outputRows = outputs.map((output) => `| \`${output.name}\` | ${output.summary} |`)
  return `# ${title}\n\n\`cordon ${id}\` ${summary}.\n\nInputs are options (\`--${inputs[0]?.name.replaceAll('_', '-')}\`) or environment variables of the input’s name. Those marked *environment only* may be secret and\nare never taken from the command line. Lists have \`|\` or line breaks between their entries.\n\n## Inputs\n\n| Input | Meaning | Accepted | Default |\n|---|---|---|---|\n${inputs.map(inputRow).join('\n')}\n\n## Outputs\n\nSet by \`envman\` where there is one, in \`GITHUB_ENV\` and \`GITHUB_OUTPUT\`, and in the file named by \`output_file\`.\n\n| Output | Value |\n|---|---|\n${outputRows.join('\n')}\n`
}

function inputRow(input: InputDeclaration): string {
  const marks = [input.required ? 'required' : '', input.sensitive ? 'environment only' : ''].filter(Boolean)
  const name = `\`${input.name}\`${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`
  const also = (input.aliases ?? []).map((alias) => `\`${alias}\``).join(', ')
  const names = also === '' ? name : `${name}, also ${also}`
  const cells = [names, input.summary, acceptedOf(input), input.defaultValue === '' ? '' : `\`${input.defaultValue}\``]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function acceptedOf({ type, choices }: InputDeclaration): string {
  if (choices) return choices.map((choice) => `\`${choice}\``).join(', ')
  return {
    text: 'text',
    path: 'path',
    integer: 'whole number from 0',
    boolean: '`yes`, `no`',
    choice: '',
    list: 'list',
  }[type]
}
