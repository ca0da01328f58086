import { connectionErrors } from '@cordon/api/connections/errors'
import { KEY_KINDS, type SubmittedKey } from '@cordon/api/connections/schema'
import type { AppleKey } from '@cordon/apple/app-store-connect/client'
import { appleErrors } from '@cordon/apple/errors'
import { readPrivateKey } from '@cordon/apple/private-key'
import { type Secret, secret } from '@cordon/core/secret'
import { z } from 'zod'
import type { BuildCredential, ConnectionType, Summary } from '../connection-type.ts'
import { form } from './form.ts'
import { verify } from './verify.ts'

/** An App Store Connect API key: of a team, of one person, or of an Enterprise Program team. */
export const appStoreConnectApiKey: ConnectionType<SubmittedKey, AppleKey> = {
  name: 'app_store_connect_api_key',
  form,
  accept,
  encode: (key) => key.privateKey.map((privateKey) => JSON.stringify({ ...plain(key), privateKey })),
  decode,
  summarize,
  verify,
  release,
}

function accept({ kind, keyId, issuerId, privateKey }: SubmittedKey): AppleKey {
  if (kind === 'individual' && issuerId !== undefined) {
    throw connectionErrors.issuer_unexpected({ field: 'key.issuerId' })
  }
  if (kind !== 'individual' && issuerId === undefined) throw connectionErrors.issuer_missing({ field: 'key.issuerId' })
  return { kind, keyId, issuerId: issuerId?.toLowerCase(), privateKey: readPem(secret(privateKey)) }
}

function readPem(text: Secret<string>): Secret<string> {
  try {
    return readPrivateKey(text).pem
  } catch (error) {
    if (!appleErrors.private_key_invalid.is(error)) throw error
    const details = { field: 'key.privateKey', problem: String(error.details.problem) }
    // The sentence tells what is wrong and shows nothing of the text; it names the field as this request spells it.
    const detail = error.detail?.replace('"privateKey"', '"key.privateKey"') ?? error.title
    throw connectionErrors.private_key_unreadable(details, { detail })
  }
}

const storedKey = z.object({
  kind: z.enum(KEY_KINDS),
  keyId: z.string(),
  issuerId: z.string().optional(),
  privateKey: z.string(),
})

function decode(stored: Secret<string>): AppleKey {
  const key = storedKey.parse(JSON.parse(stored.reveal()))
  return { ...key, privateKey: secret(key.privateKey) }
}

function plain({ kind, keyId, issuerId }: AppleKey) {
  return { kind, keyId, ...(issuerId === undefined ? {} : { issuerId }) }
}

function summarize({ kind, keyId, issuerId }: AppleKey): Summary {
  return { kind, keyId, issuerId: issuerId ?? null }
}

/**
 * The keys of the build protocol. Clients need an issuer, and Apple gives individual keys no provisioning, so those stay
 * here. `is_enterprise_account` is there with the others only: alone it would look like a broken key.
 */
function release(key: AppleKey): BuildCredential {
  if (key.kind === 'individual' || key.issuerId === undefined) {
    const message =
      "The app's key is an individual key. Individual keys are never released to builds. Choose a team key under app › Team."
    return { kind: 'withheld', reason: 'individual_key', message }
  }
  const keys = {
    key_id: key.keyId,
    issuer_id: key.issuerId,
    private_key: key.privateKey,
    is_enterprise_account: key.kind === 'enterprise',
  }
  return { kind: 'released', keys }
}
