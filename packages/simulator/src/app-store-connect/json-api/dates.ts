const PACIFIC_MS = 8 * 3_600_000

/** Dates of App Store resources: `2020-02-06T18:23:14-08:00`. Always winter time, so that a date never depends on a table of zones. */
export function storeDate(epochMs: number): string {
  return `${new Date(epochMs - PACIFIC_MS).toISOString().slice(0, 19)}-08:00`
}
