import type { WireCookie } from '@cordon/apple/apple-id/model'
import { isCordonError } from '@cordon/core/errors'
import { type Secret, secret } from '@cordon/core/secret'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import { type BuildAccess, fetchPortalData } from './fetch-portal-data.ts'
import { type KeyInputs, readKeyFile, type TeamKey } from './key-file.ts'
import type { PortalData } from './portal-data.ts'
import { messageOfOver, refuseExpired } from './session-state.ts'

/** Where a step that takes a key or an Apple ID alike looks for them. */
export const CREDENTIAL_CHOICES = ['automatic', 'api_key', 'apple_id', 'off'] as const
export type CredentialChoice = (typeof CREDENTIAL_CHOICES)[number]

/** An Apple ID given to the step itself. Without an account name only the app-specific password counts, beside a connection. */
export interface AppleIdInputs {
  readonly accountName: string
  /** May be empty. */
  readonly password: Secret<string>
  readonly appSpecificPassword: Secret<string> | undefined
}

export interface CredentialInputs {
  readonly connection: CredentialChoice
  readonly build: BuildAccess | undefined
  readonly keyInputs: KeyInputs | undefined
  readonly appleIdInputs: AppleIdInputs | undefined
}

/** A key, which has an issuer wherever it comes from. */
export interface KeyCredentials {
  readonly kind: 'key'
  readonly key: TeamKey
}

/** An Apple ID with what it can be used by: its session, or its passwords. */
export interface AppleIdCredentials extends AppleIdInputs {
  readonly kind: 'apple-id'
  /** Empty: there is no session. */
  readonly cookies: Secret<readonly WireCookie[]>
}

/** What opens Apple to a step. */
export type Credentials = KeyCredentials | AppleIdCredentials

const CONNECTION_SOURCES = ['key of the connection', 'Apple ID of the connection'] as const
const INPUT_SOURCES = ['key inputs', 'Apple ID inputs'] as const
/** Where credentials come from, in words. */
export type Source = (typeof CONNECTION_SOURCES)[number] | (typeof INPUT_SOURCES)[number]

/** Where each choice looks, in this order, as users of the deliver and fastlane steps know it. */
const SOURCES: Readonly<Record<CredentialChoice, readonly Source[]>> = {
  automatic: [...CONNECTION_SOURCES, ...INPUT_SOURCES],
  api_key: ['key of the connection'],
  apple_id: ['Apple ID of the connection'],
  off: INPUT_SOURCES,
}

/** Says whether the inputs alone may open Apple: the choice looks there, and what is there is more than a password for a connection. */
export function areInputsEnough({ connection, keyInputs, appleIdInputs }: CredentialInputs): boolean {
  const isSource = (source: Source) => SOURCES[connection].includes(source)
  const hasAppleId = appleIdInputs !== undefined && appleIdInputs.accountName !== ''
  return (isSource('key inputs') && keyInputs !== undefined) || (isSource('Apple ID inputs') && hasAppleId)
}

/** Credentials, and where they were found. */
export interface FoundCredentials {
  readonly credentials: Credentials
  readonly source: Source
}

/** What the search has come to. `data`: what the build server said; undefined when it was not asked or could not be. */
export type CredentialSearch =
  | FoundCredentials
  | { readonly credentials: undefined; readonly data: PortalData | undefined }

/**
 * Looks for what opens Apple. `needsServer`: a server that cannot be asked is an error; else it is a warning, and the search goes on
 * without. Throws `step.session_expired` when it would be an Apple ID whose session is over, what `readKeyFile` throws for key inputs,
 * and what `fetchPortalData` throws.
 */
export async function findCredentials(
  inputs: CredentialInputs,
  needsServer: boolean,
  context: StepContext,
): Promise<CredentialSearch> {
  const data = inputs.connection === 'off' ? undefined : await askBuildServer(inputs.build, needsServer, context)
  const found = await firstCredentials(SOURCES[inputs.connection], inputs, data, context)
  return found ?? { credentials: undefined, data }
}

/** Credentials in words: what they are, never the secret. */
export function describeCredentials(
  credentials: KeyCredentials | Pick<AppleIdCredentials, 'kind' | 'accountName'>,
): string {
  return credentials.kind === 'key' ? `API key ${credentials.key.keyId}` : `Apple ID ${credentials.accountName}`
}

/** What the build server has for the build; undefined without one. `needsServer` as for `findCredentials`. */
export async function askBuildServer(
  build: BuildAccess | undefined,
  needsServer: boolean,
  context: StepContext,
): Promise<PortalData | undefined> {
  if (build === undefined) {
    context.warn(
      'no build server is known: BITRISE_BUILD_URL and BITRISE_BUILD_API_TOKEN are not set, as "cordon run" sets them',
    )
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

type GivenInputs = Pick<CredentialInputs, 'keyInputs' | 'appleIdInputs'>

/** What the first of some sources that has anything holds. Throws as `findCredentials`. */
export async function firstCredentials(
  sources: readonly Source[],
  inputs: GivenInputs,
  data: PortalData | undefined,
  context: StepContext,
): Promise<FoundCredentials | undefined> {
  for (const source of sources) {
    const credentials = await READERS[source](inputs, data, context)
    if (credentials !== undefined) return { credentials, source }
  }
  return undefined
}

type Reader = (
  inputs: GivenInputs,
  data: PortalData | undefined,
  context: StepContext,
) => Promise<Credentials | undefined>

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
