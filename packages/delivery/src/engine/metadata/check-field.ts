import { categoryName, type FieldSpec } from './fields.ts'
import type { Value } from './model.ts'

/** What is wrong with a text, and how many characters before it all is well. */
export interface Flaw {
  readonly message: string
  readonly at: number
}

type Check = (text: string, spec: FieldSpec) => string | undefined

const CHECKS: Readonly<Record<FieldSpec['kind'], Check>> = {
  text: () => undefined,
  name: (text) =>
    /\p{Extended_Pictographic}(?<![©®™])/u.test(text)
      ? 'has a pictograph, which Apple does not take in names'
      : undefined,
  url: (text) => (isWebAddress(text) ? undefined : 'must be an http:// or https:// address'),
  email: (text) => (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text) ? undefined : 'must be an e-mail address'),
  phone: (text) =>
    /^\+[\d ().-]{6,20}$/.test(text) ? undefined : 'must be a phone number with "+" and the country code',
  flag: () => 'must be true or false',
  choice: (text, { choices = [] }) => (choices.includes(text) ? undefined : `must be one of ${choices.join(', ')}`),
  category: (text) =>
    /^[A-Z][A-Z_]*$/.test(categoryName(text)) ? undefined : 'must be a category as Apple names it, such as GAMES',
  time: (text) =>
    /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
      ? undefined
      : 'must be a time such as 2027-01-31T09:00:00Z',
}

function isWebAddress(text: string): boolean {
  return (
    !/\s/.test(text) && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && /^https?:\/\/[^/]/.test(text)
  )
}

// Apple takes line breaks and tabs, and no other control character.
const CONTROL = /[\p{Cc}\p{Cs}]/u

/** What is wrong with the value of a field; undefined when nothing is. An empty text is none and always right. */
export function flawOf(spec: FieldSpec, value: Value): Flaw | undefined {
  if (value === null || value === '') return undefined
  if (typeof value === 'boolean') return spec.kind === 'flag' ? undefined : { message: 'must be a text', at: 0 }
  const { min = 0, max = Number.POSITIVE_INFINITY } = spec
  if (value.length > max) return { message: `has ${value.length} characters, ${max} are allowed`, at: max }
  if (value.length < min) return { message: `has ${value.length} characters, ${min} are needed`, at: 0 }
  const control = [...value.matchAll(new RegExp(CONTROL, 'gu'))].find(([found]) => !/[\n\r\t]/.test(found))
  if (control !== undefined) return { message: 'has a control character', at: control.index }
  const message = CHECKS[spec.kind](value, spec)
  return message === undefined ? undefined : { message, at: 0 }
}

/** The value as it is written and compared: without spaces around it, with plain line breaks, categories by their new names. */
export function tidied(spec: Pick<FieldSpec, 'kind'>, value: Value): Value {
  if (typeof value !== 'string') return value
  const text = value.replace(/\r\n?/g, '\n').trim()
  if (text === '') return null
  if (spec.kind === 'category') return categoryName(text) || null
  return spec.kind === 'time' && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : text
}
