import { type FormEvent, useRef, useState } from 'react'
import type { z } from 'zod'
import { divideRefusal, messagesOf, useFocusOnRefused } from './refusal.ts'

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
  readonly field: (name: keyof V & string) => FieldBinding
  /** What the last submission says that stands beside no field. */
  readonly problem: unknown
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
  /** Fields by their path in the request, where it is not the field's name. */
  readonly paths?: Readonly<Record<string, keyof V & string>>
}

type Messages = Readonly<Record<string, string>>

/** Checks a form with the contract's own schema, shows each message beside its field and moves the focus to the first. */
export function useForm<V extends Record<string, string>, B extends z.ZodType>(options: FormOptions<V, B>): Form<V> {
  const { id, initial, accepts, toBody, submit, error, paths = {} } = options
  const [values, setValues] = useState(initial)
  const [own, setOwn] = useState<Messages>()
  const form = useRef<HTMLFormElement>(null)
  const nameOf = (path: string): string => paths[path] ?? path
  const answer = divideRefusal(error, (path) => Object.hasOwn(initial, nameOf(path)))
  const messages = byName({ ...answer.messages, ...own }, nameOf)
  useFocusOnRefused(form, own ?? (answer.elsewhere === undefined ? error : undefined))

  function set(change: Partial<V>): void {
    setValues((before) => ({ ...before, ...change }))
  }

  function field(name: keyof V & string): FieldBinding {
    return {
      id: `${id}-${name}`,
      name,
      value: values[name] ?? '',
      onValue: (value) => set({ [name]: value } as Partial<V>),
      error: messages[name],
    }
  }

  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    form.current = event.currentTarget
    const body = toBody(values)
    const parsed = accepts.safeParse(body)
    setOwn(parsed.success ? undefined : messagesOf(parsed.error))
    if (parsed.success) void submit(body)
  }

  return { values, set, field, problem: answer.elsewhere, onSubmit, clear: () => setValues(initial) }
}

function byName(messages: Messages, nameOf: (path: string) => string): Messages {
  return Object.fromEntries(Object.entries(messages).map(([path, message]) => [nameOf(path), message]))
}
