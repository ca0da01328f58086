import type { ErrorKind, ErrorSpec } from '@cordon/core/errors'
import { accountErrors } from './accounts/errors.ts'
import { appleSignInErrors } from './apple-sign-ins/errors.ts'
import { appErrors } from './apps/errors.ts'
import { authorisationErrors } from './authorisations/errors.ts'
import { buildErrors } from './builds/errors.ts'
import { connectionErrors } from './connections/errors.ts'
import { accessErrors, clientErrors, internalErrors, requestErrors } from './errors.ts'
import { testDeviceErrors } from './test-devices/errors.ts'

/** Every catalogue of errors that the API answers with, or its client throws. */
export const API_CATALOGUES = [
  accessErrors,
  accountErrors,
  appErrors,
  appleSignInErrors,
  authorisationErrors,
  buildErrors,
  clientErrors,
  connectionErrors,
  internalErrors,
  requestErrors,
  testDeviceErrors,
] as const

/** The row of the catalogue for a code; undefined for one that this version does not know. */
export function specOfCode(code: string): ErrorSpec | undefined {
  const [namespace, name = ''] = code.split('.')
  const specs: Readonly<Record<string, ErrorSpec>> =
    API_CATALOGUES.find(({ $namespace }) => $namespace === namespace)?.$specs ?? {}
  return Object.hasOwn(specs, name) ? specs[name] : undefined
}

/** Whose fault an error of the API is, by its code; a code of a newer server counts as the caller's. */
export function kindOfCode(code: string): ErrorKind {
  return specOfCode(code)?.kind ?? 'caller'
}
