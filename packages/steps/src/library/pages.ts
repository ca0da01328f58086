import type { InputDeclaration, OutputDeclaration } from '../step.ts'
import { GUIDES, type LibraryStep, type StepGuide } from './catalogue.ts'

/** Where the generated descriptions of a step are, from the project's root. */
export function folderOf({ id }: Pick<LibraryStep, 'id'>): string {
  return `steps/${id}`
}

/** The page of a step in the docs. */
export function stepPage(step: LibraryStep): string {
  const { id, title, summary, inputs, outputs } = step
  return [
    `# ${title}`,
    ...notice(step, (other) => `${other}.md`),
    `\`cordon ${id}\` ${summary}.`,
    `Inputs are options (\`--${inputs[0]?.name.replaceAll('_', '-')}\`) or environment variables of the input’s name. Those marked *environment only* may be secret and\nare never taken from the command line. Lists have \`|\` or line breaks between their entries.`,
    '## Use it',
    usage(step),
    `## Inputs\n\n| Input | Meaning | Accepted | Default |\n|---|---|---|---|\n${inputs.map(inputRow).join('\n')}`,
    `## Outputs\n\nSet by \`envman\` where there is one, in \`GITHUB_ENV\` and \`GITHUB_OUTPUT\`, and in the file named by \`output_file\`.\n\n| Output | Value |\n|---|---|\n${outputs.map(outputRow).join('\n')}`,
    `## Versions\n\n| Version | Changes |\n|---|---|\n${step.versions.map(({ version, changes }) => `| ${version} | ${changes} |`).join('\n')}`,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n')
}

/** The page beside the generated descriptions. */
export function readme(step: LibraryStep): string {
  const { id, title, summary } = step
  return [
    `# ${title}`,
    ...notice(step, (other) => `../${other}/README.md`),
    `Cordon’s step \`${id}\` ${summary}.`,
    `\`action.yml\` (GitHub Actions), \`step.yml\` with \`step.sh\` (Bitrise) and \`component.yml\` (GitLab CI) are made from one declaration. All of them\nstart \`dist/main.cjs\`, which \`npm run build:steps\` makes; releases contain it. No package is installed to run it.`,
    usage(step),
    `Inputs, outputs and versions: [docs/steps/${id}.md](../../docs/steps/${id}.md).`,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n')
}

/** The list of all steps, and of the names that stand for several. */
export function indexPage(steps: readonly LibraryStep[]): string {
  const rows = steps.map(
    ({ id, title, versions, deprecated }) =>
      `| [\`${id}\`](${id}.md) | ${title} | ${versions[0].version} | ${deprecated ? `deprecated, use [\`${deprecated.successor}\`](${deprecated.successor}.md)` : ''} |`,
  )
  return `# Steps\n\nEach step is a sub-command of \`cordon\`, a GitHub Action, a Bitrise step and a GitLab CI component, all made from one declaration.\n\`cordon steps list\` and \`cordon steps info NAME\` show the same on a terminal.\n\n| Step | Title | Version | |\n|---|---|---|---|\n${rows.join('\n')}\n\n${GUIDES.map(guideSection).join('\n')}`
}

function guideSection({ name, choices, advice }: StepGuide): string {
  const lines = choices.map(({ step, when }) => `- [\`${step}\`](${step}.md): ${when}.`)
  return `## Which ${name}?\n\n${lines.join('\n')}\n\n${advice}\n`
}

function notice({ deprecated }: LibraryStep, linkTo: (step: string) => string): readonly string[] {
  if (deprecated === undefined) return []
  const { successor, reason } = deprecated
  return [`**Deprecated.** Use [\`${successor}\`](${linkTo(successor)}): ${reason}.`]
}

/** An example for each CI system, with the inputs that must be given. */
function usage(step: LibraryStep): string {
  const { id, inputs, versions } = step
  const needed = inputs.filter((input) => input.required && !input.sensitive && input.defaultValue === '')
  const lines = (indent: string) =>
    needed.map(({ name, title }) => `\n${indent}${name}: ${JSON.stringify(title.toLowerCase())}`).join('')
  const tag = `v${versions[0].version}`
  const block = (what: string, language: string, text: string) => `${what}:\n\n\`\`\`${language}\n${text}\n\`\`\``
  const withs = needed.length === 0 ? '' : `\n  with:${lines('    ')}`
  const bitriseInputs = needed
    .map(({ name, title }) => `\n    - ${name}: ${JSON.stringify(title.toLowerCase())}`)
    .join('')
  return [
    block('GitHub Actions', 'yaml', `- uses: OWNER/cordon/${folderOf(step)}@${tag}${withs}`),
    block(
      'Bitrise, from a folder of the repository',
      'yaml',
      `- path::./${folderOf(step)}:${needed.length === 0 ? ' {}' : `\n    inputs:${bitriseInputs}`}`,
    ),
    block(
      'GitLab CI',
      'yaml',
      `include:\n  - component: $CI_SERVER_FQDN/GROUP/cordon/${id}@${tag}${needed.length === 0 ? '' : `\n    inputs:${lines('      ')}`}`,
    ),
  ].join('\n\n')
}

function inputRow(input: InputDeclaration): string {
  const marks = [input.required ? 'required' : '', input.sensitive ? 'environment only' : ''].filter(Boolean)
  const name = `\`${input.name}\`${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`
  const also = (input.aliases ?? []).map((alias) => `\`${alias}\``).join(', ')
  const names = also === '' ? name : `${name}, also ${also}`
  const cells = [names, input.summary, acceptedOf(input), input.defaultValue === '' ? '' : `\`${input.defaultValue}\``]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function outputRow({ name, summary, sensitive }: OutputDeclaration): string {
  return `| \`${name}\`${sensitive ? ' (masked)' : ''} | ${summary} |`
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
