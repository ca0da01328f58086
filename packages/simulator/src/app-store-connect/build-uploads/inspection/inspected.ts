import type { StateDetail } from '../../../world/settings.ts'

/** What was found in an uploaded file. */
export interface Inspected {
  /** Why processing fails; none: it goes well. */
  readonly errors: readonly StateDetail[]
  readonly warnings: readonly StateDetail[]
  /** `MinimumOSVersion` of the app. */
  readonly minOsVersion: string | null
  /** `ITSAppUsesNonExemptEncryption` of the app: with it nobody has to be asked. */
  readonly usesNonExemptEncryption: boolean | null
}

/** What is known of a file that was not looked at. */
export const NOT_INSPECTED: Inspected = { errors: [], warnings: [], minOsVersion: null, usesNonExemptEncryption: null }

/** What is known of a file that could not be read further. */
export function unreadable(code: string, description: string): Inspected {
  return { ...NOT_INSPECTED, errors: [{ code, description }] }
}
