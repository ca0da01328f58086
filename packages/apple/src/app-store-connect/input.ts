import { appleErrors } from '../errors.ts'

interface Rule {
  readonly form: RegExp
  readonly accepted: string
}

/** The forms that Apple takes, checked before anything is sent. */
export const INPUT_RULES = {
  name: { form: /^[^\p{Cc}]{1,255}$/u, accepted: 'a name of 1 to 255 characters without line breaks' },
  profileName: {
    form: /^[^\p{Cc}*]{1,255}$/u,
    accepted: 'a name of 1 to 255 characters without line breaks and without "*"',
  },
  bundleIdName: { form: /^[A-Za-z0-9 ]{1,255}$/, accepted: '1 to 255 letters, digits and spaces' },
  identifier: {
    form: /^(?:[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,20}(?:\.\*)?|\*)$/,
    accepted: 'letters, digits, "-" and ".", such as com.acme.app, or com.acme.* for a wildcard',
  },
  udid: {
    form: /^(?:[0-9A-Fa-f]{40}|[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{16}|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})$/,
    accepted: '40 hexadecimal digits, or 8 and 16 joined by "-", or a Mac\u2019s hardware UUID',
  },
} as const satisfies Record<string, Rule>

/** Returns the value when it has the form of its rule. Throws `apple.input_invalid`, which names the field and what is accepted. */
export function requireForm(field: string, value: string, rule: keyof typeof INPUT_RULES): string {
  const { form, accepted } = INPUT_RULES[rule]
  if (form.test(value)) return value
  throw appleErrors.input_invalid(
    { field, problem: value === '' ? 'empty' : 'malformed', accepted },
    { detail: `"${field}" must be ${accepted}; got ${shown(value)}.` },
  )
}

const SHOWN_CHARACTERS = 60

function shown(value: string): string {
  return JSON.stringify(value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}\u2026` : value)
}
