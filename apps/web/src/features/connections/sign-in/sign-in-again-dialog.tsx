import { appleSignInErrors } from '@cordon/api/apple-sign-ins/errors'
import { type AppleSignIn, signInAgain as againBody } from '@cordon/api/apple-sign-ins/schema'
import type { Connection } from '@cordon/api/connections/schema'
import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useEffect, useRef, useState } from 'react'
import { hasCode } from '../../../platform/problem.ts'
import { divideRefusal, readBody, useFocusOnRefused } from '../../../platform/refusal.ts'
import { useAction } from '../../../platform/use-action.ts'
import { SessionPanel } from '../../../shared/apple-session.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { TextField } from '../../../ui/field.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { signInAgain } from '../api/apple-sign-ins.ts'
import { connectionQuery } from '../api/connection.ts'

const PASSWORD_NEEDED = appleSignInErrors.password_needed.code

interface SignInAgainProps {
  readonly connectionId: string
  readonly onClose: () => void
  readonly onStarted: (signIn: AppleSignIn) => void
}

/** Signs in again to a connected Apple ID: with the stored password, unless Apple has refused it. */
export function SignInAgainDialog({ connectionId, onClose, onStarted }: SignInAgainProps) {
  const { data: connection, error, refetch } = useQuery(connectionQuery(connectionId))
  return (
    <Dialog
      key={connection === undefined ? 'loading' : 'loaded'}
      open
      onClose={onClose}
      title="Sign in again"
      description={connection === undefined ? undefined : <Intro connection={connection} />}
    >
      {connection === undefined && error === null && <SkeletonRows rows={1} />}
      {connection === undefined && <Problem error={error} onRetry={() => void refetch()} />}
      {connection !== undefined && <AgainForm connection={connection} onClose={onClose} onStarted={onStarted} />}
    </Dialog>
  )
}

function Intro({ connection: { summary, name } }: { readonly connection: Connection }) {
  return (
    <>
      {summary.kind === 'apple_id' ? <span className="wrap-anywhere">{summary.accountName}</span> : name}.
      Authorisations stay as they are.
    </>
  )
}

interface AgainFormProps {
  readonly connection: Connection
  readonly onClose: () => void
  readonly onStarted: (signIn: AppleSignIn) => void
}

function AgainForm({ connection, onClose, onStarted }: AgainFormProps) {
  const [password, setPassword] = useState('')
  const [asked, setAsked] = useState(false)
  const needed = asked || connection.session?.state === 'password_refused'
  const again = useAction(() => signInAgain(connection.id, readBody(againBody, needed ? { password } : {})), {
    onDone: onStarted,
  })
  const wantsPassword = hasCode(again.error, PASSWORD_NEEDED)
  const refusal = divideRefusal(again.error, (name) => name === 'password' && needed && !wantsPassword)
  const field = useRef<HTMLDivElement>(null)
  useFocusOnRefused(field, refusal.elsewhere === undefined ? again.error : undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each answer
  useEffect(() => {
    if (!wantsPassword) return
    setPassword('')
    setAsked(true)
  }, [again.error])
  useEffect(() => {
    if (needed) field.current?.querySelector('input')?.focus()
  }, [needed])

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (!needed || password !== '') void again.run()
  }

  return (
    <form onSubmit={onSubmit} noValidate className="grid gap-5">
      {connection.session !== null && <SessionPanel session={connection.session} />}
      {needed ? (
        <div ref={field}>
          <TextField
            field={{
              id: 'sign-in-again-password',
              name: 'password',
              value: password,
              onValue: setPassword,
              error: wantsPassword ? undefined : refusal.messages.password,
            }}
            label="Password of the Apple ID"
            help="It takes the place of the stored one."
            type="password"
            autoComplete="new-password"
          />
        </div>
      ) : (
        <p className="text-ink-soft">
          Cordon signs in with the stored password. Apple then asks for a code; have a trusted device or your phone at
          hand.
        </p>
      )}
      {wantsPassword ? (
        <p role="alert" className="text-sm font-medium text-danger">
          The stored password is not taken any more. Give the password of the Apple ID.
        </p>
      ) : (
        <Problem error={refusal.elsewhere} />
      )}
      <DialogButtons>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          kind="primary"
          {...(needed ? {} : { 'data-autofocus': true })}
          pending={again.pending}
          disabled={needed && password === ''}
        >
          Sign in
        </Button>
      </DialogButtons>
    </form>
  )
}
