import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AppleKey } from '@cordon/apple/app-store-connect/client'
import { keyIdFromFileName } from '@cordon/apple/key-id'
import { secret } from '@cordon/core/secret'
import { stepErrors } from '../errors.ts'
import { invalid } from '../inputs.ts'
import type { StepContext } from '../step.ts'
import type { BuildAccess } from './fetch-portal-data.ts'
import { fetchPortalData } from './fetch-portal-data.ts'
import type { TestDevice } from './portal-data.ts'

export const CONNECTION_CHOICES = ['automatic', 'api_key', 'off'] as const
export type ConnectionChoice = (typeof CONNECTION_CHOICES)[number]

/** A key given to the step itself instead of by the build server. */
export interface KeyInputs {
  /** Path, or `file://` address; `AuthKey_<id>.p8` tells the key id. */
  readonly path: string
  readonly keyId: string
  readonly issuerId: string
  readonly isEnterprise: boolean
}

export interface CredentialInputs {
  readonly connection: ConnectionChoice
  readonly keyInputs: KeyInputs | undefined
  readonly build: BuildAccess | undefined
}

export interface StepCredentials {
  readonly key: AppleKey
  readonly source: 'connection' | 'inputs'
  readonly testDevices: readonly TestDevice[]
}

/**
 * Chooses the key that a step works with. `automatic`: the app's connection, else the key inputs. `api_key`: the connection
 * only. `off`: the inputs only; the server is not even asked, so there are no test devices either.
 */
export async function chooseCredentials(inputs: CredentialInputs, context: StepContext): Promise<StepCredentials> {
  const data = inputs.connection === 'off' ? undefined : await askBuildServer(inputs, context)
  const testDevices = data?.testDevices ?? []
  if (data?.key) {
    const { keyId, issuerId, privateKey, isEnterprise } = data.key
    return {
      key: { kind: isEnterprise ? 'enterprise' : 'team', keyId, issuerId, privateKey },
      source: 'connection',
      testDevices,
    }
  }
  if (inputs.keyInputs && inputs.connection !== 'api_key') {
    return { key: await readKeyInputs(inputs.keyInputs), source: 'inputs', testDevices }
  }
  throw noCredentials(inputs, data?.note)
}

async function askBuildServer({ build }: CredentialInputs, context: StepContext) {
  if (build === undefined) {
    context.warn('no build server is known (BITRISE_BUILD_URL and BITRISE_BUILD_API_TOKEN are not set)')
    return undefined
  }
  return fetchPortalData(build, context)
}

async function readKeyInputs(inputs: KeyInputs): Promise<AppleKey> {
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

function noCredentials({ connection, keyInputs }: CredentialInputs, note: string | undefined) {
  const reason =
    note ??
    (connection === 'off' && !keyInputs
      ? 'the input connection is "off", and api_key_path is not set'
      : 'nothing is connected')
  return stepErrors.no_credentials({ reason }, { detail: reason })
}
