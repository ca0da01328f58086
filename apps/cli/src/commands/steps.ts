import {
  findGuide,
  findStep,
  GUIDES,
  type LibraryStep,
  librarySteps,
  type StepGuide,
} from '@cordon/steps/library/catalogue'
import type { InputDeclaration } from '@cordon/steps/step'
import type { Command } from 'commander'
import { type Context, show } from '../context.ts'
import { cliErrors } from '../errors.ts'
import { topLevel } from '../overview.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context

/** Adds `steps list` and `steps info`: what the step library holds, without a server. */
export function addStepsCommands(program: Command, getContext: GetContext): void {
  const steps = topLevel(program, 'steps')
  steps
    .command('list')
    .description('list the steps with their versions, and which of them are deprecated')
    .action((_options: unknown, command: Command) => list(getContext(command)))
  steps
    .command('info')
    .description('show versions, inputs and outputs of a step, or which step to use for a name that stands for several')
    .argument('<name>', 'id, title or former name, such as fastlane or "iOS Auto Provision"')
    .action((name: string, _options: unknown, command: Command) => info(getContext(command), name))
}

function list(context: Context): void {
  const steps = librarySteps()
  const rows = steps.map(({ id, versions, title, deprecated }) => [
    id,
    versions[0].version,
    title,
    deprecated ? `deprecated, use ${deprecated.successor}` : '',
  ])
  const guides = GUIDES.map(({ name }) => `which one is "${name}"? cordon steps info "${name}"\n`).join('')
  const document = {
    steps: steps.map(({ id, title, summary, versions, deprecated }) => ({
      id,
      title,
      summary,
      version: versions[0].version,
      deprecated: deprecated ?? null,
    })),
    guides: GUIDES,
  }
  show(context, document, `${table(['STEP', 'VERSION', 'TITLE', ''], rows, 'no steps')}\n${guides}`)
}

/** Throws `cli.step_unknown`. */
function info(context: Context, name: string): void {
  const guide = findGuide(name)
  const step = guide === undefined ? findStep(name) : undefined
  if (guide !== undefined) show(context, guide, guideText(guide))
  else if (step !== undefined) show(context, documentOf(step), stepText(step))
  else throw cliErrors.step_unknown({ step: name }, { detail: `"${name}"` })
}

function guideText({ name, choices, advice }: StepGuide): string {
  const lines = choices.map(({ step, when }) => `${step}\n  ${when}\n`)
  return `"${name}" is one of ${choices.length} steps.\n\n${lines.join('\n')}\n${advice}\n`
}

function documentOf({ id, title, summary, versions, deprecated, otherNames, inputs, outputs }: LibraryStep) {
  return {
    id,
    title,
    summary,
    versions,
    deprecated: deprecated ?? null,
    otherNames: otherNames ?? [],
    inputs: inputs.map((input) => ({
      name: input.name,
      title: input.title,
      summary: input.summary,
      type: input.type,
      required: input.required ?? false,
      sensitive: input.sensitive ?? false,
      default: input.defaultValue,
      choices: input.choices ?? null,
      aliases: input.aliases ?? [],
    })),
    outputs: outputs.map((output) => ({ ...output, sensitive: output.sensitive ?? false })),
  }
}

function stepText(step: LibraryStep): string {
  const { id, title, summary, versions, deprecated, otherNames = [], inputs, outputs } = step
  const heading = [
    `${id} ${versions[0].version}: ${title}`,
    summary,
    ...(deprecated ? [`deprecated: use ${deprecated.successor}, because ${deprecated.reason}`] : []),
    ...(otherNames.length > 0 ? [`also known as: ${otherNames.join(', ')}`] : []),
  ]
  const sections = [
    table(
      ['VERSION', 'CHANGES'],
      versions.map(({ version, changes }) => [version, changes]),
      'no versions',
    ),
    table(['INPUT', 'DEFAULT', 'MEANING'], inputs.map(inputRow), 'no inputs'),
    table(
      ['OUTPUT', 'VALUE'],
      outputs.map(({ name, summary: value }) => [name, value]),
      'no outputs',
    ),
  ]
  return `${heading.join('\n')}\n\n${sections.join('\n')}`
}

function inputRow({ name, defaultValue, summary, required, sensitive }: InputDeclaration): readonly string[] {
  const marks = [required ? 'required' : '', sensitive ? 'from the environment only' : ''].filter((mark) => mark !== '')
  return [name, defaultValue, `${summary}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`]
}
