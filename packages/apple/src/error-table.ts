import type { CordonError } from '@cordon/core/errors'
import { type AppleErrorName, type AppleFacts, appleErrors } from './errors.ts'

/** One entry of the `errors` list of an answer, as far as Cordon uses it. */
export interface AppleProblem {
  readonly status?: string
  readonly code?: string
  readonly title?: string
  readonly detail?: string
  readonly source?: string
  readonly link?: string
  /** What is wrong with other resources, each as `type.field: sentence`. */
  readonly associated?: readonly string[]
}

interface ErrorRow {
  readonly error: AppleErrorName
  readonly status: readonly number[]
  /** Apple appends suffixes to its codes, so a code matches by prefix. */
  readonly code?: string
  /** Looked for in title and detail, where no code tells the cases apart. */
  readonly text?: RegExp
  /** Looked for in the pointer or the parameter. */
  readonly source?: RegExp
  readonly example: Omit<AppleProblem, 'status'> & { readonly status: number }
  /** Where and when the answer was seen. */
  readonly seen: string
}

const WRITES_REFUSED = [403, 409, 422] as const

/**
 * Apple's refusals, most special first: status, code and text to our error. The first row that fits decides.
 * Statuses that no row names are decided by `FALLBACK`.
 */
export const ERROR_TABLE: readonly ErrorRow[] = [
  {
    error: 'membership_inactive',
    status: [401, 403],
    text: /not associated with an active membership/i,
    example: {
      status: 403,
      code: 'FORBIDDEN_ERROR',
      detail: "Team ID: '9QJ7KW3C4M' is not associated with an active membership.",
    },
    seen: 'fastlane spaceship, comment in the connect_api client; expo reports of 2026',
  },
  {
    error: 'key_rejected',
    status: [401],
    example: { status: 401, code: 'NOT_AUTHORIZED', title: 'Authentication credentials are missing or invalid.' },
    seen: 'fastlane/fastlane issue 19072, 2021; microsoft/asconnect issue 8, 2020',
  },
  {
    error: 'agreements_required',
    status: [403],
    code: 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED',
    example: {
      status: 403,
      code: 'FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED',
      title: 'A required agreement is missing or has expired.',
      detail: 'This request requires an in-effect agreement that has not been signed or has expired.',
      link: '/business',
    },
    seen: 'recorded answers of codemagic-ci-cd/cli-tools (link /agreements) and of others in 2026 (link /business)',
  },
  {
    error: 'agreements_required',
    status: [403],
    text: /required agreement (is )?missing or (has )?expired|in-effect agreement/i,
    example: { status: 403, code: 'FORBIDDEN_ERROR', detail: 'A required agreement is missing or has expired.' },
    seen: 'tryzealot/zealot issue 1946; go-xcode retries by this text',
  },
  {
    error: 'operation_not_offered',
    status: [403],
    text: /does not allow '[A-Z_]+'/,
    example: {
      status: 403,
      code: 'FORBIDDEN_ERROR',
      detail:
        "The resource 'apps' does not allow 'CREATE'. Allowed operations are: GET_COLLECTION, GET_INSTANCE, UPDATE",
    },
    seen: 'users\u2019 reports collected in 2026',
  },
  {
    error: 'wildcard_not_allowed',
    status: WRITES_REFUSED,
    text: /not allowed to create '.*' profile with App ID/i,
    example: {
      status: 409,
      code: 'ENTITY_ERROR',
      detail: "You are not allowed to create 'iOS' profile with App ID 'NLRN94JD59'.",
    },
    seen: 'codemagic-ci-cd/cli-tools recorded answers',
  },
  {
    error: 'certificate_limit_reached',
    status: WRITES_REFUSED,
    text: /already have a current .* certificate or a pending certificate request/i,
    example: {
      status: 409,
      code: 'ENTITY_ERROR',
      detail: 'You already have a current Distribution certificate or a pending certificate request.',
    },
    seen: 'codemagic-ci-cd/cli-tools issue 262; fastlane/fastlane issue 19599',
  },
  {
    error: 'certificate_request_invalid',
    status: [400, 409, 422],
    source: /csrContent/,
    example: { status: 409, code: 'ENTITY_ERROR.ATTRIBUTE.INVALID', source: '/data/attributes/csrContent' },
    seen: 'codemagic-ci-cd/cli-tools recorded answers',
  },
  {
    error: 'device_exists',
    status: WRITES_REFUSED,
    text: /device with number .* already exists/i,
    example: {
      status: 409,
      code: 'ENTITY_ERROR',
      detail: "A device with number '00008030-001A2B3C4D5E802E' already exists on this team.",
    },
    seen: 'fastlane/fastlane issue 17433, 2020; go-xcode devices',
  },
  {
    error: 'device_limit_reached',
    status: WRITES_REFUSED,
    text: /maximum number of registered .*devices|(maximum|limit).{0,60}\bdevices?\b/i,
    example: {
      status: 403,
      code: 'FORBIDDEN_ERROR',
      title: 'This request is forbidden for security reasons',
      detail: 'Your development team has reached the maximum number of registered iPhone devices.',
    },
    seen: 'AtB-AS/mittatb-app pull request 5972, 2026-04-14',
  },
  {
    error: 'profile_name_taken',
    status: WRITES_REFUSED,
    text: /multiple profiles found with the name|profile .*name .*already|duplicate .*profile/i,
    example: {
      status: 409,
      code: 'ENTITY_ERROR',
      detail: "Multiple profiles found with the name 'Acme store'. Please remove the duplicate profiles and try again.",
    },
    seen: 'bitrise-steplib/steps-ios-auto-provision issue 39; Tinder/sign-here issue 21',
  },
  {
    error: 'identifier_not_available',
    status: WRITES_REFUSED,
    text: /App ID with Identifier .* is not available/i,
    example: {
      status: 409,
      code: 'ENTITY_ERROR.ATTRIBUTE.INVALID',
      detail: "An App ID with Identifier 'com.acme.app' is not available. Please enter a different string.",
      source: '/data/attributes/identifier',
    },
    seen: 'codemagic-ci-cd/cli-tools recorded answers',
  },
  {
    error: 'portal_identifier_not_available',
    status: WRITES_REFUSED,
    text: /(Group|Container|Merchant).* with Identifier .* is not available/i,
    example: {
      status: 409,
      detail:
        "An Application Group with Identifier 'group.com.acme' is not available. Please enter a different string.",
    },
    seen: 'not recorded; worded as for bundle IDs',
  },
  {
    error: 'bundle_id_missing',
    status: [404, 409],
    text: /no App ID with ID/i,
    example: { status: 409, code: 'ENTITY_ERROR', detail: "There is no App ID with ID 'NLRN94JD59' on this team." },
    seen: 'go-xcode autoprovision, retried for just created bundle IDs',
  },
  {
    error: 'bundle_id_in_use',
    status: WRITES_REFUSED,
    text: /bundle.* cannot be deleted/i,
    example: { status: 409, code: 'ENTITY_ERROR', detail: "The bundle 'NLRN94JD59' cannot be deleted." },
    seen: 'users\u2019 reports collected in 2026',
  },
  {
    error: 'capability_exists',
    status: [409],
    text: /capability.* already (exists|enabled)|already .*capability/i,
    example: { status: 409, code: 'ENTITY_ERROR', detail: 'The capability already exists for this bundle ID.' },
    seen: 'not recorded; on 2026-09-15 Apple answered 201 to a repeated capability (rorkai/App-Store-Connect-CLI pull request 2586)',
  },
  {
    error: 'build_number_used',
    status: [409],
    code: 'ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE',
    source: /cfBundleVersion/,
    example: {
      status: 409,
      code: 'ENTITY_ERROR.ATTRIBUTE.INVALID.DUPLICATE',
      title: 'The provided entity includes an attribute with a value that has already been used',
      detail: 'The bundle version must be higher than the previously uploaded version.',
      source: '/data/attributes/cfBundleVersion',
    },
    seen: 'codemagic-ci-cd/cli-tools, answers of altool kept in its tests, 2025',
  },
  // After every row with a text: Apple refuses some limits with this code too.
  {
    error: 'forbidden_role',
    status: [403],
    code: 'FORBIDDEN',
    example: { status: 403, code: 'FORBIDDEN_ERROR', detail: 'The API key in use does not allow this request' },
    seen: 'codemagic-ci-cd/cli-tools recorded answers; joreilly/Confetti issue 1787',
  },
  {
    error: 'not_found',
    status: [404],
    code: 'NOT_FOUND',
    example: { status: 404, code: 'NOT_FOUND', detail: "There is no resource of type 'devices' with id 'X'" },
    seen: 'codemagic-ci-cd/cli-tools recorded answers',
  },
  {
    error: 'invalid_request',
    status: [400, 409, 422],
    code: 'PARAMETER_ERROR',
    example: { status: 400, code: 'PARAMETER_ERROR.INVALID', source: 'cursor' },
    seen: 'fastlane/fastlane issue 29499, 2025',
  },
  {
    error: 'invalid_request',
    status: [409, 422],
    code: 'ENTITY_ERROR.ATTRIBUTE',
    example: { status: 409, code: 'ENTITY_ERROR.ATTRIBUTE.UNKNOWN', source: '/data/attributes/colour' },
    seen: 'codemagic-ci-cd/cli-tools recorded answers',
  },
  {
    error: 'invalid_request',
    status: [409, 422],
    code: 'ENTITY_ERROR.RELATIONSHIP',
    example: { status: 409, code: 'ENTITY_ERROR.RELATIONSHIP.INVALID', source: '/data/relationships/devices' },
    seen: 'codemagic-ci-cd/cli-tools recorded answers',
  },
  {
    error: 'rate_limited',
    status: [429],
    example: { status: 429, code: 'RATE_LIMIT_EXCEEDED', title: 'The request rate limit has been reached.' },
    seen: 'AvdLee/appstoreconnect-swift-sdk issue 239',
  },
]

