import { basename } from 'node:path'
import type { WireCookie } from '@cordon/apple/apple-id/model'
import { keyIdFromFileName } from '@cordon/apple/key-id'
import { readPrivateKey } from '@cordon/apple/private-key'
import { isCordonError } from '@cordon/core/errors'
import { type Secret, secret } from '@cordon/core/secret'
import { messageOfOver, refuseExpired } from '../build-connection/credentials.ts'
import { fetchPortalData } from '../build-connection/fetch-portal-data.ts'
import type { PortalData } from '../build-connection/portal-data.ts'
import { stepErrors } from '../errors.ts'
import { fetchFile } from '../fetch-file.ts'
import { invalid } from '../inputs.ts'
import type { StepContext } from '../step.ts'
import type { FastlaneConnection } from './declaration.ts'
import type { FastlaneInputs, KeyFileInputs } from './inputs.ts'

export interface LaneKey {
  readonly kind: 'key'
  readonly keyId: string
  readonly issuerId: string
  /** PEM */
  readonly privateKey: Secret<string>
  readonly isEnterprise: boolean
}

export interface LaneAppleId {
  readonly kind: 'apple-id'
  readonly accountName: string
  readonly password: Secret<string>
  readonly appSpecificPassword: Secret<string> | undefined
  /** May be empty. */
  readonly cookies: Secret<readonly WireCookie[]>
}

/** What a lane gets to reach Apple. */
export type LaneCredentials = LaneKey | LaneAppleId

const CONNECTION_SOURCES = ['key of the connection', 'Apple ID of the connection'] as const
const INPUT_SOURCES = ['key inputs', 'Apple ID inputs'] as const
type Source = (typeof CONNECTION_SOURCES)[number] | (typeof INPUT_SOURCES)[number]

/** Where each choice looks, in this order: the fastlane step's own. */
const SOURCES: Readonly<Record<FastlaneConnection, readonly Source[]>> = {
  automatic: [...CONNECTION_SOURCES, ...INPUT_SOURCES],
  api_key: ['key of the connection'],
  apple_id: ['Apple ID of the connection'],
  off: INPUT_SOURCES,
}

const MAX_KEY_BYTES = 16 * 1024

/**
 * Chooses what the lane gets. Nothing is no error: lanes for Android, and those that bring their own way to Apple, run without; a
 * warning says so. Throws `step.session_expired` when it would be an Apple ID whose session is over, and for key inputs that do not fit.
 */
export async function chooseLaneCredentials(
  inputs: FastlaneInputs,
  context: StepContext,
): Promise<LaneCredentials | undefined> {
  const data = inputs.connection === 'off' ? undefined : await askOrWarn(inputs, context)
  for (const source of SOURCES[inputs.connection]) {
    const found = await READERS[source](inputs, data, context)
    if (found === undefined) continue
    context.log(`fastlane gets ${describe(found)} (${source})`)
    return found
  }
  if (inputs.connection !== 'off') context.warn(whyNothing(data))
  return undefined
}

function describe(found: LaneCredentials): string {
  return found.kind === 'key' ? `API key ${found.keyId}` : `Apple ID ${found.accountName}`
}

async function askOrWarn({ build }: FastlaneInputs, context: StepContext): Promise<PortalData | undefined> {
  if (build === undefined) {
    context.warn('no build server is known (BITRISE_BUILD_URL and BITRISE_BUILD_API_TOKEN are not set)')
    return undefined
  }
  try {
    return await fetchPortalData(build, context)
  } catch (error) {
    if (!isCordonError(error)) throw error
    context.warn(`going on without a connection: ${error.detail ?? error.title} (${error.code})`)
    return undefined
  }
}

type Reader = (
  inputs: FastlaneInputs,
  data: PortalData | undefined,
  context: StepContext,
) => Promise<LaneCredentials | undefined>

const READERS: Readonly<Record<Source, Reader>> = {
  'key of the connection': async (_inputs, data) =>
    data?.key && { kind: 'key', ...data.key, privateKey: pemOf(data.key.privateKey) },
  'Apple ID of the connection': async ({ appleIdInputs }, data, context) => {
    if (data?.appleId === undefined) {
      const over = messageOfOver(data?.note)
      if (over === undefined) return undefined
      throw stepErrors.session_expired({ accountName: '', since: null }, { detail: over })
    }
    const { accountName, password, cookies, appSpecificPassword } = refuseExpired(data, data.appleId, context)
    return {
      kind: 'apple-id',
      accountName,
      password,
      cookies,
      appSpecificPassword: appSpecificPassword ?? appleIdInputs?.appSpecificPassword,
    }
  },
  'key inputs': async ({ keyInputs }, _data, context) => keyInputs && readKeyFile(keyInputs, context),
  'Apple ID inputs': async ({ appleIdInputs }) => {
    if (appleIdInputs === undefined || appleIdInputs.accountName === '') return undefined
    return { kind: 'apple-id', ...appleIdInputs, cookies: secret([]) }
  },
}

async function readKeyFile({ location, keyId, issuerId, isEnterprise }: KeyFileInputs, context: StepContext) {
  const name = basename(URL.canParse(location) ? new URL(location).pathname : location)
  const id = keyId || keyIdFromFileName(name)
  if (id === undefined) throw invalid('api_key_id', `set, because "${name}" is not named AuthKey_<key id>.p8`)
  const bytes = await fetchFile(location, MAX_KEY_BYTES, context).catch(() => {
    throw invalid('api_key_path', 'the path or address of a .p8 file that can be read')
  })
  const privateKey = pemOf(secret(Buffer.from(bytes).toString('utf8')))
  return { kind: 'key', keyId: id, issuerId, privateKey, isEnterprise } as const
}

/** One spelling, whatever was stored: OpenSSL of Ruby takes nothing but PEM. */
function pemOf(text: Secret<string>): Secret<string> {
  return readPrivateKey(text).pem
}

function whyNothing(data: PortalData | undefined): string {
  const reason = data === undefined ? undefined : (data.note?.message ?? 'nothing is connected')
  const because = reason === undefined ? '' : ` (${reason})`
  return `the lane runs without a way to Apple of Cordon’s${because}; choose a connection under app › Team › Connected Apple Developer Portal account if it needs one`
}
