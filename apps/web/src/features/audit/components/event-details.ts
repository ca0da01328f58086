import { z } from 'zod'

/** One thing that is known of an event. */
export interface Detail {
  readonly name: string
  readonly text: string
  /** Set when it is a point in time: ISO 8601, in UTC. */
  readonly at?: string
}

/** Names that say more than the field's own. */
const NAMES: Readonly<Record<string, string>> = {
  userAgent: 'Program that asked, by its own word (User-Agent)',
}

/** Shown beside the event, not among its details. */
const ELSEWHERE: readonly string[] = ['actions']

const timestamp = z.iso.datetime()

/** What an event's details hold, for people. */
export function detailsOf(details: Readonly<Record<string, unknown>>): Detail[] {
  return Object.entries(details)
    .filter(([name, value]) => !ELSEWHERE.includes(name) && value !== undefined)
    .map(([name, value]) => ({ name: NAMES[name] ?? name, ...shown(value) }))
}

function shown(value: unknown): Pick<Detail, 'text' | 'at'> {
  if (typeof value !== 'string') return { text: JSON.stringify(value, null, 2) }
  return timestamp.safeParse(value).success ? { text: value, at: value } : { text: value }
}
