import type { AppleSignIn } from '@cordon/api/apple-sign-ins/schema'
import type { Connection, ConnectionTypeForm, ConnectionTypeName } from '@cordon/api/connections/schema'
import { newConnection } from '@cordon/api/connections/schema'
import { useQuery } from '@tanstack/react-query'
import { AtSign, ChevronRight, ExternalLink, KeyRound, type LucideIcon } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { readBody } from '../../../platform/refusal.ts'
import { Checks } from '../../../shared/checks.tsx'
import { HealthBadge } from '../../../shared/health-badge.tsx'
import { Badge } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { connectionTypesQuery } from '../api/connection-types.ts'
import { createConnection } from '../api/create-connection.ts'
import { AppleIdForm } from './apple-id-form.tsx'
import { KeyForm } from './key-form.tsx'
import { NoAppYet } from './no-app-yet.tsx'

const KEY = 'app_store_connect_api_key'

/** What of a form is filled in when it opens, such as after a sign-in that came to nothing. */
export interface GivenForm {
  readonly type: ConnectionTypeName
  readonly values: Readonly<Record<string, string>>
}

interface AddAccountProps {
  readonly onClose: () => void
  /** The form to begin with; else the choice of type comes first. */
  readonly given?: GivenForm | undefined
  /** Apple has answered to the password of an Apple ID. */
  readonly onSignInStarted: (signIn: AppleSignIn) => void
  readonly onSignInAgain: (connectionId: string) => void
  /** Where to authorise an app, as links. */
  readonly next: ReactNode
}

type Step =
  | { readonly at: 'type' }
  | { readonly at: 'form'; readonly type: ConnectionTypeName }
  | { readonly at: 'done'; readonly connection: Connection }

/** Adds a connection: choice of type, the type's form, what Apple said. */
export function AddAccountDialog({ onClose, given, onSignInStarted, onSignInAgain, next }: AddAccountProps) {
  const types = useQuery(connectionTypesQuery)
  const [step, setStep] = useState<Step>(given === undefined ? { at: 'type' } : { at: 'form', type: given.type })
  const toForm = (type: ConnectionTypeName) => setStep({ at: 'form', type })
  if (step.at === 'done') {
    return (
      <Dialog key="done" open onClose={onClose} title={`"${step.connection.name}" is stored`}>
        <Connected connection={step.connection} next={next} onClose={onClose} />
      </Dialog>
    )
  }
  const form = step.at === 'form' ? types.data?.items.find(({ type }) => type === step.type) : undefined
  if (form === undefined) {
    return (
      <Dialog open onClose={onClose} title="Add an account" description="How should Cordon reach Apple?">
        {types.data === undefined && types.error === null && <SkeletonRows rows={2} />}
        {types.data === undefined && <Problem error={types.error} onRetry={() => void types.refetch()} />}
        {types.data !== undefined && <TypeChoice forms={types.data.items} onChoose={toForm} />}
      </Dialog>
    )
  }
  return (
    <Dialog key={form.type} open wide onClose={onClose} title={form.title} description={<FormIntro form={form} />}>
      {form.type === KEY ? (
        <KeyForm
          fields={form.fields}
          submitLabel={form.submit}
          done="Connected"
          submit={(body, storeUntested) =>
            createConnection(readBody(newConnection, { ...body, type: form.type, storeUntested }))
          }
          onDone={(connection) => setStep({ at: 'done', connection })}
          onCancel={onClose}
        />
      ) : (
        <AppleIdForm
          form={form}
          given={given?.values ?? {}}
          onStarted={onSignInStarted}
          onSignInAgain={onSignInAgain}
          instead={
            <div>
              <Button size="small" onClick={() => toForm(KEY)}>
                <KeyRound aria-hidden="true" />
                Use an API key instead
              </Button>
            </div>
          }
          onCancel={onClose}
        />
      )}
    </Dialog>
  )
}

const ICONS = { app_store_connect_api_key: KeyRound, apple_id: AtSign } as const satisfies Record<
  ConnectionTypeName,
  LucideIcon
>

interface TypeChoiceProps {
  readonly forms: readonly ConnectionTypeForm[]
  readonly onChoose: (type: ConnectionTypeName) => void
}

function TypeChoice({ forms, onChoose }: TypeChoiceProps) {
  const ordered = [...forms].sort((a, b) => Number(a.isOlder) - Number(b.isOlder))
  return (
    <ul className="grid gap-2">
      {ordered.map((form, index) => {
        const Icon = ICONS[form.type]
        return (
          <li key={form.type}>
            <button
              type="button"
              data-autofocus={index === 0 ? true : undefined}
              onClick={() => onChoose(form.type)}
              className="flex w-full items-center gap-4 rounded-xl border border-line p-4 text-left shadow-card hover:bg-hover"
            >
              <span className="grid size-10 shrink-0 place-items-center self-start rounded-lg bg-accent-soft text-accent">
                <Icon className="size-5" aria-hidden="true" />
              </span>
              <span className="grid min-w-0 flex-1 gap-0.5">
                <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
                  <span className="font-semibold">{form.title}</span>
                  {form.isOlder ? <Badge>Older method</Badge> : <Badge tone="success">Recommended</Badge>}
                </span>
                <span className="text-sm text-ink-soft">{form.summary}</span>
              </span>
              <ChevronRight className="size-4 shrink-0 text-ink-faint" aria-hidden="true" />
            </button>
          </li>
        )
      })}
    </ul>
  )
}

function FormIntro({ form }: { readonly form: ConnectionTypeForm }) {
  return (
    <>
      {form.summary}{' '}
      {form.helpUrl !== '' && (
        <a
          href={form.helpUrl}
          target="_blank"
          rel="noreferrer"
          className="inline-flex items-center gap-1 font-medium text-accent underline underline-offset-4"
        >
          Apple’s guide
          <ExternalLink className="size-3.5" aria-hidden="true" />
          <span className="sr-only">(opens in a new tab)</span>
        </a>
      )}
    </>
  )
}

interface ConnectedProps {
  readonly connection: Connection
  readonly next: ReactNode
  readonly onClose: () => void
}

function Connected({ connection, next, onClose }: ConnectedProps) {
  return (
    <div className="grid gap-5">
      <div className="grid gap-3" role="status">
        <div>
          <HealthBadge state={connection.health.state} />
        </div>
        <Checks checks={connection.health.checks} />
      </div>
      <NoAppYet next={next} />
      <DialogButtons>
        <Button kind="primary" data-autofocus onClick={onClose}>
          Done
        </Button>
      </DialogButtons>
    </div>
  )
}