const FALLBACK: readonly { readonly from: number; readonly to: number; readonly error: AppleErrorName }[] = [
  { from: 400, to: 400, error: 'invalid_request' },
  { from: 403, to: 403, error: 'forbidden_role' },
  { from: 404, to: 404, error: 'not_found' },
  { from: 409, to: 409, error: 'refused' },
  { from: 422, to: 422, error: 'invalid_request' },
  { from: 500, to: 599, error: 'service_failed' },
]

const DETAIL_MAX_CHARACTERS = 500
const ASSOCIATED_MAX = 100

/** Finds the error that an answer means. `problems` is empty for an answer without JSON, such as a gateway's page. */
export function nameAppleError(status: number, problems: readonly AppleProblem[]): AppleErrorName {
  const row = ERROR_TABLE.find((candidate) => fits(candidate, status, problems))
  if (row !== undefined) return row.error
  return FALLBACK.find(({ from, to }) => status >= from && status <= to)?.error ?? 'unexpected_answer'
}

function fits(row: ErrorRow, status: number, problems: readonly AppleProblem[]): boolean {
  if (!row.status.includes(status)) return false
  if (row.code === undefined && row.text === undefined && row.source === undefined) return true
  return problems.some(
    (problem) =>
      (row.code === undefined || (problem.code ?? '').startsWith(row.code)) &&
      (row.text === undefined || row.text.test(`${problem.title ?? ''} ${problem.detail ?? ''}`)) &&
      (row.source === undefined || row.source.test(problem.source ?? '')),
  )
}

