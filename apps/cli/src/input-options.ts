import type { InputDeclaration } from '@cordon/steps/step'
import { type Command, Help, Option } from 'commander'

/** Adds an option for each input that is no secret. */
export function addInputOptions(command: Command, inputs: readonly InputDeclaration[]): void {
  for (const input of inputs) if (!input.sensitive) command.addOption(optionFor(input))
}

function optionFor(input: InputDeclaration): Option {
  const option = new Option(`--${input.name.replaceAll('_', '-')} <${valueName(input)}>`, meaningOf(input))
  return input.choices ? option.choices([...input.choices, ...Object.keys(input.choiceAliases ?? {})]) : option
}

function valueName({ type }: InputDeclaration): string {
  return { text: 'text', path: 'path', integer: 'count', boolean: 'yes|no', choice: 'choice', list: 'list' }[type]
}

/** Columns; long names leave less of them for their meaning than the library would wrap. */
const HELP_WIDTH = 80
const MIN_WIDTH_TO_WRAP = 30

/** Secrets would be seen by every process of the machine if they were arguments. */
export function sensitiveHelp(inputs: readonly InputDeclaration[]): string {
  const sensitive = inputs.filter((input) => input.sensitive)
  const width = Math.max(...sensitive.map(({ name }) => name.length))
  const help = Object.assign(new Help(), { helpWidth: HELP_WIDTH, minWidthToWrap: MIN_WIDTH_TO_WRAP })
  const lines = sensitive.map(({ name, ...about }) => help.formatItem(name, width, meaningOf(about), help))
  return `Inputs that may be secret are taken from environment variables only:\n${lines.join('\n')}`
}

function meaningOf({ summary, defaultValue }: Pick<InputDeclaration, 'summary' | 'defaultValue'>): string {
  return `${summary}${defaultValue === '' ? '' : ` (default: ${defaultValue})`}`
}

/** The inputs that the command line gives, by the names of the declaration. */
export function givenInputs(
  inputs: readonly InputDeclaration[],
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    inputs.flatMap(({ name }) => {
      const value = options[camelCase(name)]
      return typeof value === 'string' ? [[name, value] as const] : []
    }),
  )
}

function camelCase(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
