import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import { newAppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import { connectionErrors } from '@cordon/api/connections/errors'
import type { ConnectionTypeForm } from '@cordon/api/connections/schema'
import { isCordonError } from '@cordon/core/errors'
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { divideRefusal, readBody, useFocusOnRefused } from '../../../platform/refusal.ts'
import { useAction } from '../../../platform/use-action.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Button } from '../../../ui/button.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { startSignIn } from '../api/apple-sign-ins.ts'
import { ConnectionFields } from './connection-fields.tsx'
import { FormFooter } from './form-footer.tsx'
import { describeGaps, emptyValues, type FormValues, findGaps, showsMessage, toBody } from './form-values.ts'

interface AppleIdFormProps {
  readonly form: ConnectionTypeForm
  readonly given: Readonly<Record<string, string>>
  readonly onStarted: (signIn: AppleSignIn) => void
  /** Signs in again to a connection that is there already. */
  readonly onSignInAgain: (connectionId: string) => void
  /** Leads to the method that is recommended. */
  readonly instead: ReactNode
  readonly onCancel: () => void
}

/** The form that signs in to an Apple ID. The password is dropped as soon as Apple has answered. */
export function AppleIdForm({ form, given, onStarted, onSignInAgain, instead, onCancel }: AppleIdFormProps) {
  const [values, setValues] = useState<FormValues>(() => emptyValues(form.fields, given))
  const gapLine = describeGaps(findGaps(form.fields, values))
  const start = useAction(() => startSignIn(readBody(newAppleSignIn, toBody(form.fields, values))), {
    onDone: (signIn) => {
      setValues(emptyValues(form.fields))
      onStarted(signIn)
    },
  })
  const refusal = divideRefusal(start.error, (name) => showsMessage(form.fields, values, name))
  const element = useRef<HTMLFormElement>(null)
  useFocusOnRefused(element, refusal.elsewhere === undefined ? start.error : undefined)

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (gapLine === '' && !start.pending) void start.run()
  }

  return (
    <form ref={element} onSubmit={onSubmit} noValidate className="grid gap-5">
      <Honesty instead={instead} />
      <ConnectionFields
        fields={form.fields}
        values={values}
        messages={refusal.messages}
        onValues={(next) => {
          setValues(next)
          start.reset()
        }}
      />
      <Refusal error={refusal.elsewhere} onSignInAgain={onSignInAgain} />
      <FormFooter gapLine={gapLine} pending={start.pending} submitLabel={form.submit} onCancel={onCancel} />
    </form>
  )
}

function Honesty({ instead }: { readonly instead: ReactNode }) {
  return (
    <Alert tone="warning" title="An older method: use it only where an API key does not do">
      <p>
        Apple offers no sign-in by password to other software. It may change or block this at any time, and by its terms
        the risk is with the owner of the account.
      </p>
      <p>
        This server keeps the password, encrypted, and signs in with it. Best give it an Apple ID of its own with few
        rights, not the Account Holder’s.
      </p>
      {instead}
    </Alert>
  )
}

function Refusal({
  error,
  onSignInAgain,
}: {
  readonly error: unknown
  readonly onSignInAgain: (connectionId: string) => void
}) {
  const shown = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (error !== undefined) shown.current?.scrollIntoView({ block: 'nearest' })
  }, [error])
  if (error === undefined) return null
  const stored = storedAlready(error)
  return (
    <div ref={shown}>
      <Problem error={error}>
        {stored !== undefined && (
          <div>
            <Button size="small" onClick={() => onSignInAgain(stored)}>
              Sign in again
            </Button>
          </div>
        )}
      </Problem>
    </div>
  )
}

function storedAlready(error: unknown): string | undefined {
  if (!isCordonError(error) || error.code !== connectionErrors.apple_id_stored.code) return undefined
  return typeof error.details.connectionId === 'string' ? error.details.connectionId : undefined
}
