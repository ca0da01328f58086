import type { Answer } from '../../http/service.ts'
import { htmlAnswer } from '../web/html.ts'

/** An error of Apple's sign-in. Codes are texts. */
export interface ServiceError {
  readonly code: string
  readonly title?: string
  readonly message: string
}

/** The body of an error. */
export function serviceErrors(...errors: readonly ServiceError[]): Record<string, unknown> {
  return { serviceErrors: errors.map((error) => ({ ...error, suppressDismissal: false })), hasError: true }
}

/** A refusal with Apple's code in the body and in `X-Apple-I-Ercd`. */
export function refusal(status: number, error: ServiceError): Answer {
  return { status, headers: { 'X-Apple-I-Ercd': error.code }, body: serviceErrors(error) }
}

/** The refusals that Apple's sign-in is known to give. */
export const REFUSALS = {
  wrongPassword: refusal(401, {
    code: '-20101',
    title: 'Check the account information you entered and try again.',
    message: 'Your Apple Account or password was incorrect.',
  }),
  locked: refusal(403, {
    code: '-20209',
    title: 'This Apple Account has been locked for security reasons.',
    message: 'You must unlock your account before signing in.',
  }),
  refused: refusal(403, {
    code: '-36607',
    message: 'Your request could not be completed at this time. Please try again later.',
  }),
  unavailable: htmlAnswer(503, '503 Service Temporarily Unavailable', '<h1>503 Service Temporarily Unavailable</h1>'),
  unsolved: htmlAnswer(403, '403 Forbidden', '<h1>403 Forbidden</h1>'),
  /** The sign-in is over, or never was: nothing but a new one helps. */
  noAttempt: { status: 401 },
  /** What a request that is no request of a browser's is answered; not observed of Apple. */
  malformed: {
    status: 400,
    body: { validationErrors: [{ code: 'malformed', message: 'The request can not be read.' }], hasError: true },
  },
} as const satisfies Readonly<Record<string, Answer>>

/** The answer to a caller who is too quick. */
export function rateLimited(retryAfterSeconds: number): Answer {
  return { ...htmlAnswer(429, '429 Too Many Requests'), headers: { 'Retry-After': String(retryAfterSeconds) } }
}
