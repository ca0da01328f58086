import type { Connection, ConnectionTypeForm } from '@cordon/api/connections/schema'
import { newConnection } from '@cordon/api/connections/schema'
import { useQuery } from '@tanstack/react-query'
import { ChevronRight, ExternalLink, KeyRound } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { Alert } from '../../../ui/alert.tsx'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogButtons } from '../../../ui/dialog.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { connectionTypesQuery } from '../api/connection-types.ts'
import { createConnection } from '../api/create-connection.ts'
import { Checks } from './checks.tsx'
import { HealthBadge } from './health-badge.tsx'
import { KeyForm } from './key-form.tsx'

interface AddAccountProps {
  readonly onClose: () => void
  /** Where to authorise an app, as links. */
  readonly next: ReactNode
}

type Step =
  | { readonly at: 'type' }
  | { readonly at: 'form'; readonly form: ConnectionTypeForm }
  | { readonly at: 'done'; readonly connection: Connection }

/** Adds a connection: choice of type, the type's form, what Apple said. */
export function AddAccountDialog({ onClose, next }: AddAccountProps) {
  const [step, setStep] = useState<Step>({ at: 'type' })
  if (step.at === 'type') {
    return (
      <Dialog open onClose={onClose} title="Add an account" description="How should Cordon get at Apple?">
        <TypeChoice onChoose={(form) => setStep({ at: 'form', form })} />
      </Dialog>
    )
  }
  if (step.at === 'form') {
    return (
      <Dialog
        key="form"
        open
        wide
        onClose={onClose}
        title={step.form.title}
        description={<FormIntro form={step.form} />}
      >
        <KeyForm
          fields={step.form.fields}
          submitLabel="Connect"
          done="Connected"
          submit={(body, storeUntested) =>
            createConnection(newConnection.parse({ ...body, type: step.form.type, storeUntested }))
          }
          onDone={(connection) => setStep({ at: 'done', connection })}
          onCancel={onClose}
        />
      </Dialog>
    )
  }
  return (
    <Dialog key="done" open onClose={onClose} title={`"${step.connection.name}" is stored`}>
      <Connected connection={step.connection} next={next} onClose={onClose} />
    </Dialog>
  )
}

function TypeChoice({ onChoose }: { readonly onChoose: (form: ConnectionTypeForm) => void }) {
  const { data, error, refetch } = useQuery(connectionTypesQuery)
  if (error !== null) return <Problem error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <SkeletonRows rows={1} />
  return (
    <ul className="grid gap-2">
      {data.items.map((form) => (
        <li key={form.type}>
          <button
            type="button"
            data-autofocus
            onClick={() => onChoose(form)}
            className="flex w-full items-center gap-4 rounded-xl border border-line p-4 text-left shadow-card hover:bg-hover"
          >
            <span className="grid size-10 shrink-0 place-items-center rounded-lg bg-accent-soft text-accent">
              <KeyRound className="size-5" aria-hidden="true" />
            </span>
            <span className="grid min-w-0 flex-1 gap-0.5">
              <span className="font-semibold">{form.title}</span>
              <span className="text-sm text-ink-soft">{form.summary}</span>
            </span>
            <ChevronRight className="size-4 shrink-0 text-ink-faint" aria-hidden="true" />
          </button>
        </li>
      ))}
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
          Where to find it
          <ExternalLink className="size-3.5" aria-hidden="true" />
          <span className="sr-only">(opens in a new tab)</span>
        </a>
      )}
    </>
  )
}

interface ConnectedProps extends AddAccountProps {
  readonly connection: Connection
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
