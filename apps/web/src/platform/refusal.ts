import { requestErrors } from '@cordon/api/errors'
import { type RefObject, useEffect } from 'react'
import type { z } from 'zod'
import { fieldMessages } from './problem.ts'

/** What an error says in a form: each thing once. */
export interface Refusal {
  /** By field name, to stand beside the fields. */
  readonly messages: Readonly<Record<string, string>>
  /** The error, unless all that it has to say stands beside fields. */
  readonly elsewhere: unknown
}

/** Divides what an error says among the fields of a form. `shows` says which fields there are to stand beside. */
export function divideRefusal(error: unknown, shows: (name: string) => boolean): Refusal {
  const told = Object.entries(fieldMessages(error))
  const isTold = told.length > 0 && told.every(([name]) => shows(name))
  return {
    messages: Object.fromEntries(told.map(([name, message]) => [name, sentence(message)])),
    elsewhere: isTold ? undefined : error,
  }
}

/** Reads a form's values as the server would. Throws `request.invalid` with the server's own messages. */
export function readBody<B extends z.ZodType>(schema: B, values: unknown): z.output<B> {
  const read = schema.safeParse(values)
  if (read.success) return read.data
  throw requestErrors.invalid({ fields: Object.entries(messagesOf(read.error)).map(toField) })
}

function toField([field, message]: [string, string]) {
  return { field, message }
}

/** The first message of each field, by its path. */
export function messagesOf(error: z.ZodError): Record<string, string> {
  return Object.fromEntries(error.issues.map((issue) => [issue.path.join('.'), sentence(issue.message)]).reverse())
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1)
}

/** Moves the focus to the first field that is refused, and it into sight; once for each `refusal`, undefined for none. */
export function useFocusOnRefused(form: RefObject<HTMLElement | null>, refusal: unknown): void {
  useEffect(() => {
    if (refusal === undefined) return
    const field = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')
    field?.focus({ preventScroll: true })
    // In the middle, so that the message below it does not lie under the buttons.
    field?.scrollIntoView({ block: 'center' })
  }, [refusal, form])
}
