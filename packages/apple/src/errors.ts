import { defineErrors, details } from '@cordon/core/errors'

/** What Apple answered, as kept in the details of every error that comes from Apple. Safe to show; the body itself is not kept. */
export type AppleFacts = {
  /** What was asked: method and path pattern, such as `POST /v1/devices`. */
  operation: string
  /** HTTP status of Apple's answer; absent when there was none. */
  appleStatus?: number
  /** Apple's dotted error code, such as `ENTITY_ERROR.ATTRIBUTE.INVALID`. */
  appleCode?: string
  /** Apple's own sentence, cut to 500 characters. */
  appleDetail?: string
  /** The place in the request that Apple objects to: a JSON pointer or the name of a query parameter. */
  appleSource?: string
  /** What Apple's support asks for. */
  appleRequestId?: string
  /** A page at Apple that the answer points to, such as the agreements. */
  appleLink?: string
  /** What Apple finds wrong with other resources, such as texts that a submission lacks; each as `type.field: sentence`. */
  appleAssociated?: readonly string[]
  /** Seconds until the next try makes sense. */
  retryAfterSeconds?: number
  /** Apple's clock minus ours, in seconds; given when a token was refused and the clocks disagree. */
  clockSkewSeconds?: number
}

/** What is wrong with an input field, and what would be accepted. */
export type FieldProblem = { field: string; problem: string; accepted: string }

const facts = details<AppleFacts>()
const field = details<FieldProblem>()

