import { randomUUID } from 'node:crypto'

/** One entry of Apple's `errors` array. */
export interface AppleErrorEntry {
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly source?: { readonly pointer: string } | { readonly parameter: string }
  readonly links?: Readonly<Record<string, string>>
  readonly meta?: Readonly<Record<string, unknown>>
}

/** A refusal in Apple's form. Thrown anywhere below the service and turned into the answer there. */
export class AppleError extends Error {
  readonly status: number
  readonly entries: readonly AppleErrorEntry[]

  constructor(status: number, entries: readonly AppleErrorEntry[]) {
    super(entries.map((entry) => entry.detail).join('; '))
    this.name = 'AppleError'
    this.status = status
    this.entries = entries
  }
}

/** The body of an error answer. */
export function errorBody(status: number, entries: readonly AppleErrorEntry[]): unknown {
  return { errors: entries.map((entry) => ({ id: randomUUID(), status: String(status), ...entry })) }
}

function single(status: number, entry: AppleErrorEntry): AppleError {
  return new AppleError(status, [entry])
}

/** 401: no token, or one that Apple does not accept. Apple never says which rule it broke. */
export function notAuthorized(): AppleError {
  return single(401, {
    code: 'NOT_AUTHORIZED',
    title: 'Authentication credentials are missing or invalid.',
    detail:
      'Provide a properly configured and signed bearer token, and make sure that it has not expired. Learn more about Generating Tokens for API Requests https://developer.apple.com/go/?id=api-generating-tokens',
  })
}

/** 403: the role or kind does not reach. Persons are told of a key too (so @expo/apple-utils 2.2.1 expects). */
export function forbidden(detail = 'The API key in use does not allow this request'): AppleError {
  return single(403, { code: 'FORBIDDEN_ERROR', title: 'This request is forbidden for security reasons', detail })
}

/** 403: an agreement is unsigned or has lapsed. */
export function agreementsMissing(): AppleError {
  return single(403, {
    code: 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED',
    title: 'A required agreement is missing or has expired.',
    detail: 'This request requires an in-effect agreement that has not been signed or has expired.',
    links: { see: '/agreements' },
  })
}

/** 403: the resource exists, but Apple does not offer this operation on it. */
export function operationNotAllowed(type: string, operation: string, allowed: readonly string[]): AppleError {
  return single(403, {
    code: 'FORBIDDEN_ERROR',
    title: 'The given operation is not allowed',
    detail: `The resource '${type}' does not allow '${operation}'. Allowed operations are: ${[...allowed].sort().join(', ')}`,
  })
}

/** 404: nothing of this type has the id, or the key may not see it. */
export function notFound(type: string, id: string): AppleError {
  return single(404, {
    code: 'NOT_FOUND',
    title: 'The specified resource does not exist',
    detail: `There is no resource of type '${type}' with id '${id}'`,
  })
}

/** 404: no such URL. */
export function pathNotFound(path: string): AppleError {
  return single(404, {
    code: 'PATH_ERROR',
    title: 'The URL path is not valid',
    detail: `The resource '${path.replace(/^\//, '')}' does not exist`,
  })
}

/** 501: an operation of Apple's that the simulator does not play. */
export function notSimulated(operation: string): AppleError {
  return single(501, {
    code: 'NOT_SIMULATED',
    title: 'The simulator does not play this operation',
    detail: `Apple offers '${operation}'; the simulator does not play it yet`,
    meta: { operation },
  })
}

/** 400: a query parameter that this request does not take. */
export function illegalParameter(parameter: string): AppleError {
  return single(400, {
    code: 'PARAMETER_ERROR.ILLEGAL',
    title: 'A parameter is not allowed',
    detail: `The parameter '${parameter}' can not be used with this request`,
    source: { parameter },
  })
}

/** 400: a query parameter with a value that is not accepted. */
export function invalidParameter(parameter: string, detail: string): AppleError {
  return single(400, {
    code: 'PARAMETER_ERROR.INVALID',
    title: 'A parameter has an invalid value',
    detail,
    source: { parameter },
  })
}

/** 400: a filter is missing without which Apple lists nothing. */
export function requiredParameter(name: string): AppleError {
  const parameter = `filter[${name}]`
  return single(400, {
    code: 'PARAMETER_ERROR.REQUIRED',
    title: 'A required parameter is missing',
    detail: `The parameter '${parameter}' is required but was not provided`,
    source: { parameter },
  })
}

/** 400: the body is not JSON, or not an object with `data`. */
export function unreadableBody(detail: string): AppleError {
  return single(400, { code: 'ENTITY_INVALID', title: 'JSON processing failed', detail })
}

/** 409: a rule of Apple's says no. `pointer` names the part of the body, when there is one to blame. */
export function conflict(detail: string, pointer?: string): AppleError {
  return single(409, {
    code: 'ENTITY_ERROR',
    title: 'There is a problem with the request entity',
    detail,
    ...(pointer === undefined ? {} : { source: { pointer } }),
  })
}

/** 409: an attribute's value is refused. */
export function invalidAttribute(attribute: string, detail: string): AppleError {
  return single(409, {
    code: 'ENTITY_ERROR.ATTRIBUTE.INVALID',
    title: 'An attribute value is invalid.',
    detail,
    source: { pointer: `/data/attributes/${attribute}` },
  })
}

/** 409: what a relationship points to is refused. */
export function invalidRelationship(relationship: string, detail: string): AppleError {
  return single(409, {
    code: 'ENTITY_ERROR.RELATIONSHIP.INVALID',
    title: 'The provided entity includes a relationship with an invalid value',
    detail,
    source: { pointer: `/data/relationships/${relationship}` },
  })
}

/** 409: an attribute's value is in use already. */
export function duplicateAttribute(attribute: string, detail: string): AppleError {
  return single(409, {
    code: 'ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE',
    title: 'The provided entity includes an attribute with a value that has already been used',
    detail,
    source: { pointer: `/data/attributes/${attribute}` },
  })
}

/** 409: what is asked for does not fit the state that the resource is in. */
export function stateError(detail: string, pointer?: string): AppleError {
  return single(409, {
    code: 'STATE_ERROR',
    title: 'The request cannot be fulfilled because of the state of another resource.',
    detail,
    ...(pointer === undefined ? {} : { source: { pointer } }),
  })
}

/** 429: the key's budget is used up. */
export function rateLimited(): AppleError {
  return single(429, {
    code: 'RATE_LIMIT_EXCEEDED',
    title: 'The request rate limit has been reached.',
    detail: "We've received too many requests for this API. Please wait and try again or slow down your request rate.",
  })
}