/** Makes the error of an answer, with Apple's facts in its details. */
export function appleError(
  status: number,
  problems: readonly AppleProblem[],
  facts: Omit<
    AppleFacts,
    'appleStatus' | 'appleCode' | 'appleDetail' | 'appleSource' | 'appleLink' | 'appleAssociated'
  >,
): CordonError {
  const name = nameAppleError(status, problems)
  const told = problems[0]
  const said = told?.detail ?? told?.title
  const associated = [...new Set(problems.flatMap((problem) => problem.associated ?? []))]
  const values: AppleFacts = {
    ...facts,
    appleStatus: status,
    ...(told?.code !== undefined && { appleCode: told.code }),
    ...(said !== undefined && { appleDetail: said.slice(0, DETAIL_MAX_CHARACTERS) }),
    ...(told?.source !== undefined && { appleSource: told.source }),
    ...(told?.link !== undefined && { appleLink: told.link }),
    ...(associated.length > 0 && { appleAssociated: associated.slice(0, ASSOCIATED_MAX) }),
  }
  return appleErrors[name](values, explain(name, facts, values))
}

function explain(name: AppleErrorName, facts: { clockSkewSeconds?: number }, values: AppleFacts) {
  if (name === 'key_rejected' && facts.clockSkewSeconds !== undefined) {
    const direction = facts.clockSkewSeconds > 0 ? 'behind' : 'ahead of'
    return {
      detail: `The clock of this machine is ${Math.abs(facts.clockSkewSeconds)} s ${direction} Apple\u2019s; set it right first.`,
    }
  }
  return values.appleDetail === undefined ? {} : { detail: `Apple says: ${values.appleDetail}` }
}
