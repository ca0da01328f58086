import type { Clock, Instant } from '@cordon/core/instant'
import type { BuildFile } from './build-file.ts'

/** What happens while a build is brought to Apple. */
export type UploadEvent =
  | { readonly kind: 'checked'; readonly file: BuildFile; readonly notes: readonly string[] }
  | { readonly kind: 'reserved'; readonly uploadId: string }
  /** An upload of an earlier run goes on; `isComplete`: nothing of it is left to send. */
  | { readonly kind: 'resumed'; readonly uploadId: string; readonly isComplete: boolean }
  /** `bytes` of `total` are at Apple; `found` of them were there before this run. The same in parts. */
  | {
      readonly kind: 'sent'
      readonly bytes: number
      readonly total: number
      readonly found: number
      readonly parts: PartCounts
    }
  | { readonly kind: 'part_again'; readonly part: number; readonly tries: number; readonly reason: string }
  | { readonly kind: 'committed'; readonly uploadId: string }
  | { readonly kind: 'processing'; readonly what: 'upload' | 'build'; readonly state: string }

/** How far an upload is: of `total` parts this run has `sent` some, and `found` others at Apple. */
export interface PartCounts {
  readonly sent: number
  readonly found: number
  readonly total: number
}

/** Hears of progress. Must not throw. */
export type OnUploadEvent = (event: UploadEvent) => void

/** How fast something goes, and how long it still takes. */
export interface Pace {
  /** Undefined until there is something to tell it by. */
  readonly bytesPerSecond: number | undefined
  readonly remainingSeconds: number | undefined
}

const WINDOW_MS = 15_000

/** Measures the pace over the last seconds, so that a pause shows and an old speed does not. */
export function createPaceMeter(clock: Clock): (bytes: number, total: number) => Pace {
  const seen: { readonly at: Instant; readonly bytes: number }[] = []
  return (bytes, total) => {
    const at = clock.now()
    seen.push({ at, bytes })
    while (seen.length > 2 && at - (seen[1]?.at ?? at) > WINDOW_MS) seen.shift()
    const [first] = seen
    const elapsedMs = at - (first?.at ?? at)
    const bytesPerSecond = elapsedMs > 0 ? ((bytes - (first?.bytes ?? 0)) * 1_000) / elapsedMs : undefined
    const remainingSeconds = bytesPerSecond ? Math.ceil((total - bytes) / bytesPerSecond) : undefined
    return { bytesPerSecond, remainingSeconds }
  }
}

const UNITS = ['bytes', 'kB', 'MB', 'GB'] as const

/** `4.29 GB`: decimal units with three digits, as people and Apple count. */
export function inUnits(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)))
  const value = bytes / 1_000 ** power
  return `${power === 0 ? value : Number(value.toPrecision(3))} ${UNITS[power]}`
}

/** `1 h 2 min`, `3 min 20 s`, `12 s`. */
export function inTime(seconds: number): string {
  const [hours, minutes, rest] = [Math.floor(seconds / 3_600), Math.floor((seconds % 3_600) / 60), seconds % 60]
  if (hours > 0) return `${hours} h ${minutes} min`
  return minutes > 0 ? `${minutes} min ${rest} s` : `${rest} s`
}

const BAR_WIDTH = 24

/** One line that tells how far an upload is: `[######------]  50 %  2.1 of 4.2 GB  38.2 MB/s  55 s left`. */
export function progressLine(bytes: number, total: number, { bytesPerSecond, remainingSeconds }: Pace): string {
  const share = total === 0 ? 1 : bytes / total
  const filled = Math.floor(share * BAR_WIDTH)
  return [
    `[${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}]`,
    `${String(Math.floor(share * 100)).padStart(3)} %`,
    `${inUnits(bytes)} of ${inUnits(total)}`,
    ...(bytesPerSecond === undefined ? [] : [`${inUnits(Math.round(bytesPerSecond))}/s`]),
    ...(remainingSeconds === undefined || bytes >= total ? [] : [`${inTime(remainingSeconds)} left`]),
  ].join('  ')
}
