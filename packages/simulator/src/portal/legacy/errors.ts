import { AppleError } from '../../app-store-connect/json-api/errors.ts'

/** What is wrong with one parameter. */
export interface ValidationMessage {
  readonly validationKey: string
  readonly validationUserMessage: string
}

/** A refusal of the legacy portal: HTTP 200, and a result code that is not 0. */
export class LegacyError extends Error {
  readonly resultCode: number
  /** Apple's internal name of the refusal. */
  readonly resultString: string
  readonly validationMessages: readonly ValidationMessage[]
  /** Further keys of the answer. */
  readonly more: Readonly<Record<string, unknown>>

  constructor(
    resultCode: number,
    resultString: string,
    userString: string,
    validationMessages: readonly ValidationMessage[] = [],
    more: Readonly<Record<string, unknown>> = {},
  ) {
    super(userString)
    this.name = 'LegacyError'
    this.resultCode = resultCode
    this.resultString = resultString
    this.validationMessages = validationMessages
    this.more = more
  }
}

const INVALID = 35
const NOT_ALLOWED = 1200
const INVALID_TEXT = 'There were errors in the data supplied. Please correct and re-submit.'

/** 1100: nobody is signed in, or no longer. */
export function sessionExpired(): LegacyError {
  return new LegacyError(1100, 'session.expired', 'Your session has expired.  Please log in.')
}

/** 1200: the person's role does not reach. `what` is Apple's name of the thing, such as `certificate.download`. */
export function notAllowed(what: string): LegacyError {
  return new LegacyError(
    NOT_ALLOWED,
    `webservice.${what}NotAllowed`,
    'You are not permitted to perform this operation. Contact an Admin of your team.',
  )
}

/** 35: a parameter is missing or wrong. */
export function invalidParameter(
  validationKey: string,
  validationUserMessage: string,
  more: Readonly<Record<string, unknown>> = {},
): LegacyError {
  return new LegacyError(INVALID, INVALID_TEXT, validationUserMessage, [{ validationKey, validationUserMessage }], more)
}

/** The team's membership has lapsed, or the person is no member of it. */
export function accessUnavailable(): LegacyError {
  return new LegacyError(
    NOT_ALLOWED,
    'access.unavailable',
    'Access Unavailable. You currently do not have access to this membership resource.',
  )
}

/** An agreement waits for the account holder. */
export function agreementPending(): LegacyError {
  return new LegacyError(
    1200,
    'agreement.pending',
    'The Apple Developer Program License Agreement has been updated. In order to access certain membership resources, you must accept the latest Program License Agreement.',
  )
}

/** 503: the portal is closed for maintenance. */
export function underMaintenance(): LegacyError {
  return new LegacyError(
    503,
    'Service not available because of maintenance activities.',
    'Service not available because of maintenance activities.',
  )
}

/** A rule that the documented API shares, told in this portal's form. */
export function inLegacyForm(error: AppleError): LegacyError {
  const messages = error.entries.map(({ detail, source }) => ({
    validationKey: source !== undefined && 'pointer' in source ? (source.pointer.split('/').at(-1) ?? '') : '',
    validationUserMessage: detail,
  }))
  const text = messages.map(({ validationUserMessage }) => validationUserMessage).join(' ')
  if (error.status === 403) return new LegacyError(NOT_ALLOWED, 'webservice.operationNotAllowed', text)
  return new LegacyError(INVALID, INVALID_TEXT, text, messages)
}

/** Turns whatever a rule threw into a refusal of this portal; rethrows mistakes of the simulator. */
export function asLegacyError(error: unknown): LegacyError {
  if (error instanceof LegacyError) return error
  if (error instanceof AppleError) return inLegacyForm(error)
  throw error
}
