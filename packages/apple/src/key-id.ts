import { appleErrors } from './errors.ts'

const KEY_ID = /^[A-Z0-9]{10}$/
const ISSUER_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const KEY_FILE = /(?:^|[\\/])AuthKey_([A-Z0-9]{10})(?: ?\(\d+\))?\.p8$/

/** Reads a key ID as a person enters it; spaces around it do not matter. Throws `apple.key_id_invalid`. */
export function parseKeyId(text: string): string {
  const keyId = text.trim()
  if (KEY_ID.test(keyId)) return keyId
  throw appleErrors.key_id_invalid(
    { field: 'keyId', problem: keyId === '' ? 'empty' : 'malformed', accepted: '10 capital letters and digits' },
    { detail: `"keyId" must be 10 capital letters and digits, such as 2X9R4HXF34; this one ${describe(keyId)}.` },
  )
}

/** Reads an issuer ID (a UUID) as a person enters it and spells it in lower case, as Apple does. Throws `apple.issuer_id_invalid`. */
export function parseIssuerId(text: string): string {
  const issuerId = text.trim().toLowerCase()
  if (ISSUER_ID.test(issuerId)) return issuerId
  throw appleErrors.issuer_id_invalid(
    { field: 'issuerId', problem: issuerId === '' ? 'empty' : 'malformed', accepted: 'a UUID' },
    {
      detail: `"issuerId" must be a UUID such as 57246542-96fe-1a63-e053-0824d011072a; this one ${describe(issuerId)}.`,
    },
  )
}

/** The key ID in the name of a downloaded key file (`AuthKey_2X9R4HXF34.p8`, also a browser's ` (1)` copy); undefined for other names. */
export function keyIdFromFileName(fileName: string): string | undefined {
  return KEY_FILE.exec(fileName)?.[1]
}

// Tells lengths only: a person may have pasted the private key into the wrong field.
function describe(text: string): string {
  return text === '' ? 'is empty' : `has ${text.length} characters or other signs in it`
}
