import { createRoute, Link, useNavigate } from '@tanstack/react-router'
import { Check, Plus } from 'lucide-react'
import { AppList } from '../features/apps/components/app-list.tsx'
import { CreateAppDialog } from '../features/apps/components/name-dialog.tsx'
import { useConnections } from '../features/connections/api/connections.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { PageHeader } from '../ui/card.tsx'
import { classes } from '../ui/classes.ts'
import { shellRoute } from './shell.tsx'

/** The start page: the person's apps. `create` opens the dialog. */
export const appsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: '/apps',
  validateSearch: (search: Record<string, unknown>): { create?: true } =>
    search.create === true ? { create: true } : {},
  component: AppsPage,
})

function AppsPage() {
  const navigate = useNavigate()
  const { create = false } = appsRoute.useSearch()
  const open = () => void navigate({ to: '/apps', search: { create: true } })
  return (
    <>
      <PageHeader
        title="Apps"
        description="What you build in CI. Each app has a team, and uses the Apple connection it is authorised for."
        actions={
          <Button kind="primary" onClick={open}>
            <Plus aria-hidden="true" />
            Create app
          </Button>
        }
      />
      <div className="rounded-xl border border-line bg-surface shadow-card">
        <AppList empty={<FirstSteps onCreate={open} />} />
      </div>
      {create && (
        <CreateAppDialog
          onClose={() => void navigate({ to: '/apps', replace: true })}
          onCreated={(appId) => void navigate({ to: '/apps/$appId/team', params: { appId } })}
        />
      )}
    </>
  )
}

function FirstSteps({ onCreate }: { readonly onCreate: () => void }) {
  const connected = useConnections().items.length > 0
  return (
    <div className="grid gap-5 px-4 py-6 md:px-6 md:py-8">
      <div className="grid gap-1">
        <h2 className="text-lg font-semibold">Three steps to the first signed build</h2>
        <p className="text-ink-soft">You connect once; from then on builds sign and ship by themselves.</p>
      </div>
      <ol className="grid gap-3">
        <FirstStep
          number={1}
          done={connected}
          title="Connect your Apple Developer account"
          text="With an App Store Connect API key. Cordon tries it against Apple and keeps it encrypted."
        >
          <Link
            to="/account/apple-developer-account"
            className={buttonClass({ kind: connected ? 'secondary' : 'primary' })}
          >
            {connected ? 'See connections' : 'Connect'}
          </Link>
        </FirstStep>
        <FirstStep
          number={2}
          done={false}
          title="Create an app"
          text="One for each thing you build. You become its owner and can invite your team."
        >
          <Button kind={connected ? 'primary' : 'secondary'} onClick={onCreate}>
            Create an app
          </Button>
        </FirstStep>
        <FirstStep
          number={3}
          done={false}
          title="Authorise it"
          text="On the app's Team tab, choose the connection that its builds may use."
        />
      </ol>
    </div>
  )
}

interface FirstStepProps {
  readonly number: number
  readonly done: boolean
  readonly title: string
  readonly text: string
  readonly children?: React.ReactNode
}

function FirstStep({ number, done, title, text, children }: FirstStepProps) {
  return (
    <li className="flex items-start gap-4 rounded-lg border border-line p-4 md:items-center">
      <span
        className={classes(
          'grid size-8 shrink-0 place-items-center rounded-full border text-sm font-semibold',
          done ? 'border-accent bg-accent text-on-accent' : 'border-line-strong text-ink-soft',
        )}
      >
        {done ? <Check className="size-4" aria-hidden="true" /> : <span aria-hidden="true">{number}</span>}
        <span className="sr-only">{done ? 'Done:' : `Step ${number}:`}</span>
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-4 gap-y-3">
        <span className="grid min-w-0 flex-1 basis-48">
          <span className="font-medium">{title}</span>
          <span className="text-ink-soft">{text}</span>
        </span>
        {children}
      </div>
    </li>
  )
}
