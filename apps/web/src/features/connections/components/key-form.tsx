import { connectionErrors } from '@cordon/api/connections/errors'
import { isCordonError } from '@cordon/core/errors'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { hasCode } from '../../../platform/problem.ts'
import { divideRefusal, useFocusOnRefused } from '../../../platform/refusal.ts'
import { type Action, useAction } from '../../../platform/use-action.ts'
import { Checks, checksIn } from '../../../shared/checks.tsx'
import { Button } from '../../../ui/button.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { ConnectionFields } from './connection-fields.tsx'
import { FormFooter } from './form-footer.tsx'
import {
  describeGaps,
  emptyValues,
  type FieldDescriptor,
  type FormValues,
  findGaps,
  showsMessage,
  toBody,
} from './form-values.ts'

interface KeyFormProps<R> {
  readonly fields: readonly FieldDescriptor[]
  readonly given?: Readonly<Record<string, string>>
  readonly submitLabel: string
  readonly done: string
  readonly submit: (body: Record<string, unknown>, storeUntested: boolean) => Promise<R>
  readonly onDone: (result: R) => void
  readonly onCancel: () => void
}

/** The form that tries a key against Apple and stores it. The key's text is dropped as soon as it is stored. */
export function KeyForm<R>({ fields, given = {}, submitLabel, done, submit, onDone, onCancel }: KeyFormProps<R>) {
  const [values, setValues] = useState<FormValues>(() => emptyValues(fields, given))
  const gaps = findGaps(fields, values)
  const gapLine = describeGaps(gaps)
  const send = useAction((storeUntested: boolean) => submit(toBody(fields, values), storeUntested), {
    done,
    onDone: (result) => {
      setValues(emptyValues(fields))
      onDone(result)
    },
  })

  const refusal = divideRefusal(send.error, (name) => showsMessage(fields, values, name))
  const form = useRef<HTMLFormElement>(null)
  useFocusOnRefused(form, refusal.elsewhere === undefined ? send.error : undefined)

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (gapLine === '') void send.run(false)
  }

  return (
    <form ref={form} onSubmit={onSubmit} noValidate className="grid gap-5">
      <ConnectionFields
        fields={fields}
        values={values}
        messages={refusal.messages}
        onValues={(next) => {
          setValues(next)
          send.reset()
        }}
      />
      {refusal.elsewhere !== undefined && <Refusal send={send} ready={gapLine === ''} />}
      <FormFooter
        gapLine={gapLine}
        pending={send.pending}
        submitLabel={isRefused(send.error) ? 'Try again' : submitLabel}
        onCancel={onCancel}
      />
    </form>
  )
}

const CAN_BE_STORED_UNTESTED: readonly string[] = [
  connectionErrors.rejected_by_apple.code,
  connectionErrors.agreements_missing.code,
  connectionErrors.apple_unreachable.code,
  connectionErrors.apple_rate_limited.code,
]

function isRefused(error: unknown): boolean {
  return hasCode(error, ...CAN_BE_STORED_UNTESTED)
}

function Refusal({ send, ready }: { readonly send: Action<[boolean], unknown>; readonly ready: boolean }) {
  const { error } = send
  const shown = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (error !== undefined) shown.current?.scrollIntoView({ block: 'start' })
  }, [error])
  if (!isCordonError(error)) return <Problem error={error} />
  const checks = checksIn(error.details)
  return (
    <div ref={shown} className="grid scroll-mt-4 gap-4">
      {/* The checks below hold Apple's own sentence. */}
      <Problem error={error} withDetail={checks.length === 0} />
      {checks.length > 0 && <Checks checks={checks} />}
      {isRefused(error) && (
        <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line bg-sunken p-3">
          <p className="min-w-0 flex-1 basis-56 text-sm text-ink-soft">
            You can keep the key although Apple did not accept it now. It is marked <em>untested</em>, and builds may
            fail with it.
          </p>
          <Button size="small" pending={send.pending} disabled={!ready} onClick={() => void send.run(true)}>
            Store untested
          </Button>
        </div>
      )}
    </div>
  )
}