/** Everything that can go wrong between Cordon and Apple. Apple's answers are turned into these by `error-table.ts`. */
export const appleErrors = defineErrors('apple', {
  private_key_invalid: {
    status: 422,
    title: 'The private key is not an App Store Connect API key',
    remedy: 'Choose the AuthKey_….p8 file exactly as it was downloaded from App Store Connect.',
    details: field,
  },
  key_id_invalid: {
    status: 422,
    title: 'The key ID is not valid',
    remedy: 'Copy the key ID from App Store Connect > Users and Access > Integrations.',
    details: field,
  },
  issuer_id_invalid: {
    status: 422,
    title: 'The issuer ID is not valid',
    remedy:
      'Copy the issuer ID from App Store Connect > Users and Access > Integrations; it stands above the list of keys.',
    details: field,
  },
  input_invalid: {
    status: 422,
    title: 'Apple would not take this value',
    remedy: 'Change the named value to one of the accepted form.',
    details: field,
  },
  individual_key_cannot_provision: {
    status: 422,
    title: 'An individual key cannot manage certificates, identifiers, devices or profiles',
    remedy: 'Ask an Admin of the Apple team for a team key and connect that one.',
    details: facts,
  },
  key_rejected: {
    status: 422,
    kind: 'upstream',
    title: 'Apple rejects the API key',
    remedy:
      'Check in App Store Connect > Users and Access > Integrations that the key is active, and that key ID, issuer ID and .p8 file belong together; keys for push notifications or purchases do not work here.',
    details: facts,
  },
  forbidden_role: {
    status: 422,
    kind: 'upstream',
    title: 'The role of the API key does not allow this',
    remedy: 'Ask an Admin of the Apple team to make a key with the role Admin, and replace the key of the connection.',
    details: facts,
  },
  membership_inactive: {
    status: 422,
    kind: 'upstream',
    title: 'The membership of the Apple team is not active',
    remedy: 'Ask the Account Holder to renew the membership at developer.apple.com/account.',
    details: facts,
  },
  agreements_required: {
    status: 422,
    kind: 'upstream',
    title: 'An agreement with Apple is missing or has expired',
    remedy:
      'Ask the Account Holder to sign the agreement in App Store Connect > Business; it can take minutes to take effect.',
    details: facts,
  },
  operation_not_offered: {
    status: 422,
    kind: 'upstream',
    title: 'Apple does not offer this operation to API keys',
    remedy: 'Do it by hand in App Store Connect or at developer.apple.com/account.',
    details: facts,
  },
  rate_limited: {
    status: 503,
    kind: 'upstream',
    title: 'Apple limits the number of requests of this API key, and the limit is reached',
    remedy: 'Wait until the limit recovers (at most an hour) or use another key for other tools.',
    details: facts,
  },
  unreachable: {
    status: 503,
    kind: 'upstream',
    title: 'Apple cannot be reached',
    remedy: 'Check the network of this machine and the state of Apple\u2019s services, then try again.',
    details: facts,
  },
  timed_out: {
    status: 504,
    kind: 'upstream',
    title: 'Apple did not answer in time',
    remedy: 'Try again; if it stays so, look at the state of Apple\u2019s services.',
    details: facts,
  },
  service_failed: {
    status: 502,
    kind: 'upstream',
    title: 'Apple\u2019s service failed',
    remedy: 'Try again in some minutes; if it stays so, give the request id to Apple\u2019s developer support.',
    details: facts,
  },
  write_unconfirmed: {
    status: 502,
    kind: 'upstream',
    title: 'Apple did not confirm a change, and reading back whether it happened failed',
    remedy: 'Try again: what already happened is found first and is not done twice.',
    details: facts,
  },
  unexpected_answer: {
    status: 502,
    kind: 'upstream',
    title: 'Apple\u2019s answer is not understood',
    remedy: 'Try again; if it stays so, report it together with the request id.',
    details: facts,
  },
  invalid_request: {
    status: 422,
    kind: 'upstream',
    title: 'Apple refuses the request as invalid',
    remedy: 'Read what Apple says about it, and correct the named value.',
    details: facts,
  },
  refused: {
    status: 422,
    kind: 'upstream',
    title: 'Apple refuses the change',
    remedy: 'Read what Apple says about it; often something must be changed at developer.apple.com/account first.',
    details: facts,
  },
  not_found: {
    status: 404,
    kind: 'upstream',
    title: 'Apple does not know this resource, or the key may not see it',
    remedy: 'Check that it still exists at Apple and belongs to the team of the key.',
    details: facts,
  },
  certificate_limit_reached: {
    status: 409,
    kind: 'upstream',
    title: 'The Apple team has as many certificates of this type as Apple allows',
    remedy:
      'Revoke a certificate whose private key nobody has, or give the build an existing certificate with its key.',
    details: facts,
  },
  certificate_request_invalid: {
    status: 422,
    kind: 'upstream',
    title: 'Apple does not accept the certificate signing request',
    remedy: 'Make a new request with a 2048-bit RSA key and a valid signature.',
    details: facts,
  },
  device_exists: {
    status: 409,
    kind: 'upstream',
    title: 'The device is already registered with the Apple team',
    remedy: 'Use the registered device; if it is disabled, enable it at developer.apple.com/account.',
    details: facts,
  },
  device_limit_reached: {
    status: 409,
    kind: 'upstream',
    title: 'The Apple team has as many devices of this kind as Apple allows in a membership year',
    remedy: 'Ask the Account Holder or an Admin to remove devices when the membership year is renewed.',
    details: facts,
  },
  profile_name_taken: {
    status: 409,
    kind: 'upstream',
    title: 'The Apple team already has a profile of this name',
    remedy: 'Delete the other profile at developer.apple.com/account or use another name.',
    details: facts,
  },
  identifier_not_available: {
    status: 409,
    kind: 'upstream',
    title: 'The bundle identifier is not available at Apple',
    remedy: 'Choose another bundle identifier: this one is registered, possibly by another team.',
    details: facts,
  },
  bundle_id_missing: {
    status: 409,
    kind: 'upstream',
    title: 'Apple does not find the bundle ID in this team',
    remedy: 'Register the bundle ID first, or check that the key belongs to the team that owns it.',
    details: facts,
  },
  bundle_id_in_use: {
    status: 409,
    kind: 'upstream',
    title: 'The bundle ID cannot be deleted, because an app uses it',
    remedy: 'Keep it, or remove the app in App Store Connect first.',
    details: facts,
  },
  wildcard_not_allowed: {
    status: 422,
    kind: 'upstream',
    title: 'Apple makes no such profile for a wildcard bundle ID',
    remedy: 'Register an explicit bundle ID for the app.',
    details: facts,
  },
  build_number_used: {
    status: 409,
    kind: 'upstream',
    title: 'Apple has a build with this number already',
    remedy: 'Build again with a higher CFBundleVersion; a number is taken once for each version.',
    details: facts,
  },
  capability_exists: {
    status: 409,
    kind: 'upstream',
    title: 'The capability is already switched on for this bundle ID',
    remedy: 'Go on with the capability as it is, or change its settings.',
    details: facts,
  },
  apple_id_credentials_wrong: {
    status: 422,
    kind: 'upstream',
    title: 'Apple does not accept this e-mail address and password',
    remedy: 'Enter both again with care: after a few wrong tries Apple locks the account.',
    details: facts,
  },
  apple_id_locked: {
    status: 409,
    kind: 'upstream',
    title: 'Apple has locked this Apple ID for security reasons',
    remedy: 'Unlock it at iforgot.apple.com, then sign in here again with the new password.',
    details: facts,
  },
  apple_id_terms_pending: {
    status: 409,
    kind: 'upstream',
    title: 'Apple wants the owner of this Apple ID to accept something first',
    remedy: 'Sign in at account.apple.com in a browser, accept what Apple shows, then sign in here again.',
    details: facts,
  },
  apple_id_two_factor_needed: {
    status: 409,
    kind: 'upstream',
    title: 'This Apple ID has no two-factor authentication, and Apple asks for it',
    remedy: 'Sign in at account.apple.com in a browser, turn two-factor authentication on, then sign in here again.',
    details: facts,
  },
  apple_id_repair_needed: {
    status: 409,
    kind: 'upstream',
    title: 'Apple wants the owner of this Apple ID to put something in order first',
    remedy: 'Sign in at account.apple.com in a browser, do what Apple asks for, then sign in here again.',
    details: facts,
  },
  security_keys_unsupported: {
    status: 422,
    kind: 'upstream',
    title: 'This Apple ID is protected by security keys, which work on Apple\u2019s own page only',
    remedy: 'Connect an App Store Connect API key instead, or use an Apple Account without security keys.',
    details: facts,
  },
  sign_in_throttled: {
    status: 503,
    kind: 'upstream',
    title: 'Apple takes no sign-in of this account for now',
    remedy: 'Wait as long as the answer says; every try before that makes it longer.',
    details: facts,
  },
  sign_in_changed: {
    status: 502,
    kind: 'upstream',
    title: 'Apple\u2019s sign-in answered in a way that is not known',
    remedy: 'Report it with step, status and codes, and connect an App Store Connect API key meanwhile.',
    details: facts,
  },
  no_app_store_connect_access: {
    status: 422,
    kind: 'upstream',
    title: 'This Apple ID belongs to no team at Apple',
    remedy: 'Ask an Admin of the Apple team to invite this Apple ID in App Store Connect > Users and Access.',
    details: facts,
  },
  trust_expired: {
    status: 409,
    kind: 'upstream',
    title: 'Apple asks for a code again to sign in with this Apple ID',
    remedy: 'Sign in again with e-mail, password and the code that Apple sends.',
    details: facts,
  },
  code_wrong: {
    status: 422,
    kind: 'upstream',
    title: 'The code is wrong',
    remedy: 'Enter the newest code that Apple has sent.',
    details: facts,
  },
  codes_exhausted: {
    status: 422,
    kind: 'upstream',
    title: 'Too many wrong codes were entered',
    remedy: 'Wait some minutes, then start again with e-mail and password.',
    details: facts,
  },
  code_not_sent: {
    status: 422,
    kind: 'upstream',
    title: 'Apple cannot send a code this way now',
    remedy: 'Choose another way to get the code, or wait some hours.',
    details: facts,
  },
  codes_sent_limit_reached: {
    status: 422,
    kind: 'upstream',
    title: 'Apple sends no more codes for this sign-in',
    remedy: 'Enter a code that has come already, or wait and start again with e-mail and password.',
    details: facts,
  },
  sign_in_attempt_expired: {
    status: 410,
    kind: 'upstream',
    title: 'The sign-in took too long',
    remedy: 'Start again with e-mail and password.',
    details: facts,
  },
  session_expired: {
    status: 409,
    kind: 'upstream',
    title: 'App Store Connect no longer knows the session of this Apple ID',
    remedy: 'Renew the session, or sign in again.',
    details: facts,
  },
  session_unreadable: {
    status: 422,
    title: 'The session cannot be read',
    remedy: 'Give the cookies of fastlane spaceauth or of @expo/apple-utils exactly as they were printed.',
    details: field,
  },
  provider_unknown: {
    status: 422,
    kind: 'upstream',
    title: 'App Store Connect did not switch to this provider',
    remedy: 'Choose one of the providers that the session lists.',
    details: facts,
  },
  portal_session_expired: {
    status: 409,
    kind: 'upstream',
    title: 'The developer portal no longer knows the session of this Apple ID',
    remedy: 'Renew the session, or sign in again.',
    details: facts,
  },
  portal_unavailable: {
    status: 503,
    kind: 'upstream',
    title: 'The developer portal is not available',
    remedy: 'Try again later; look at the state of Apple\u2019s services.',
    details: facts,
  },
  portal_request_refused: {
    status: 502,
    kind: 'upstream',
    title: 'The developer portal did not take the proof that a change comes from its own session',
    remedy: 'Try again: a new proof is asked for.',
    details: facts,
  },
  apple_id_role_insufficient: {
    status: 422,
    kind: 'upstream',
    title: 'The role of this Apple ID in the team does not allow this',
    remedy: 'Ask an Admin of the Apple team to give this Apple ID access to certificates, identifiers and profiles.',
    details: facts,
  },
  app_store_connect_role_insufficient: {
    status: 422,
    kind: 'upstream',
    title: 'The role of this Apple ID in App Store Connect does not allow this',
    remedy: 'Ask an Admin of the Apple team to give this Apple ID the role App Manager in App Store Connect.',
    details: facts,
  },
  portal_identifier_not_available: {
    status: 409,
    kind: 'upstream',
    title: 'The identifier of this app group, iCloud container or merchant is not available at Apple',
    remedy: 'Choose another identifier: this one is registered, possibly by another team.',
    details: facts,
  },
})

/** Name of one of the errors that an answer of Apple can turn into. */
export type AppleErrorName = Exclude<
  keyof (typeof appleErrors)['$specs'],
  'private_key_invalid' | 'key_id_invalid' | 'issuer_id_invalid' | 'input_invalid' | 'session_unreadable'
>
