import type { WireCookie } from '@cordon/apple/apple-id/model'
import { isCordonError } from '@cordon/core/errors'
import { type Secret, secret } from '@cordon/core/secret'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import { messageOfOver, refuseExpired } from './credentials.ts'
import { type BuildAccess, fetchPortalData } from './fetch-portal-data.ts'
import { type KeyInputs, readKeyFile, type TeamKey } from './key-file.ts'
import type { PortalData } from './portal-data.ts'

/** Where a step that takes a key or an Apple ID alike looks for them. */
export const WAY_CHOICES = ['automatic', 'api_key', 'apple_id', 'off'] as const
export type WayChoice = (typeof WAY_CHOICES)[number]

/** An Apple ID given to the step itself. Without an account name only the app-specific password counts, beside a connection. */
export interface AppleIdInputs {
  readonly accountName: string
  /** May be empty. */
  readonly password: Secret<string>
  readonly appSpecificPassword: Secret<string> | undefined
}

export interface WayInputs {
  readonly connection: WayChoice
  readonly build: BuildAccess | undefined
  readonly keyInputs: KeyInputs | undefined
  readonly appleIdInputs: AppleIdInputs | undefined
}

/** The way to Apple by a key. */
export interface KeyWay {
  readonly kind: 'key'
  readonly key: TeamKey
}

/** The way by an Apple ID. */
export interface AppleIdWay extends AppleIdInputs {
  readonly kind: 'apple-id'
  /** Empty: there is no session. */
  readonly cookies: Secret<readonly WireCookie[]>
}

export type Way = KeyWay | AppleIdWay

const CONNECTION_SOURCES = ['key of the connection', 'Apple ID of the connection'] as const
const INPUT_SOURCES = ['key inputs', 'Apple ID inputs'] as const
type Source = (typeof CONNECTION_SOURCES)[number] | (typeof INPUT_SOURCES)[number]

/** Where each choice looks, in this order, as users of the deliver and fastlane steps know it. */
const SOURCES: Readonly<Record<WayChoice, readonly Source[]>> = {
  automatic: [...CONNECTION_SOURCES, ...INPUT_SOURCES],
  api_key: ['key of the connection'],
  apple_id: ['Apple ID of the connection'],
  off: INPUT_SOURCES,
}

/** What the search has come to. `data`: what the build server said; undefined when it was not asked or could not be. */
export type WaySearch =
  | { readonly way: Way; readonly source: Source }
  | { readonly way: undefined; readonly data: PortalData | undefined }

/**
 * Looks for the way to Apple. `needsServer`: a server that cannot be asked is an error; else it is a warning, and the search goes on
 * without. Throws `step.session_expired` when it would be an Apple ID whose session is over, what `readKeyFile` throws for key inputs,
 * and what `fetchPortalData` throws.
 */
export async function findWay(inputs: WayInputs, needsServer: boolean, context: StepContext): Promise<WaySearch> {
  const data = inputs.connection === 'off' ? undefined : await askServer(inputs, needsServer, context)
  for (const source of SOURCES[inputs.connection]) {
    const way = await READERS[source](inputs, data, context)
    if (way !== undefined) return { way, source }
  }
  return { way: undefined, data }
}

/** A way in words: what opens it, never the secret. */
export function describeWay(way: Way): string {
  return way.kind === 'key' ? `API key ${way.key.keyId}` : `Apple ID ${way.accountName}`
}

async function askServer({ build }: WayInputs, needsServer: boolean, context: StepContext) {
  if (build === undefined) {
    context.warn('no build server is known (BITRISE_BUILD_URL and BITRISE_BUILD_API_TOKEN are not set)')
    return undefined
  }
  try {
    return await fetchPortalData(build, context)
  } catch (error) {
    if (!isCordonError(error) || needsServer) throw error
    context.warn(`going on without a connection: ${error.detail ?? error.title} (${error.code})`)
    return undefined
  }
}

type Reader = (inputs: WayInputs, data: PortalData | undefined, context: StepContext) => Promise<Way | undefined>

const READERS: Readonly<Record<Source, Reader>> = {
  'key of the connection': async (_inputs, data) => {
    if (data?.key === undefined) return undefined
    const { keyId, issuerId, privateKey, isEnterprise } = data.key
    return { kind: 'key', key: { kind: isEnterprise ? 'enterprise' : 'team', keyId, issuerId, privateKey } }
  },
  'Apple ID of the connection': async ({ appleIdInputs }, data, context) => {
    if (data?.appleId === undefined) {
      const over = messageOfOver(data?.note)
      if (over === undefined) return undefined
      throw stepErrors.session_expired({ accountName: '', since: null }, { detail: over })
    }
    const { accountName, password, cookies, ...own } = refuseExpired(data, data.appleId, context)
    const appSpecificPassword = own.appSpecificPassword ?? appleIdInputs?.appSpecificPassword
    return { kind: 'apple-id', accountName, password, cookies, appSpecificPassword }
  },
  'key inputs': async ({ keyInputs }, _data, context) =>
    keyInputs && { kind: 'key', key: await readKeyFile(keyInputs, context) },
  'Apple ID inputs': async ({ appleIdInputs }) => {
    if (appleIdInputs === undefined || appleIdInputs.accountName === '') return undefined
    return { kind: 'apple-id', ...appleIdInputs, cookies: secret([]) }
  },
}
