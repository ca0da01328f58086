const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const EXACT = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' })
const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })
const TIME = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })

const UNITS: ReadonlyArray<readonly [Intl.RelativeTimeFormatUnit, number]> = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** `1 Mar 2026, 09:30`, in the person's own spelling. */
export function dateTime(iso: string): string {
  return DATE_TIME.format(new Date(iso))
}

/** `1 Mar 2026, 09:30:15 CET`: to the second, with the time zone. */
export function exact(iso: string): string {
  return EXACT.format(new Date(iso))
}

/** `1 Mar 2026` */
export function date(iso: string): string {
  return DATE.format(new Date(iso))
}

/** `3 hours ago`, `in 5 days`, `just now` */
export function relative(iso: string, nowMs: number): string {
  const seconds = (Date.parse(iso) - nowMs) / 1_000
  const unit = UNITS.find(([, size]) => Math.abs(seconds) >= size)
  if (unit === undefined) return 'just now'
  const [name, size] = unit
  // Of a month or a year too much is cut off: 90 days are not "in 2 months" a second later.
  const count = name === 'month' || name === 'year' ? Math.round(seconds / size) : Math.trunc(seconds / size)
  return RELATIVE.format(count, name)
}

/** `3 min 20 s`, between two times. */
export function duration(fromIso: string, toIso: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(toIso) - Date.parse(fromIso)) / 1_000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`
}

/** `0:24`, `9:05`: what is left until a time; nothing below zero. */
export function countdown(untilIso: string, nowMs: number): string {
  const seconds = secondsUntil(untilIso, nowMs)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Whole seconds until a time, never less than 0. */
export function secondsUntil(untilIso: string, nowMs: number): number {
  return Math.max(0, Math.ceil((Date.parse(untilIso) - nowMs) / 1_000))
}

/** `21:43` */
export function timeOfDay(iso: string): string {
  return TIME.format(new Date(iso))
}

/** `1 app`, `2 apps` */
export function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}
