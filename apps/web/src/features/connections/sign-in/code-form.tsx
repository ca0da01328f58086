import { appleSignInErrors } from '@cordon/api/apple-sign-ins/errors'
import type { CodeQuestion, CodeWay } from '@cordon/api/apple-sign-ins/schema'
import { MessageSquare, MonitorSmartphone, Phone } from 'lucide-react'
import { type FormEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react'
import { count, countdown, secondsUntil } from '../../../platform/format.ts'
import { hasCode, viewProblem } from '../../../platform/problem.ts'
import { useAction } from '../../../platform/use-action.ts'
import { Button } from '../../../ui/button.tsx'
import { CodeInput } from '../../../ui/code-input.tsx'
import { DialogButtons } from '../../../ui/dialog.tsx'
import { Problem } from '../../../ui/problem.tsx'
import { RadioChoice } from '../../../ui/radio-choice.tsx'
import { Time, useNow } from '../../../ui/time.tsx'
import { keyOf, type OfferedWay, waysOf } from './code-ways.ts'

const SECOND_MS = 1_000
const WRONG = appleSignInErrors.code_wrong.code

interface CodeFormProps {
  readonly question: CodeQuestion
  /** When the sign-in ends. */
  readonly expiresAt: string
  readonly send: (way: CodeWay) => Promise<unknown>
  readonly give: (way: CodeWay, code: string) => Promise<unknown>
  /** The button that gives up. */
  readonly cancel: ReactNode
  /** Stands between the boxes and the buttons. */
  readonly children?: ReactNode
}

/** Asks for the code of two-factor authentication: by which way, the boxes, and what is left of tries and time. */
export function CodeForm({ question, expiresAt, send, give, cancel, children }: CodeFormProps) {
  const ways = waysOf(question)
  const [key, setKey] = useState(() => keyOf(question.sent ?? ways[0]?.way ?? { kind: 'trusted-device' }))
  const chosen = ways.find((way) => way.key === key) ?? ways[0]
  const [code, setCode] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const sending = useAction(send, { done: 'Apple sends a code', onDone: () => input.current?.focus() })
  const giving = useAction(give)
  const isWrong = hasCode(giving.error, WRONG)
  useEmptied(giving.error, isWrong, setCode, input)
  useEffect(() => input.current?.focus(), [])

  function onSubmit(event: FormEvent): void {
    event.preventDefault()
    if (chosen !== undefined && code.length === question.codeLength && !giving.pending)
      void giving.run(chosen.way, code)
  }

  return (
    <form onSubmit={onSubmit} noValidate className="grid gap-5">
      <div className="grid gap-2.5">
        <RadioChoice
          layout="rows"
          id="code-way"
          label="How to get the code"
          value={chosen?.key ?? ''}
          onValue={setKey}
          choices={ways.map(({ key: value, label, way }) => ({ value, label, icon: iconOf(way) }))}
        />
        {chosen !== undefined && (
          <Sending
            chosen={chosen}
            question={question}
            pending={sending.pending}
            onSend={() => void sending.run(chosen.way)}
          />
        )}
        <Problem error={sending.error} />
      </div>
      <div className="grid gap-2">
        <CodeInput
          id="code"
          label={`Code of ${question.codeLength} digits`}
          length={question.codeLength}
          value={code}
          onValue={(digits) => {
            setCode(digits)
            giving.reset()
          }}
          error={isWrong ? viewProblem(giving.error).title : undefined}
          inputRef={input}
        />
        <WhatIsLeft question={question} expiresAt={expiresAt} />
      </div>
      {!isWrong && <Problem error={giving.error} />}
      {isWrong && (
        <p role="alert" className="sr-only">
          {viewProblem(giving.error).title}. {count(question.triesLeft, 'try', 'tries')} left.
        </p>
      )}
      {children}
      <DialogButtons>
        {cancel}
        <Button type="submit" kind="primary" pending={giving.pending} disabled={code.length < question.codeLength}>
          Verify
        </Button>
      </DialogButtons>
    </form>
  )
}

// A code that Apple has refused is not tried again: the boxes are emptied, and wait for the next one.
function useEmptied(
  error: unknown,
  isWrong: boolean,
  setCode: (code: string) => void,
  input: RefObject<HTMLInputElement | null>,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each refusal
  useEffect(() => {
    if (!isWrong) return
    setCode('')
    input.current?.focus()
  }, [error])
}

function iconOf(way: CodeWay) {
  if (way.kind === 'trusted-device') return MonitorSmartphone
  return way.mode === 'sms' ? MessageSquare : Phone
}

interface SendingProps {
  readonly chosen: OfferedWay
  readonly question: CodeQuestion
  readonly pending: boolean
  readonly onSend: () => void
}

function Sending({ chosen, question, pending, onSend }: SendingProps) {
  const nowMs = useNow(SECOND_MS)
  const { sent, resendAt, codesLeft } = question
  const isSent = sent !== null && keyOf(sent) === chosen.key
  const waits = resendAt !== null && secondsUntil(resendAt, nowMs) > 0
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5">
      <p className="min-w-0 flex-1 basis-52 text-sm text-ink-soft">
        {isSent ? chosen.sentText : 'No code is sent yet.'}
      </p>
      <Button size="small" pending={pending} disabled={waits || codesLeft <= 0} onClick={onSend}>
        {isSent ? 'Send again' : 'Send the code'}
        {waits && resendAt !== null && <span className="tabular-nums">in {countdown(resendAt, nowMs)}</span>}
      </Button>
    </div>
  )
}

function WhatIsLeft({
  question: { triesLeft, codesLeft },
  expiresAt,
}: {
  readonly question: CodeQuestion
  readonly expiresAt: string
}) {
  const nowMs = useNow(SECOND_MS)
  return (
    <p className="flex flex-wrap gap-x-4 text-sm text-ink-soft">
      <span>{count(triesLeft, 'try', 'tries')} left</span>
      <span>{codesLeft > 0 ? `${count(codesLeft, 'more code')} can be sent` : 'No more codes can be sent'}</span>
      <span className="tabular-nums">
        <Time at={expiresAt} text={countdown(expiresAt, nowMs)} /> min left
      </span>
    </p>
  )
}
