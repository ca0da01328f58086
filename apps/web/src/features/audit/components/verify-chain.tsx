import type { chainVerification } from '@cordon/api/audit/schema'
import { ShieldCheck } from 'lucide-react'
import { useState } from 'react'
import type { z } from 'zod'
import { count } from '../../../platform/format.ts'
import { useAction } from '../../../platform/use-action.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Button } from '../../../ui/button.tsx'
import { Problem } from '../../../ui/problem.tsx'

/** What a check of the log found. */
export interface Verification {
  readonly intact: boolean
  readonly chains: ReadonlyArray<z.output<typeof chainVerification>>
}

/** A check of the log: the button, and what it found. */
export function useVerification(verify: () => Promise<Verification>) {
  const [found, setFound] = useState<Verification>()
  const action = useAction(verify, { onDone: setFound })
  return {
    button: (
      <Button pending={action.pending} onClick={() => void action.run()}>
        <ShieldCheck aria-hidden="true" />
        Verify chain
      </Button>
    ),
    result: (action.error !== undefined || found !== undefined) && (
      <div className="border-b border-line p-4 md:px-5">
        <Problem error={action.error} />
        {action.error === undefined && found !== undefined && <Result found={found} />}
      </div>
    ),
  }
}

function Result({ found }: { readonly found: Verification }) {
  const events = found.chains.reduce((sum, chain) => sum + chain.events, 0)
  if (found.intact) {
    return (
      <Alert tone="success" live="status" title="The log is intact">
        <p>
          {count(events, 'event')} in {count(found.chains.length, 'chain')} checked: each fits the one before it, and
          the sealed end fits the last one.
        </p>
      </Alert>
    )
  }
  return (
    <Alert tone="danger" live="alert" title="The log has been tampered with or is damaged">
      <ul className="list-disc pl-4">
        {found.chains
          .filter(({ intact }) => !intact)
          .map(({ chain, brokenAt, problem }) => (
            <li key={chain}>
              Chain <code className="font-mono text-sm">{chain}</code>
              {brokenAt !== null && `, event #${brokenAt}`}: {problem ?? 'does not fit'}
            </li>
          ))}
      </ul>
      <p>Compare with the last backup, and keep the database as it is until you have.</p>
    </Alert>
  )
}
