import { invalidAttribute } from './errors.ts'

/** One item of a seed. */
export type SeedItem = Readonly<Record<string, unknown>>

/** A text that a seed has to give. Refuses the item otherwise. */
export function seedText(item: SeedItem, field: string): string {
  const value = item[field]
  if (typeof value === 'string' && value !== '') return value
  throw invalidAttribute(field, `'${field}' must be a text`)
}

/** A text that a seed may give. */
export function optionalSeedText(item: SeedItem, field: string): string | undefined {
  return item[field] === undefined || item[field] === null ? undefined : seedText(item, field)
}

/** A list of texts that a seed may give. */
export function seedTexts(item: SeedItem, field: string): string[] {
  const value = item[field] ?? []
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value
  throw invalidAttribute(field, `'${field}' must be a list of texts`)
}

/** A yes or no that a seed may give; no without it. */
export function seedFlag(item: SeedItem, field: string): boolean {
  const value = item[field] ?? false
  if (typeof value === 'boolean') return value
  throw invalidAttribute(field, `'${field}' must be true or false`)
}

/** A list of things that a seed may give. */
export function seedItems(item: SeedItem, field: string): SeedItem[] {
  const value = item[field] ?? []
  if (Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null)) return value
  throw invalidAttribute(field, `'${field}' must be a list of objects`)
}

/** Refuses fields that the seed of a resource does not know, so that a typing mistake is seen. */
export function onlySeedFields(item: SeedItem, fields: readonly string[]): void {
  const extra = Object.keys(item).find((field) => !fields.includes(field))
  if (extra !== undefined) throw invalidAttribute(extra, `'${extra}' is not known here; known are ${fields.join(', ')}`)
}
