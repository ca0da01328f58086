import { basename } from 'node:path'
import type { AppleKey } from '@cordon/apple/app-store-connect/client'
import type { WireCookie } from '@cordon/apple/apple-id/model'
import { keyIdFromFileName } from '@cordon/apple/key-id'
import { isCordonError } from '@cordon/core/errors'
import { type Secret, secret } from '@cordon/core/secret'
import { messageOfOver, refuseExpired } from '../build-connection/credentials.ts'
import { fetchPortalData } from '../build-connection/fetch-portal-data.ts'
import type { PortalData } from '../build-connection/portal-data.ts'
import { stepErrors } from '../errors.ts'
import { fetchFile } from '../fetch-file.ts'
import { invalid } from '../inputs.ts'
import type { StepContext } from '../step.ts'
import type { DeployConnection } from './declaration.ts'
import { deployErrors } from './errors.ts'
import type { DeployInputs, KeyInputs } from './inputs.ts'

/** The way to App Store Connect by a key: everything goes through it. */
export interface KeyWay {
  readonly kind: 'key'
  readonly key: AppleKey
}

/** The way by an Apple ID: the store page by its session, a build by its app-specific password. */
export interface AppleIdWay {
  readonly kind: 'apple-id'
  readonly accountName: string
  readonly appSpecificPassword: Secret<string> | undefined
  /** Empty: there is no session. */
  readonly cookies: Secret<readonly WireCookie[]>
}

export type DeployWay = KeyWay | AppleIdWay

const CONNECTION_SOURCES = ['key of the connection', 'Apple ID of the connection'] as const
const INPUT_SOURCES = ['key inputs', 'Apple ID inputs'] as const
type Source = (typeof CONNECTION_SOURCES)[number] | (typeof INPUT_SOURCES)[number]

/** Where each choice looks, in this order, as users of the deliver step know it. */
const SOURCES: Readonly<Record<DeployConnection, readonly Source[]>> = {
  automatic: [...CONNECTION_SOURCES, ...INPUT_SOURCES],
  api_key: ['key of the connection'],
  apple_id: ['Apple ID of the connection'],
  off: INPUT_SOURCES,
}

const MAX_KEY_BYTES = 16 * 1024

type Inputs = Pick<DeployInputs, 'connection' | 'build' | 'keyInputs' | 'appleIdInputs'>

/** Chooses the way to Apple. Throws `step.no_credentials`, `step.session_expired`, `deploy.enterprise_team`. */
export async function chooseWay(inputs: Inputs, context: StepContext): Promise<DeployWay> {
  const data = inputs.connection === 'off' ? undefined : await askOrWarn(inputs, context)
  for (const source of SOURCES[inputs.connection]) {
    const found = await READERS[source](inputs, data, context)
    if (found === undefined) continue
    context.log(`to Apple with ${describe(found)} (${source})`)
    return found
  }
  const reason =
    data?.note?.message ?? (inputs.connection === 'off' ? 'no key and no Apple ID is set' : 'nothing is connected')
  throw stepErrors.no_credentials({ reason }, { detail: reason })
}

function describe(way: DeployWay): string {
  return way.kind === 'key' ? `API key ${way.key.keyId}` : `Apple ID ${way.accountName}`
}

/** A server that cannot be asked ends nothing while there are inputs to go on with. */
async function askOrWarn({ build, keyInputs, appleIdInputs }: Inputs, context: StepContext) {
  if (build === undefined) {
    context.warn('no build server is known (BITRISE_BUILD_URL and BITRISE_BUILD_API_TOKEN are not set)')
    return undefined
  }
  try {
    return await fetchPortalData(build, context)
  } catch (error) {
    if (!isCordonError(error) || (keyInputs === undefined && appleIdInputs === undefined)) throw error
    context.warn(`going on without a connection: ${error.detail ?? error.title} (${error.code})`)
    return undefined
  }
}

type Reader = (inputs: Inputs, data: PortalData | undefined, context: StepContext) => Promise<DeployWay | undefined>

const READERS: Readonly<Record<Source, Reader>> = {
  'key of the connection': async (_inputs, data) => {
    if (data?.key === undefined) return undefined
    const { keyId, issuerId, privateKey, isEnterprise } = data.key
    if (isEnterprise) throw deployErrors.enterprise_team()
    return { kind: 'key', key: { kind: 'team', keyId, issuerId, privateKey } }
  },
  'Apple ID of the connection': async ({ appleIdInputs }, data, context) => {
    if (data?.appleId === undefined) {
      const over = messageOfOver(data?.note)
      if (over === undefined) return undefined
      throw stepErrors.session_expired({ accountName: '', since: null }, { detail: over })
    }
    const { accountName, cookies, appSpecificPassword } = refuseExpired(data, data.appleId, context)
    const password = appSpecificPassword ?? appleIdInputs?.appSpecificPassword
    return { kind: 'apple-id', accountName, cookies, appSpecificPassword: password }
  },
  'key inputs': async ({ keyInputs }, _data, context) =>
    keyInputs && { kind: 'key', key: await readKey(keyInputs, context) },
  'Apple ID inputs': async ({ appleIdInputs }) => {
    if (appleIdInputs === undefined || appleIdInputs.accountName === '') return undefined
    return { kind: 'apple-id', ...appleIdInputs, cookies: secret([]) }
  },
}

async function readKey({ location, keyId, issuerId }: KeyInputs, context: StepContext): Promise<AppleKey> {
  const name = basename(URL.canParse(location) ? new URL(location).pathname : location)
  const id = keyId || keyIdFromFileName(name)
  if (id === undefined) throw invalid('api_key_id', `set, because "${name}" is not named AuthKey_<key id>.p8`)
  const bytes = await fetchFile(location, MAX_KEY_BYTES, context).catch(() => {
    throw invalid('api_key_path', 'the path or address of a .p8 file that can be read')
  })
  return { kind: 'team', keyId: id, issuerId, privateKey: secret(Buffer.from(bytes).toString('utf8')) }
}
