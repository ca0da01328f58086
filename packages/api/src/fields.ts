import { ID_PREFIX, type Id, type IdKind, isId } from '@cordon/core/ids'
import { z } from 'zod'

// Control characters, and those that turn the direction of writing round, have no place in names and make logs and terminals lie. Texts
// come from CI systems too, such as the message of a commit: tab and line breaks are allowed there, and whoever shows one sees to the rest.
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
const CONTROL_BUT_BREAKS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/

/** A one-line text that people read: trimmed, 1 to `max` characters, no control characters. */
export function line(max: number) {
  return z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(max, `must have at most ${max} characters`)
    .refine((value) => !CONTROL.test(value), 'must not contain control characters')
}

/** A text of several lines: at most `max` characters. */
export function text(max: number) {
  return z
    .string()
    .max(max, `must have at most ${max} characters`)
    .refine((value) => !CONTROL_BUT_BREAKS.test(value), 'must not contain control characters')
}

/** A whole number from `least` to `most`. */
export function count(least: number, most: number) {
  return z
    .number()
    .int('must be a whole number')
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`)
}

/** The id of one of Cordon's own things. */
export function idOf<K extends IdKind>(kind: K) {
  const schema = z
    .string()
    .max(40)
    .refine((value) => isId(kind, value), `must be an id that begins with "${ID_PREFIX[kind]}_"`)
    .meta({ description: `${kind} id` })
  // The refinement proves the brand; zod does not carry type guards into its output type.
  return schema as unknown as z.ZodType<Id<K>, string>
}

/** A field whose value is a secret: removed from every log and document example. */
export function secretField<T extends z.ZodType>(schema: T): T {
  return schema.meta({ secret: true, writeOnly: true }) as T
}

/** A secret that is shown once, in the answer that made it. */
export function shownOnce<T extends z.ZodType>(schema: T): T {
  return schema.meta({ secret: true, readOnly: true }) as T
}

/** A point in time on the wire: `2026-03-01T09:30:00.000Z`. */
export const timestamp = z.iso.datetime()

export const email = z
  .string()
  .trim()
  .max(254)
  .regex(/^[^\s@]{1,64}@[^\s@]+\.[^\s@]+$/, 'must be an e-mail address, such as "dana@example.com"')

export const password = secretField(
  z.string().min(12, 'must have at least 12 characters').max(256, 'must have at most 256 characters'),
)

const WHOLE_TOKEN = 'must be the whole token, as the link has it after "#token="'

/** A token that arrives from a link's fragment or a header. */
export const presentedToken = secretField(z.string().min(8, WHOLE_TOKEN).max(200, WHOLE_TOKEN))

/** Paging by cursor: give the `nextCursor` of the page before. */
export const pageQuery = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** One page of a list; `nextCursor` is null on the last one. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

/** A person as others see them. */
export const personRef = z.object({ id: idOf('user'), name: z.string(), email: z.string() })
