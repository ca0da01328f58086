import type { ConnectionTypeForm } from '@cordon/api/connections/schema'
import type { Secret } from '@cordon/core/secret'

/** One field of a form as the API describes it. */
export type FieldDescriptor = ConnectionTypeForm['fields'][number]

/** A file that was chosen: what is shown of it, and its text. */
export interface ChosenFile {
  readonly fileName: string
  readonly text: Secret<string>
}

/** What was filled in so far, by field name. Files are kept apart, because their text is a secret. */
export interface FormValues {
  readonly texts: Readonly<Record<string, string>>
  readonly files: Readonly<Record<string, ChosenFile>>
}

/** A form before anything is filled in: each choice stands on its first entry. */
export function emptyValues(
  fields: readonly FieldDescriptor[],
  given: Readonly<Record<string, string>> = {},
): FormValues {
  const choices = fields
    .filter(({ kind }) => kind === 'choice')
    .map(({ name, choices: [first] }) => [name, first?.value ?? ''] as const)
  return { texts: { ...Object.fromEntries(choices), ...given }, files: {} }
}

/** The fields to show, given what is chosen so far. */
export function shownFields(fields: readonly FieldDescriptor[], { texts }: FormValues): readonly FieldDescriptor[] {
  return fields.filter(
    ({ hiddenWhen }) => hiddenWhen === null || !hiddenWhen.values.includes(texts[hiddenWhen.field] ?? ''),
  )
}

/** What keeps the form from being sent: fields that are empty, and fields that are not in the form that is accepted. */
export interface Gaps {
  readonly missing: readonly FieldDescriptor[]
  readonly wrong: readonly FieldDescriptor[]
}

/** Looks for gaps among the shown fields. */
export function findGaps(fields: readonly FieldDescriptor[], values: FormValues): Gaps {
  const shown = shownFields(fields, values)
  return {
    missing: shown.filter((field) => !field.optional && isEmpty(field, values)),
    wrong: shown.filter((field) => !isEmpty(field, values) && !isAccepted(field, values)),
  }
}

function isEmpty({ kind, name }: FieldDescriptor, { texts, files }: FormValues): boolean {
  return kind === 'file' ? files[name] === undefined : sentText(kind, texts[name]) === ''
}

function isAccepted({ kind, name, pattern }: FieldDescriptor, { texts }: FormValues): boolean {
  if (kind === 'choice' || kind === 'file' || pattern === null) return true
  return new RegExp(`^(?:${pattern})$`).test(sentText(kind, texts[name]))
}

/** What is sent of a text. A password is sent as it was typed: a blank may belong to it. */
function sentText(kind: FieldDescriptor['kind'], text = ''): string {
  return kind === 'password' ? text : text.trim()
}

/** One line that says what is missing; empty when the form can be sent. */
export function describeGaps({ missing, wrong }: Gaps): string {
  if (missing.length > 0) return `Still missing: ${joined(missing.map(({ label }) => label))}.`
  if (wrong.length > 0) return `Please check: ${joined(wrong.map(({ label }) => label))}.`
  return ''
}

function joined(labels: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(labels)
}

/** Says whether a message for a field can stand beside it: the field is shown, and is no choice. */
export function showsMessage(fields: readonly FieldDescriptor[], values: FormValues, name: string): boolean {
  return shownFields(fields, values).some((field) => field.name === name && field.kind !== 'choice')
}

/**
 * The request body: values under the paths that the field names spell (`key.keyId`), without optional fields that are empty.
 * Reveals the files' texts.
 */
export function toBody(fields: readonly FieldDescriptor[], values: FormValues): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const field of shownFields(fields, values)) {
    if (field.optional && isEmpty(field, values)) continue
    const { name, kind } = field
    const value = kind === 'file' ? values.files[name]?.text.reveal() : sentText(kind, values.texts[name])
    place(body, name.split('.'), value)
  }
  return body
}

function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path
  if (head === undefined) return
  if (rest.length === 0) {
    target[head] = value
    return
  }
  const inner = (target[head] ?? {}) as Record<string, unknown>
  target[head] = inner
  place(inner, rest, value)
}

const MOST_CHARACTERS = 16_384

/** The text of a chosen file, or why it cannot be a key: nothing is in it, or too much. */
export async function readKeyFile(file: File): Promise<{ readonly text: string } | { readonly problem: string }> {
  if (file.size > MOST_CHARACTERS) {
    const problem = `"${file.name}" is too large for a private key: it has ${file.size} bytes, a .p8 file about 260.`
    return { problem }
  }
  const text = await file.text()
  return text.trim() === '' ? { problem: `"${file.name}" is empty.` } : { text }
}

// Apple names the download AuthKey_<key id>.p8, and ApiKey_<key id>.p8 for individual keys; browsers add " (1)" to a second one.
const KEY_FILE = /^(?:AuthKey|ApiKey)_([A-Z0-9]{10})(?: ?\(\d+\))?\.p8$/i

/** The key id that a file's name gives away; undefined when it gives none. */
export function keyIdIn(fileName: string): string | undefined {
  return KEY_FILE.exec(fileName)?.[1]?.toUpperCase()
}
