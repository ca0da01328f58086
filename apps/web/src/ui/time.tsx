import { useEffect, useState } from 'react'
import { dateTime, relative } from '../platform/format.ts'

const REFRESH_MS = 30_000

/** How long ago, or how long to go; the exact time shows on hover and to screen readers. */
export function Ago({ at }: { readonly at: string }) {
  const nowMs = useNow()
  return (
    <time dateTime={at} title={dateTime(at)} className="whitespace-nowrap">
      {relative(at, nowMs)}
    </time>
  )
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
