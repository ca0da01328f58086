import type { OpenedHandOff } from '@cordon/api/apple-sign-ins/schema'
import type { Secret } from '@cordon/core/secret'
import { type ReactNode, useEffect, useState } from 'react'
import { useAction } from '../../../platform/use-action.ts'
import { Alert } from '../../../ui/alert.tsx'
import { Button } from '../../../ui/button.tsx'
import { PageHeader } from '../../../ui/card.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { SkeletonRows } from '../../../ui/skeleton.tsx'
import { Clock } from '../../../ui/time.tsx'
import { giveHandedOffCode, openHandOff, sendHandedOffCode } from '../api/hand-off.ts'
import { CodeForm } from './code-form.tsx'

interface HandedOverCodeProps {
  readonly token: Secret<string>
  readonly title: string
  /** The person is done with the link, and wants to go elsewhere. */
  readonly onEnd: () => void
}

/** The code of somebody else's sign-in, typed by the person who got the link. */
export function HandedOverCode({ token, title, onEnd }: HandedOverCodeProps) {
  const [opened, setOpened] = useState<OpenedHandOff>()
  const open = useOpened(token, setOpened)
  return (
    <>
      <PageHeader title={title} description={opened === undefined ? undefined : <Asked opened={opened} />} />
      <div className="grid gap-4 rounded-xl border border-line bg-surface p-4 shadow-card md:p-5">
        <Problem error={open.error} />
        {opened === undefined && open.pending && <SkeletonRows rows={2} />}
        {open.error !== undefined && opened === undefined && <ToApps onEnd={onEnd} />}
        {opened !== undefined && <Code token={token} opened={opened} onOpened={setOpened} onEnd={onEnd} />}
      </div>
    </>
  )
}

// Not a query: its key or its variables would keep the token in the cache.
function useOpened(token: Secret<string>, onOpened: (opened: OpenedHandOff | undefined) => void) {
  const action = useAction(openHandOff, { onDone: onOpened })
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each link
  useEffect(() => {
    onOpened(undefined)
    void action.run(token.reveal())
  }, [token])
  return action
}

function Asked({ opened: { askedBy, accountName, expiresAt } }: { readonly opened: OpenedHandOff }) {
  return (
    <>
      <strong className="font-medium text-ink">{askedBy}</strong> signs in to the Apple ID{' '}
      <strong className="font-medium wrap-anywhere text-ink">{accountName}</strong> and asks you for the code that Apple
      sends. The link works for you alone, until <Clock at={expiresAt} />. Type the code only if you know that {askedBy}{' '}
      asked you.
    </>
  )
}

interface CodeProps {
  readonly token: Secret<string>
  readonly opened: OpenedHandOff
  readonly onOpened: (opened: OpenedHandOff) => void
  readonly onEnd: () => void
}

function Code({ token, opened, onOpened, onEnd }: CodeProps) {
  const { state, askedBy, expiresAt } = opened
  switch (state.kind) {
    case 'awaiting_code':
      return (
        <CodeForm
          question={state.question}
          expiresAt={expiresAt}
          send={(way) => andShow(sendHandedOffCode(token.reveal(), way))}
          give={(way, code) => andShow(giveHandedOffCode(token.reveal(), way, code))}
          cancel={<Button onClick={onEnd}>Not now</Button>}
        />
      )
    case 'connected':
      return (
        <Told tone="success" title="Apple took the code" onEnd={onEnd}>
          {askedBy} is signed in. Nothing more is needed from you.
        </Told>
      )
    case 'ended':
      return (
        <Told tone="danger" title={state.title} onEnd={onEnd}>
          This sign-in is over. {askedBy} can start again and send you a new link.
        </Told>
      )
  }

  async function andShow(answer: Promise<OpenedHandOff>): Promise<void> {
    try {
      onOpened(await answer)
    } catch (error) {
      // A refusal changes the sign-in, too: tries are counted, and the last one ends it.
      await openHandOff(token.reveal()).then(onOpened, () => undefined)
      throw error
    }
  }
}

interface ToldProps {
  readonly onEnd: () => void
  readonly tone: 'success' | 'danger'
  readonly title: string
  readonly children: ReactNode
}

function Told({ tone, title, onEnd, children }: ToldProps) {
  return (
    <>
      <Alert tone={tone} live="status" title={title}>
        <p>{children}</p>
      </Alert>
      <ToApps onEnd={onEnd} />
    </>
  )
}

function ToApps({ onEnd }: { readonly onEnd: () => void }) {
  return (
    <div>
      <Button onClick={onEnd}>Go to your apps</Button>
    </div>
  )
}
