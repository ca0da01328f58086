import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AppleKey } from '@cordon/apple/app-store-connect/client'
import { keyIdFromFileName } from '@cordon/apple/key-id'
import { secret } from '@cordon/core/secret'
import { invalid } from '../inputs.ts'

/** A key given to the step itself instead of by the build server. */
export interface KeyInputs {
  /** Path, or `file://` address; `AuthKey_<id>.p8` tells the key id. */
  readonly path: string
  readonly keyId: string
  readonly issuerId: string
  readonly isEnterprise: boolean
}

/** Reads the key. Throws `step.input_invalid` for a file that cannot be read or does not tell the key id. */
export async function readKeyFile(inputs: KeyInputs): Promise<AppleKey> {
  const path = inputs.path.startsWith('file://') ? fileURLToPath(inputs.path) : inputs.path
  const keyId = inputs.keyId || keyIdFromFileName(basename(path))
  if (keyId === undefined)
    throw invalid('api_key_id', `set, because "${basename(path)}" is not named AuthKey_<key id>.p8`)
  const text = await readFile(path, 'utf8').catch(() => {
    throw invalid('api_key_path', 'the path of a .p8 file that can be read')
  })
  return {
    kind: inputs.isEnterprise ? 'enterprise' : 'team',
    keyId,
    issuerId: inputs.issuerId,
    privateKey: secret(text),
  }
}
