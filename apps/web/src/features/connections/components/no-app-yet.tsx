import type { ReactNode } from 'react'
import { Alert } from '../../../ui/alert.tsx'

/** What to do after connecting: a connection alone serves nothing. */
export function NoAppYet({ next }: { readonly next: ReactNode }) {
  return (
    <Alert tone="info" title="No app uses this yet">
      <p>
        Connecting is not enough: authorise each app on its Team tab, under Connected Apple Developer Portal account.
      </p>
      {next}
    </Alert>
  )
}
