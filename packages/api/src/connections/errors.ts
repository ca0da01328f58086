import { defineErrors, details } from '@cordon/core/errors'
import type { ConnectionCheck } from './schema.ts'

export const connectionErrors = defineErrors('connection', {
  not_found: {
    status: 404,
    title: 'There is no such connection',
    remedy: 'Check the id; a connection is shown to its owner only.',
  },
  private_key_unreadable: {
    status: 400,
    title: 'The private key cannot be read',
    remedy: 'Choose the .p8 file as Apple gave it: a PKCS#8 text of an elliptic-curve key (P-256).',
    details: details<{ field: string; problem: string }>(),
  },
  issuer_missing: {
    status: 400,
    title: 'A team key needs its issuer id',
    remedy:
      'Copy the issuer id from App Store Connect › Users and Access › Integrations, or choose the kind "individual".',
    details: details<{ field: string }>(),
  },
  issuer_unexpected: {
    status: 400,
    title: 'An individual key has no issuer id',
    remedy: 'Leave the field "key.issuerId" out, or choose the kind "team".',
    details: details<{ field: string }>(),
  },
  already_stored: {
    status: 409,
    title: 'You have stored this key already',
    remedy: 'Use that connection, or replace its key.',
    details: details<{ connectionId: string; name: string }>(),
  },
  apple_id_stored: {
    status: 409,
    title: 'You have connected this Apple ID already',
    remedy: 'Choose "Sign in again" on that connection.',
    details: details<{ connectionId: string; name: string }>(),
  },
  apple_id_taken: {
    status: 409,
    title: 'Somebody else on this instance has connected this Apple ID',
    remedy:
      'Ask them to transfer the connection, or to let your app use it: two sign-ins of one Apple ID end each other.',
  },
  not_a_key: {
    status: 409,
    title: 'This connection is an Apple ID and has no key',
    remedy: 'Choose "Sign in again" to renew it.',
  },
  not_an_apple_id: {
    status: 409,
    title: 'This connection is an API key and has no sign-in',
    remedy: 'Replace its key, or choose a connection of the type "Apple ID".',
  },
  rejected_by_apple: {
    status: 422,
    kind: 'upstream',
    title: 'Apple does not accept this key',
    remedy:
      'Check key id, issuer id and file against App Store Connect › Users and Access › Integrations; keys for push or Sign in with Apple look alike and do not work. Nothing was stored.',
    details: details<{ checks: readonly ConnectionCheck[]; appleRequestId: string | null }>(),
  },
  agreements_missing: {
    status: 422,
    kind: 'upstream',
    title: 'Apple wants an agreement accepted first',
    remedy:
      'Ask the Account Holder to sign in at appstoreconnect.apple.com/agreements and accept it, then connect again, or store the key untested. Nothing was stored.',
    details: details<{ checks: readonly ConnectionCheck[]; appleRequestId: string | null }>(),
  },
  apple_unreachable: {
    status: 503,
    kind: 'upstream',
    title: 'Apple could not be asked about this key',
    remedy: 'Try again in a few minutes, or store the key untested. Nothing was stored.',
    details: details<{ checks: readonly ConnectionCheck[]; reason: string }>(),
  },
  apple_rate_limited: {
    status: 503,
    kind: 'upstream',
    title: "Apple's request limit for this key is used up",
    remedy: 'Wait until the hour is over and connect again, or store the key untested. Nothing was stored.',
    details: details<{ checks: readonly ConnectionCheck[]; retryAfterSeconds: number | null }>(),
  },
  owner_disabled: {
    status: 409,
    title: 'The account of the person who owns the connection is disabled',
    remedy: 'Choose a connection of somebody else; nothing is asked of Apple with this one.',
  },
  already_theirs: {
    status: 409,
    title: 'This person has stored the same key already',
    remedy: 'Remove your connection instead; theirs holds the same key.',
  },
  person_not_found: {
    status: 404,
    title: 'There is nobody with this e-mail on the instance',
    remedy: 'Ask an administrator to invite the person first.',
  },
})
