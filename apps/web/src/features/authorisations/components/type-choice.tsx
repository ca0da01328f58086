import type { AppAuthorisation } from '@cordon/api/authorisations/schema'
import type { ReactNode } from 'react'
import { type Action, useAction } from '../../../platform/use-action.ts'
import { Alert } from '../../../ui/alert.tsx'
import { ChoiceList } from '../../../ui/choice-list.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Ago } from '../../../ui/time.tsx'
import { authorise } from '../api/authorise.ts'
import { withdraw } from '../api/withdraw.ts'
import { choicesOf, NOT_SET } from './choices.ts'
import { type Authorised, Current } from './current.tsx'
import { SUSPENSION_TEXTS } from './suspension.ts'
import { TestButton, TestResult, useTest } from './test-authorisation.tsx'
import { TYPE_TEXTS } from './type-texts.ts'

interface TypeChoiceProps {
  readonly appId: string
  readonly authorisation: AppAuthorisation
  /** Where to add a connection, as a link. */
  readonly addLink: ReactNode
}

/** The connection of one type that the app uses: the select, how what is chosen stands, and a test of it. */
export function TypeChoice({ appId, authorisation, addLink }: TypeChoiceProps) {
  const { type, current, changeable } = authorisation
  const test = useTest(appId, type)
  const choose = useAction(
    (connectionId: string): Promise<unknown> => {
      test.clear()
      return connectionId === NOT_SET ? withdraw(appId, type) : authorise(appId, type, connectionId)
    },
    { done: 'Saved. It acts from the next build on.' },
  )
  return (
    <div className="grid gap-3">
      {current?.state === 'suspended' && <Suspended current={current} changeable={changeable} />}
      {changeable ? (
        <Choice authorisation={authorisation} choose={choose} addLink={addLink}>
          <TestButton test={test} disabled={current === null} />
        </Choice>
      ) : (
        <ReadOnly authorisation={authorisation} />
      )}
      <Problem error={choose.error} />
      {current !== null && <Current type={type} current={current} />}
      {current !== null && <TestResult test={test} connection={current.connection} />}
    </div>
  )
}

interface ChoiceProps {
  readonly authorisation: AppAuthorisation
  readonly choose: Action<[string], unknown>
  readonly addLink: ReactNode
  /** Stands beside the select. */
  readonly children: ReactNode
}

function Choice({ authorisation, choose, addLink, children }: ChoiceProps) {
  const { type, current, options } = authorisation
  const id = `authorise-${type}`
  const { label, advice, nothing } = TYPE_TEXTS[type]
  const isEmpty = options.length === 0
  return (
    <div className="grid max-w-2xl gap-1.5">
      <span id={`${id}-label`} className="text-sm font-medium">
        {label}
      </span>
      <div className="flex flex-wrap items-center gap-2">
        <div className="min-w-0 flex-1 basis-64">
          <ChoiceList
            id={id}
            labelledBy={`${id}-label`}
            describedBy={isEmpty || advice !== '' ? `${id}-help` : undefined}
            value={current?.connection.id ?? NOT_SET}
            choices={choicesOf(authorisation)}
            busy={choose.pending}
            onValue={(connectionId) => void choose.run(connectionId)}
          />
        </div>
        {children}
      </div>
      {(isEmpty || advice !== '') && (
        <p id={`${id}-help`} className="text-sm text-ink-soft">
          {advice} {isEmpty && nothing} {isEmpty && addLink}
        </p>
      )}
    </div>
  )
}

function ReadOnly({ authorisation: { type, current } }: { readonly authorisation: AppAuthorisation }) {
  return (
    <div className="grid gap-1.5">
      <span className="text-sm font-medium">{TYPE_TEXTS[type].label}</span>
      <p>{current?.connection.name ?? 'Connection not set'}</p>
      <p className="text-sm text-ink-soft">Ask the owner or an admin of this app to change it.</p>
    </div>
  )
}

function Suspended({ current, changeable }: { readonly current: Authorised; readonly changeable: boolean }) {
  const why = current.suspendedReason === null ? 'may not be used any more' : SUSPENSION_TEXTS[current.suspendedReason]
  return (
    <Alert tone="danger" title="Builds get no Apple connection">
      <p>
        The authorisation of &quot;{current.connection.name}&quot; is suspended
        {current.suspendedAt !== null && (
          <>
            {' '}
            (<Ago at={current.suspendedAt} />)
          </>
        )}
        : {current.connection.owner.name} {why}.
      </p>
      <p>
        {changeable
          ? 'Choose another connection below.'
          : 'Ask the owner or an admin of this app to choose another one.'}
      </p>
    </Alert>
  )
}
