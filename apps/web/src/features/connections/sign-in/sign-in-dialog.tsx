import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import type { ReactNode } from 'react'
import { useAction } from '../../../platform/use-action.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { cancelSignIn, giveCode, sendCode } from '../api/apple-sign-ins.ts'
import { CodeForm } from './code-form.tsx'
import { HandOver } from './hand-over.tsx'
import { SignedIn } from './signed-in.tsx'
import { useSignIn } from './use-sign-in.ts'

interface SignInDialogProps {
  readonly signInId: string
  /** Closes the dialog; the sign-in goes on while its time lasts. */
  readonly onClose: () => void
  /** Nothing more comes of the sign-in, or it is done with. */
  readonly onEnd: () => void
  readonly onStartAgain: (signIn: AppleSignIn | undefined) => void
  /** Where to authorise an app, as links. */
  readonly next: ReactNode
}

/** A sign-in to Apple, from the answer to the password until the connection is stored. It can be taken up after a reload. */
export function SignInDialog({ signInId, onClose, onEnd, onStartAgain, next }: SignInDialogProps) {
  const { data: signIn, error, refetch } = useSignIn(signInId)
  if (error !== null && signIn === undefined) {
    return (
      <Dialog key="failed" open onClose={onEnd} title="Sign in to Apple">
        <Problem error={error} onRetry={() => void refetch()} />
        <DialogButtons>
          <Button onClick={onEnd}>Close</Button>
          <Button kind="primary" data-autofocus onClick={() => onStartAgain(undefined)}>
            Start again
          </Button>
        </DialogButtons>
      </Dialog>
    )
  }
  if (signIn === undefined) {
    return (
      <Dialog key="loading" open onClose={onClose} title="Sign in to Apple">
        <SkeletonRows rows={2} />
      </Dialog>
    )
  }
  const { state } = signIn
  switch (state.kind) {
    case 'awaiting_code':
      return (
        <Dialog
          key="code"
          open
          onClose={onClose}
          title="Enter the code from Apple"
          description={
            <>
              <strong className="font-medium wrap-anywhere text-ink">{signIn.accountName}</strong> has two-factor
              authentication. Cordon asks for a code about every 30 days.
            </>
          }
        >
          <CodeForm
            question={state.question}
            expiresAt={signIn.expiresAt}
            send={(way) => sendCode(signIn.id, way)}
            give={(way, code) => giveCode(signIn.id, way, code)}
            cancel={<CancelSignIn signInId={signIn.id} onCancelled={onEnd} />}
          >
            <HandOver signIn={signIn} />
          </CodeForm>
        </Dialog>
      )
    case 'ended':
      return (
        <Dialog key="ended" open onClose={onEnd} title="Not signed in" description={signIn.accountName}>
          <Alert tone="danger" title={state.title}>
            <p>{state.remedy}</p>
          </Alert>
          <DialogButtons>
            <Button onClick={onEnd}>Close</Button>
            <Button kind="primary" data-autofocus onClick={() => onStartAgain(signIn)}>
              Start again
            </Button>
          </DialogButtons>
        </Dialog>
      )
    case 'connected':
      return (
        <Dialog key="connected" open onClose={onEnd} title={`"${signIn.name}" is connected`}>
          <SignedIn signIn={signIn} next={next} onClose={onEnd} />
        </Dialog>
      )
  }
}

function CancelSignIn({ signInId, onCancelled }: { readonly signInId: string; readonly onCancelled: () => void }) {
  const cancel = useAction(() => cancelSignIn(signInId), { done: 'Sign-in cancelled', onDone: onCancelled })
  return (
    <Button pending={cancel.pending} onClick={() => void cancel.run()}>
      Cancel
    </Button>
  )
}
