import type { AuthorisationTest } from '@cordon/api/authorisations/schema'
import type { ConnectionTypeName } from '@cordon/api/connections/schema'
import { LoaderCircle } from 'lucide-react'
import { useState } from 'react'
import { useCurrentPerson } from '../../../platform/current-person.ts'
import { count } from '../../../platform/format.ts'
import { type Action, useAction } from '../../../platform/use-action.ts'
import { Checks } from '../../../shared/checks.tsx'
import { HealthBadge } from '../../../shared/health-badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { classes } from '../../../ui/classes.ts'
import { Problem } from '../../../ui/problem.tsx'
import { Ago } from '../../../ui/time.tsx'
import { testAuthorisation } from '../api/test-authorisation.ts'
import type { Authorised } from './current.tsx'
import { type Move, nextMove } from './next-move.ts'
import { TYPE_TEXTS } from './type-texts.ts'

/** A test of an app's connection, and what came of the last one. */
export interface Test {
  readonly type: ConnectionTypeName
  readonly action: Action<[], AuthorisationTest>
  readonly found: AuthorisationTest | undefined
  readonly clear: () => void
}

/** Keeps what came of a test until something else is chosen. */
export function useTest(appId: string, type: ConnectionTypeName): Test {
  const [found, setFound] = useState<AuthorisationTest>()
  const action = useAction(() => testAuthorisation(appId, type), { onDone: setFound })
  return {
    type,
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
      <span className="sr-only"> the {TYPE_TEXTS[test.type].thing}</span>
    </Button>
  )
}

interface TestResultProps {
  readonly test: Test
  readonly connection: Authorised['connection']
}

/** That Apple is being asked, then what was tried, what failed and whose move it is. Screen readers are told of both. */
export function TestResult({ test: { type, action, found }, connection }: TestResultProps) {
  const shown = action.pending || (found !== undefined && action.error === undefined)
  return (
    <>
      {/* There before it has something to say: screen readers miss what a live region brings along. */}
      <div
        role="status"
        aria-label={`Result of the test of the ${TYPE_TEXTS[type].thing}`}
        className={classes('max-w-2xl', shown ? 'grid gap-3 rounded-lg border border-line p-3' : 'sr-only')}
      >
        {action.pending && <Asking />}
        {!action.pending && action.error === undefined && found !== undefined && (
          <Found type={type} found={found} connection={connection} />
        )}
      </div>
      {!action.pending && <Problem error={action.error} />}
    </>
  )
}

function Asking() {
  return (
    <p className="flex items-center gap-2 text-sm text-ink-soft">
      <LoaderCircle className="size-4 shrink-0 animate-spin" aria-hidden="true" />
      Apple is being asked. It answers within half a minute, or counts as not reached.
    </p>
  )
}

interface FoundProps {
  readonly type: ConnectionTypeName
  readonly found: AuthorisationTest
  readonly connection: Authorised['connection']
}

function Found({ type, found, connection }: FoundProps) {
  const move = nextMove(type, found)
  const failed = found.checks.filter(({ result }) => result === 'failed').length
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-soft">
        <HealthBadge state={found.state} />
        <span>
          {count(found.checks.length, 'check')}, {failed === 0 ? 'none' : failed} failed.
          {found.checkedAt !== null && (
            <>
              {' '}
              Apple was asked <Ago at={found.checkedAt} />.
            </>
          )}
        </span>
      </p>
      <Checks checks={found.checks} />
      {move !== undefined && <NextMove move={move} owner={connection.owner} />}
    </>
  )
}

function NextMove({ move, owner }: { readonly move: Move; readonly owner: Authorised['connection']['owner'] }) {
  const me = useCurrentPerson()
  const who = {
    owner: owner.id === me.id ? 'Your move' : `The move of ${owner.name}, who owns the connection`,
    holder: 'The move of the Account Holder of the Apple team',
    nobody: 'Nobody’s move',
  } as const satisfies Record<Move['whose'], string>
  return (
    <p className="border-t border-line pt-3 break-words">
      <strong className="font-medium">{who[move.whose]}:</strong> {move.what}.
    </p>
  )
}
