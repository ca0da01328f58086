import type { AuthorisationTest } from '@cordon/api/authorisations/schema'
import type { ConnectionTypeName } from '@cordon/api/connections/schema'
import { useState } from 'react'
import { type Action, useAction } from '../../../platform/use-action.ts'
import { Checks } from '../../../shared/checks.tsx'
import { HealthBadge } from '../../../shared/health-badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Ago } from '../../../ui/time.tsx'
import { testAuthorisation } from '../api/test-authorisation.ts'

/** A test of an app's connection, and what came of the last one. */
export interface Test {
  readonly action: Action<[], AuthorisationTest>
  readonly found: AuthorisationTest | undefined
  readonly clear: () => void
}

/** Keeps what came of a test until something else is chosen. */
export function useTest(appId: string, type: ConnectionTypeName): Test {
  const [found, setFound] = useState<AuthorisationTest>()
  const action = useAction(() => testAuthorisation(appId, type), { done: 'Apple has answered', onDone: setFound })
  return {
    action,
    found,
    clear: () => {
      setFound(undefined)
      action.reset()
    },
  }
}

/** Asks Apple now. */
export function TestButton({ test, disabled }: { readonly test: Test; readonly disabled: boolean }) {
  return (
    <Button pending={test.action.pending} disabled={disabled} onClick={() => void test.action.run()}>
      Test
    </Button>
  )
}

/** What was checked, in place. */
export function TestResult({ test: { action, found } }: { readonly test: Test }) {
  if (action.error !== undefined) return <Problem error={action.error} />
  if (found === undefined) return null
  return (
    <div
      role="status"
      aria-label="Result of the test"
      className="grid max-w-2xl gap-3 rounded-lg border border-line p-3"
    >
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-soft">
        <HealthBadge state={found.state} />
        {found.checkedAt !== null && (
          <span>
            Apple was asked <Ago at={found.checkedAt} />
          </span>
        )}
      </p>
      <Checks checks={found.checks} />
    </div>
  )
}
