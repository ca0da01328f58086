import { CircleCheck } from 'lucide-react'
import { useEffect } from 'react'
import { clearAnnouncement, useAnnouncement } from '../platform/announce.ts'

const SHOWN_MS = 6_000

/** Shows and reads out what was just done. */
export function Announcer() {
  const announcement = useAnnouncement()
  useEffect(() => {
    if (announcement === undefined) return
    const timer = setTimeout(clearAnnouncement, SHOWN_MS)
    return () => clearTimeout(timer)
  }, [announcement])
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-4 bottom-4 z-50 grid justify-items-center md:justify-items-end"
    >
      {announcement !== undefined && (
        <p
          key={announcement.id}
          className="flex max-w-sm items-center gap-2.5 rounded-xl border border-line bg-raised px-4 py-3 text-ink shadow-pop"
        >
          <CircleCheck className="size-4.5 shrink-0 text-accent" aria-hidden="true" />
          {announcement.text}
        </p>
      )}
    </div>
  )
}
