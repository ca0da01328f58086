import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import { useAction } from '../../../platform/use-action.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Button } from '../../../ui/button.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Clock } from '../../../ui/time.tsx'
import { cancelSignIn, useWaitingSignIns } from '../api/apple-sign-ins.ts'
import { newestOfEach } from './newest-of-each.ts'
import { useSignIn } from './use-sign-in.ts'

interface SignInsWaitingProps {
  readonly onContinue: (signInId: string) => void
  readonly onStartAgain: (signIn: AppleSignIn) => void
}

/** Sign-ins that were left, by closing their dialog or the page, and that still wait for their code. */
export function SignInsWaiting(props: SignInsWaitingProps) {
  const { items } = useWaitingSignIns()
  return newestOfEach(items).map(({ id }) => <Waiting key={id} signInId={id} {...props} />)
}

function Waiting({ signInId, onContinue, onStartAgain }: SignInsWaitingProps & { readonly signInId: string }) {
  const { data: signIn } = useSignIn(signInId)
  const giveUp = useAction((left: AppleSignIn) => cancelSignIn(left.id).then(() => left), { onDone: onStartAgain })
  if (signIn?.state.kind !== 'awaiting_code') return null
  return (
    <Alert
      tone="info"
      title={
        <>
          The sign-in to <span className="wrap-anywhere">{signIn.accountName}</span> waits for its code
        </>
      }
      className="mb-4"
    >
      <p>
        Begun at <Clock at={signIn.startedAt} />; the code can be given until <Clock at={signIn.expiresAt} />.
      </p>
      <Problem error={giveUp.error} />
      <div className="mt-1 flex flex-wrap gap-2">
        <Button kind="primary" size="small" onClick={() => onContinue(signIn.id)}>
          Go on
        </Button>
        <Button size="small" pending={giveUp.pending} onClick={() => void giveUp.run(signIn)}>
          Start again
        </Button>
      </div>
    </Alert>
  )
}
