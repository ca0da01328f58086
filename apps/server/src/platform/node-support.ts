import { type Instant, parseInstant } from '@cordon/core/instant'

// End of security support of each Node line, by nodejs.org.
const SUPPORT_ENDS: Readonly<Record<number, string>> = { 20: '2026-04-30', 22: '2027-04-30', 24: '2028-04-30' }

/** A warning when the running Node gets no security fixes any more; undefined when it does. */
export function nodeWarning(version: string, now: Instant): string | undefined {
  const major = Number(version.split('.')[0])
  const end = SUPPORT_ENDS[major]
  if (end === undefined || now < parseInstant(`${end}T00:00:00Z`)) return undefined
  return `Node ${major} has had no security fixes since ${end}; run Cordon on Node 24`
}
