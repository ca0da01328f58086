import { Fragment, useEffect, useState } from 'react'
import { date, dateTime, exact, relative, timeOfDay } from '../platform/format.ts'

const REFRESH_MS = 30_000

interface TimeProps {
  /** ISO 8601, in UTC. */
  readonly at: string
}

/** How long ago, or how long to go; the exact time shows on hover and to screen readers. */
export function Ago({ at }: TimeProps) {
  return <Time at={at} text={relative(at, useNow())} />
}

/** The day and the minute, in the person's own time zone and spelling; the exact time shows on hover. */
export function Moment({ at }: TimeProps) {
  return <Time at={at} text={dateTime(at)} />
}

/** The day, in the person's own time zone and spelling; the exact time shows on hover. */
export function Day({ at }: TimeProps) {
  return <Time at={at} text={date(at)} />
}

/** The minute of a time that is near, in the person's own time zone; the exact time shows on hover. */
export function Clock({ at }: TimeProps) {
  return <Time at={at} text={timeOfDay(at)} />
}

/** A point in time in other words; the exact time shows on hover. */
export function Time({ at, text }: TimeProps & { readonly text: string }) {
  return (
    <time dateTime={at} title={exact(at)} className="whitespace-nowrap">
      {text}
    </time>
  )
}

/** A sentence in parts: words, and points in time of which the day is shown. */
export type Sentence = ReadonlyArray<string | TimeProps>

/** A sentence with its days. */
export function Said({ sentence }: { readonly sentence: Sentence }) {
  return sentence.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sentence have no other name, and keep their order
    <Fragment key={index}>{typeof part === 'string' ? part : <Day at={part.at} />}</Fragment>
  ))
}

/** The present time, renewed twice a minute unless told. */
export function useNow(refreshMs: number = REFRESH_MS): number {
  const [nowMs, setNowMs] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), refreshMs)
    return () => clearInterval(timer)
  }, [refreshMs])
  return nowMs
}
