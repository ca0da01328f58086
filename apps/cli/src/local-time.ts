const DAY = { year: 'numeric', month: '2-digit', day: '2-digit' } as const
const MINUTE = { ...DAY, hour: '2-digit', minute: '2-digit' } as const
/** How exactly a time is shown. */
const PRECISIONS = { day: DAY, minute: MINUTE, second: { ...MINUTE, second: '2-digit' } } as const

/** Swedes write dates as the rest of the world sorts them: 2026-11-28 09:05. */
const LOCALE = 'sv-SE'

/**
 * A time for people, in the zone of this machine (`timeZone` in tests): `2026-11-28 09:05`. `timestamp` is ISO 8601, as servers give it and
 * as `--json` shows it.
 */
export function localTime(timestamp: string, precision: keyof typeof PRECISIONS, timeZone?: string): string {
  return new Intl.DateTimeFormat(LOCALE, { ...PRECISIONS[precision], timeZone }).format(new Date(timestamp))
}

/** A time within a sentence, with its zone: `2026-11-28 09:05 (UTC+1)`. */
export function localMoment(timestamp: string, timeZone?: string): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'shortOffset' }).formatToParts(
    new Date(timestamp),
  )
  const zone = parts.find(({ type }) => type === 'timeZoneName')?.value.replace(/^GMT(\+0$)?/, 'UTC')
  return `${localTime(timestamp, 'minute', timeZone)} (${zone})`
}
