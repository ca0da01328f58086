import { stringify } from 'yaml'
import type { InputDeclaration } from '../step.ts'
import type { LibraryStep } from './catalogue.ts'

/** One file that holds the whole program of a step, beside its description; made by `npm run build:steps`. */
export const BUNDLE = 'dist/main.cjs'

/** Steps of a build take these from its environment; changing them by hand is a mistake. */
const OF_THE_BUILD = new Set(['build_url', 'build_api_token'])

export function isOfTheBuild({ name }: InputDeclaration): boolean {
  return OF_THE_BUILD.has(name)
}

/** The default comes from an environment variable. */
export function hasVariableDefault({ defaultValue }: InputDeclaration): boolean {
  return defaultValue.includes('$')
}

/** What an input means, with what it accepts where its type does not say so by itself. */
export function explain(input: InputDeclaration): string {
  const accepted = input.choices ?? (input.type === 'boolean' ? ['yes', 'no'] : [])
  const choices = accepted.length === 0 ? '' : ` (${accepted.join(', ')})`
  const separator = input.type === 'list' ? '; entries with | or line breaks between them' : ''
  return `${input.summary}${choices}${separator}`
}

/** A description of a CI system as text. As YAML 1.1, so that no reader takes "yes" and "no" for anything but texts. */
export function yamlDocument({ id }: Pick<LibraryStep, 'id'>, document: unknown): string {
  return `# Made from the declaration of the step ${id} (npm run generate); changes here are lost.\n${yamlText(document)}`
}

export function yamlText(document: unknown): string {
  return stringify(document, { version: '1.1', lineWidth: 0, aliasDuplicateObjects: false })
}
