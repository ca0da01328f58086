import { z } from 'zod'
import { idOf, line, personRef, timestamp } from '../fields.ts'

const UDID_FORMS = [/^[0-9a-f]{40}$/i, /^[0-9a-f]{8}-[0-9a-f]{16}$/i, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i]
const LOOKALIKE_DASHES = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/

/** A UDID in one of the forms Apple uses, as typed but trimmed. */
export const udid = z
  .string()
  .trim()
  .max(200)
  .superRefine((value, context) => {
    if (UDID_FORMS.some((form) => form.test(value))) return
    context.addIssue({
      code: 'custom',
      message: LOOKALIKE_DASHES.test(value)
        ? 'holds a dash that only looks like "-" (from a copied text); type a plain hyphen'
        : 'must be a UDID: 40 hexadecimal digits, or 8 and 16 with a hyphen ("00008101-000A1B2C3D4E001E"), or the hardware UUID of a Mac',
    })
  })

export const testDevice = z.object({
  id: idOf('testDevice'),
  /** The positive number that builds see. */
  number: z.number().int().positive(),
  title: z.string(),
  identifier: z.string(),
  owner: personRef,
  createdAt: timestamp,
})
export type TestDevice = z.output<typeof testDevice>

export const newTestDevice = z.object({ title: line(80), identifier: udid })
