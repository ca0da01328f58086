import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import { UserRoundPlus } from 'lucide-react'
import { useState } from 'react'
import { useAction } from '../../../platform/use-action.ts'
import { Button } from '../../../ui/button.tsx'
import { CopyLine } from '../../../ui/copy.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Clock } from '../../../ui/time.tsx'
import { handOverCode } from '../api/apple-sign-ins.ts'

type HandOff = NonNullable<AppleSignIn['handOff']>

/** Lets another person of the instance type the code, by a link that works once; and says how far they are. */
export function HandOver({ signIn: { id, handOff } }: { readonly signIn: AppleSignIn }) {
  const [link, setLink] = useState<string>()
  const make = useAction(() => handOverCode(id), { onDone: (made) => setLink(made.link) })
  return (
    <div className="grid gap-3 border-t border-line pt-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <p className="min-w-0 flex-1 basis-40 text-sm text-ink-soft">
          {handOff === null ? 'Somebody else has the device or the phone?' : <Progress handOff={handOff} />}
        </p>
        {handOff?.state !== 'opened' && (
          <Button size="small" pending={make.pending} onClick={() => void make.run()}>
            <UserRoundPlus aria-hidden="true" />
            {handOff === null ? 'Let somebody else type the code' : 'Make a new link'}
          </Button>
        )}
      </div>
      <Problem error={make.error} />
      {link !== undefined && handOff?.state === 'waiting' && (
        <div className="grid gap-1.5">
          <CopyLine text={link} label="Copy the link" />
          <p className="text-sm text-ink-soft">
            For one person with an account here. It works once, until <Clock at={handOff.expiresAt} />, and shows your
            name and the Apple ID, never the password.
          </p>
        </div>
      )}
    </div>
  )
}

function Progress({ handOff: { state, openedBy, expiresAt } }: { readonly handOff: HandOff }) {
  const who = openedBy ?? 'Somebody'
  return (
    <span role="status">
      {state === 'opened' && `${who} has opened the link and can type the code.`}
      {state === 'done' && `${who} has typed the code.`}
      {state === 'waiting' && (
        <>
          A link is out, and nobody has opened it yet. It works until <Clock at={expiresAt} />.
        </>
      )}
    </span>
  )
}
