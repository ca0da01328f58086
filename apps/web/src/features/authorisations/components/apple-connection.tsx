import type { AppAuthorisation } from '@cordon/api/authorisations/schema'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { type Action, useAction } from '../../../platform/use-action.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Badge } from '../../../ui/badge.tsx'
import { Section } from '../../../ui/card.tsx'
import { ChoiceList, type ListChoice } from '../../../ui/choice-list.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { Skeleton } from '../../../ui/skeleton.tsx'
import { Ago } from '../../../ui/time.tsx'
import { authorisationsQuery } from '../api/authorisations.ts'
import { authorise } from '../api/authorise.ts'
import { withdraw } from '../api/withdraw.ts'
import { SUSPENSION_TEXTS } from './suspension.ts'

const NOT_SET = ''

const TYPE_LABELS = { app_store_connect_api_key: 'App Store Connect API' } as const satisfies Record<
  AppAuthorisation['type'],
  string
>

interface AppleConnectionProps {
  readonly appId: string
  /** Where to add a connection, as a link. */
  readonly addLink: ReactNode
}

/** Which Apple connection the app's builds use, one select for each type of connection. */
export function AppleConnection({ appId, addLink }: AppleConnectionProps) {
  const { data, error, refetch } = useQuery(authorisationsQuery(appId))
  return (
    <Section
      title={<span id="apple-connection">Connected Apple Developer Portal account</span>}
      description="Builds of this app use the connection chosen here. Only connections of the app's owner and admins are offered, and only they may change it."
    >
      {data === undefined && error === null && <Skeleton className="h-9 w-full max-w-md" />}
      {data === undefined && <Problem error={error} onRetry={() => void refetch()} />}
      <div className="grid gap-6">
        {data?.items.map((authorisation) => (
          <TypeChoice key={authorisation.type} appId={appId} authorisation={authorisation} addLink={addLink} />
        ))}
      </div>
    </Section>
  )
}

interface TypeChoiceProps extends AppleConnectionProps {
  readonly authorisation: AppAuthorisation
}

function TypeChoice({ appId, authorisation, addLink }: TypeChoiceProps) {
  const { type, current, changeable } = authorisation
  const choose = useAction(
    (connectionId: string): Promise<unknown> =>
      connectionId === NOT_SET ? withdraw(appId, type) : authorise(appId, type, connectionId),
    { done: 'Saved. It acts from the next build on.' },
  )
  return (
    <div className="grid gap-3">
      {current?.state === 'suspended' && <Suspended current={current} changeable={changeable} />}
      {changeable ? (
        <Choice authorisation={authorisation} choose={choose} addLink={addLink} />
      ) : (
        <ReadOnly authorisation={authorisation} />
      )}
      <Problem error={choose.error} />
      {current !== null && <Current current={current} />}
    </div>
  )
}

interface ChoiceProps {
  readonly authorisation: AppAuthorisation
  readonly choose: Action<[string], unknown>
  readonly addLink: ReactNode
}

function Choice({ authorisation, choose, addLink }: ChoiceProps) {
  const { type, current, options } = authorisation
  const id = `authorise-${type}`
  return (
    <div className="grid max-w-xl gap-1.5">
      <span id={`${id}-label`} className="text-sm font-medium">
        {TYPE_LABELS[type]}
      </span>
      <ChoiceList
        id={id}
        labelledBy={`${id}-label`}
        describedBy={`${id}-help`}
        value={current?.connection.id ?? NOT_SET}
        choices={choicesOf(authorisation)}
        busy={choose.pending}
        onValue={(connectionId) => void choose.run(connectionId)}
      />
      <p id={`${id}-help`} className="text-sm text-ink-soft">
        {options.length === 0 ? (
          <>Neither the owner nor an admin of this app has connected a key yet. {addLink}</>
        ) : (
          'A choice acts from the next build on.'
        )}
      </p>
    </div>
  )
}

// What is chosen stays in the list even when it is not offered any more, so that the select tells the truth.
function choicesOf({ current, options }: AppAuthorisation): ListChoice[] {
  const offered = options.map(({ connection, selectable, note }) => ({
    value: connection.id as string,
    label: connection.name,
    note: [`Key ${connection.keyId}`, `of ${connection.owner.name}`, note].filter(Boolean).join(' · '),
    disabled: !selectable,
  }))
  const gone = current !== null && !offered.some(({ value }) => value === current.connection.id)
  return [
    { value: NOT_SET, label: 'Connection not set', note: '', disabled: false },
    ...offered,
    ...(gone
      ? [
          {
            value: current.connection.id as string,
            label: current.connection.name,
            note: 'Not offered any more',
            disabled: true,
          },
        ]
      : []),
  ]
}

function ReadOnly({ authorisation: { type, current } }: { readonly authorisation: AppAuthorisation }) {
  return (
    <div className="grid gap-1.5">
      <span className="text-sm font-medium">{TYPE_LABELS[type]}</span>
      <p>{current?.connection.name ?? 'Connection not set'}</p>
      <p className="text-sm text-ink-soft">Ask the owner or an admin of this app to change it.</p>
    </div>
  )
}

type Authorised = NonNullable<AppAuthorisation['current']>

function Current({ current }: { readonly current: Authorised }) {
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink-soft">
      {current.state === 'active' ? (
        <Badge tone="success" dot>
          Builds may use it
        </Badge>
      ) : (
        <Badge tone="danger" dot>
          Suspended
        </Badge>
      )}
      <span>
        Key <span className="font-mono">{current.connection.keyId}</span> of {current.connection.owner.name}, chosen by{' '}
        {current.authorisedBy.name} <Ago at={current.authorisedAt} />
      </span>
    </p>
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
