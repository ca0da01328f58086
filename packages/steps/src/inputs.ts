import { lstatSync, type Stats } from 'node:fs'
import { resolve } from 'node:path'
import { stepErrors } from './errors.ts'
import type { InputDeclaration, RawInputs } from './step.ts'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * Fills in every declared input: what was given, else the environment variable of the same name, else the default with
 * its variables replaced.
 */
export function collectInputs(
  declarations: readonly InputDeclaration[],
  given: Partial<RawInputs>,
  variables: Variables,
): RawInputs {
  const values = declarations.map((declaration) => {
    const value = valueGiven(declaration, given, variables) ?? expand(declaration.defaultValue, variables)
    return [declaration.name, checkInput(declaration, declaration.choiceAliases?.[value] ?? value)] as const
  })
  return Object.fromEntries(values)
}

/** Steps of other makers name some inputs differently, and CI systems set those that nobody filled in to nothing. */
function valueGiven(
  { name, aliases = [] }: InputDeclaration,
  given: Partial<RawInputs>,
  variables: Variables,
): string | undefined {
  const names = [name, ...aliases]
  const values = [given, variables].flatMap((source) => names.flatMap((one) => source[one] ?? []))
  return values.find((value) => value !== '') ?? values[0]
}

const VARIABLE = /\$\{?([A-Za-z_]\w*)\}?/g

function expand(text: string, variables: Variables): string {
  return text.replace(VARIABLE, (_, name: string) => variables[name] ?? '')
}

/** Names of the environment variables that a default refers to. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(VARIABLE)].flatMap(([, name]) => name ?? [])
}

const MAX_INPUT_LENGTH = 65_536

function checkInput(declaration: InputDeclaration, value: string): string {
  const { name, choices, required, type } = declaration
  if (value.length > MAX_INPUT_LENGTH || value.includes('\0'))
    throw invalid(name, `a text of at most ${MAX_INPUT_LENGTH} characters`)
  if (required && value.trim() === '')
    throw stepErrors.input_missing({ input: name }, { detail: `"${name}": ${declaration.title}` })
  if (value === '') return value
  const refusal = declaration.refusals?.[value]
  if (refusal !== undefined) throw invalid(name, refusal)
  if (choices && !choices.includes(value)) throw invalid(name, `one of ${choices.join(', ')}`)
  if (type === 'boolean' && !['yes', 'no'].includes(value)) throw invalid(name, 'yes or no')
  if (type === 'integer' && !/^\d{1,6}$/.test(value)) throw invalid(name, 'a whole number from 0')
  return value
}

/** The error for an input that is not as it must be. Says what is accepted, not what was given: that may be a secret. */
export function invalid(input: string, accepted: string) {
  return stepErrors.input_invalid({ input, accepted }, { detail: `"${input}" must be ${accepted}` })
}

export function textInput(raw: RawInputs, name: string): string {
  return raw[name] ?? ''
}

export function booleanInput(raw: RawInputs, name: string): boolean {
  return raw[name] === 'yes'
}

export function integerInput(raw: RawInputs, name: string): number {
  return Number(raw[name] || '0')
}

/** A list with `|` or line breaks between its entries. Empty entries are kept: lists that belong together pair by position. */
export function listInput(raw: RawInputs, name: string): readonly string[] {
  const value = textInput(raw, name)
  return value === '' ? [] : value.split(/[|\n]/).map((entry) => entry.trim())
}

/** A path from the working folder; empty stays empty. */
export function pathInput(raw: RawInputs, name: string, workingFolder: string): string {
  const value = textInput(raw, name)
  return value === '' ? '' : resolve(workingFolder, value)
}

/** The path of `output_file`. Refuses what is there and is no file, such as `/dev/stdout` or a link: the file takes the place of it. */
export function outputFileInput(raw: RawInputs, workingFolder: string): string {
  const path = pathInput(raw, 'output_file', workingFolder)
  const found = path === '' ? undefined : lookAt(path)
  if (found !== undefined && !found.isFile()) throw invalid('output_file', 'a file, or a path where nothing is yet')
  return path
}

function lookAt(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    throw invalid('output_file', 'a path in a folder that can be looked into')
  }
}
