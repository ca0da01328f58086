import { type FormEvent, useEffect, useRef, useState } from 'react'
import type { z } from 'zod'
import { fieldMessages } from './problem.ts'

/** What an input needs to be one field of a form. */
export interface FieldBinding {
  readonly id: string
  readonly name: string
  readonly value: string
  readonly onValue: (value: string) => void
  readonly error: string | undefined
}

/** A form of text fields. */
export interface Form<V extends Record<string, string>> {
  readonly values: V
  readonly set: (change: Partial<V>) => void
  readonly field: (name: keyof V & string, path?: string) => FieldBinding
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void
  /** Empties every field. */
  readonly clear: () => void
}

interface FormOptions<V extends Record<string, string>, B extends z.ZodType> {
  /** Distinguishes the ids of two forms on one page. */
  readonly id: string
  readonly initial: V
  /** What the server accepts; checked here first so that messages come at once. */
  readonly accepts: B
  readonly toBody: (values: V) => z.input<B>
  readonly submit: (body: z.input<B>) => Promise<unknown>
  /** The error of the last submission; its field messages are shown beside the fields. */
  readonly error: unknown
}

/** Checks a form with the contract's own schema, shows each message beside its field and moves the focus to the first. */
export function useForm<V extends Record<string, string>, B extends z.ZodType>(options: FormOptions<V, B>): Form<V> {
  const [values, setValues] = useState(options.initial)
  const [messages, setMessages] = useState<Record<string, string>>({})
  const form = useRef<HTMLFormElement>(null)
  const told = useFieldMessages(messages, options.error, form)

  function set(change: Partial<V>): void {
    setValues((before) => ({ ...before, ...change }))
  }

  function field(name: keyof V & string, path: string = name): FieldBinding {
    return {
      id: `${options.id}-${name}`,
      name,
      value: values[name] ?? '',
      onValue: (value) => set({ [name]: value } as Partial<V>),
      error: told[path],
    }
  }

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    form.current = event.currentTarget
    const body = options.toBody(values)
    const parsed = options.accepts.safeParse(body)
    setMessages(parsed.success ? {} : messagesOf(parsed.error))
    if (parsed.success) void options.submit(body)
  }

  return { values, set, field, onSubmit, clear: () => setValues(options.initial) }
}

function useFieldMessages(
  own: Record<string, string>,
  error: unknown,
  form: React.RefObject<HTMLFormElement | null>,
): Record<string, string> {
  useEffect(() => {
    if (Object.keys(own).length === 0 && Object.keys(fieldMessages(error)).length === 0) return
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [own, error, form])
  return { ...fieldMessages(error), ...own }
}

function messagesOf(error: z.ZodError): Record<string, string> {
  return Object.fromEntries(error.issues.map((issue) => [issue.path.join('.'), sentence(issue.message)]).reverse())
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1)
}
