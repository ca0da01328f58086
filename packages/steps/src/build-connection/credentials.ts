import type { AppleKey } from '@cordon/apple/app-store-connect/client'
import { toIso } from '@cordon/core/instant'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import type { BuildAccess } from './fetch-portal-data.ts'
import { fetchPortalData } from './fetch-portal-data.ts'
import { type KeyInputs, readKeyFile } from './key-file.ts'
import type { ConnectionAppleId, PortalData, ServerNote, TestDevice } from './portal-data.ts'

export const CONNECTION_CHOICES = ['automatic', 'api_key', 'apple_id', 'enterprise_with_apple_id', 'off'] as const
export type ConnectionChoice = (typeof CONNECTION_CHOICES)[number]

export interface CredentialInputs {
  readonly connection: ConnectionChoice
  readonly keyInputs: KeyInputs | undefined
  readonly build: BuildAccess | undefined
  /** Team of the Apple ID, when it is in several. */
  readonly appleIdTeamId: string | undefined
}

interface Chosen {
  readonly source: 'connection' | 'inputs'
  readonly testDevices: readonly TestDevice[]
}

export interface KeyCredentials extends Chosen {
  readonly kind: 'key'
  readonly key: AppleKey
}

export interface AppleIdCredentials extends Chosen {
  readonly kind: 'apple-id'
  readonly appleId: ConnectionAppleId
  /** Undefined: the only one. */
  readonly teamId: string | undefined
  /** Only teams of the Enterprise Program count. */
  readonly isEnterprise: boolean
}

export type StepCredentials = KeyCredentials | AppleIdCredentials

type Source = 'key of the connection' | 'Apple ID of the connection' | 'key inputs'

/** Where each choice looks, in this order. With `off` the server is not even asked, so there are no test devices either. */
const SOURCES = {
  automatic: ['key of the connection', 'key inputs'],
  api_key: ['key of the connection'],
  apple_id: ['Apple ID of the connection'],
  enterprise_with_apple_id: ['Apple ID of the connection'],
  off: ['key inputs'],
} as const satisfies Record<ConnectionChoice, readonly Source[]>

/**
 * Chooses what a step works with. Throws `step.no_credentials`, and `step.session_expired` when it would be an Apple ID whose session
 * is over: such a session is never tried, and nothing else is taken in its place.
 */
export async function chooseCredentials(inputs: CredentialInputs, context: StepContext): Promise<StepCredentials> {
  const data = inputs.connection === 'off' ? undefined : await askBuildServer(inputs, context)
  for (const source of SOURCES[inputs.connection]) {
    const found = await READERS[source](inputs, data, context)
    if (found !== undefined) return found
  }
  throw noCredentials(inputs, data)
}

type Reader = (
  inputs: CredentialInputs,
  data: PortalData | undefined,
  context: StepContext,
) => Promise<StepCredentials | undefined>

const READERS: Readonly<Record<Source, Reader>> = {
  'key of the connection': async (_inputs, data) => {
    if (data?.key === undefined) return undefined
    const { keyId, issuerId, privateKey, isEnterprise } = data.key
    const key = { kind: isEnterprise ? 'enterprise' : 'team', keyId, issuerId, privateKey } as const
    return { kind: 'key', key, source: 'connection', testDevices: data.testDevices }
  },
  'Apple ID of the connection': async ({ connection, appleIdTeamId }, data, context) => {
    if (data?.appleId === undefined) return undefined
    return {
      kind: 'apple-id',
      appleId: requireSession(data, data.appleId, context),
      teamId: appleIdTeamId,
      isEnterprise: connection === 'enterprise_with_apple_id',
      source: 'connection',
      testDevices: data.testDevices,
    }
  },
  'key inputs': async ({ keyInputs }, data, context) => {
    if (keyInputs === undefined) return undefined
    const key = await readKeyFile(keyInputs, context)
    return { kind: 'key', key, source: 'inputs', testDevices: data?.testDevices ?? [] }
  },
}

/** An Apple ID whose session Apple will take, as far as the server says. Throws `step.session_expired`. */
export function requireSession(
  data: Pick<PortalData, 'note'>,
  appleId: ConnectionAppleId,
  context: Pick<StepContext, 'clock'>,
): ConnectionAppleId {
  if (appleId.cookies.reveal().length > 0) return refuseExpired(data, appleId, context)
  refuseExpired(data, appleId, context)
  throw sessionExpired(appleId, 'there is no session')
}

/** The same for work that a password may do as well: no session at all is no problem. Throws `step.session_expired`. */
export function refuseExpired(
  { note }: Pick<PortalData, 'note'>,
  appleId: ConnectionAppleId,
  { clock }: Pick<StepContext, 'clock'>,
): ConnectionAppleId {
  const { expiresAt } = appleId
  const saysServer = messageOfOver(note)
  const saysDate =
    expiresAt !== undefined && expiresAt <= clock.now() ? `it was valid until ${toIso(expiresAt)}` : undefined
  const why = saysServer ?? saysDate
  if (why !== undefined) throw sessionExpired(appleId, why)
  return appleId
}

function sessionExpired({ accountName, expiresAt }: ConnectionAppleId, why: string) {
  const since = expiresAt === undefined ? null : toIso(expiresAt)
  return stepErrors.session_expired({ accountName, since }, { detail: `${accountName}: ${why}` })
}

/** What the server says of an Apple ID that a person must see to: expired, locked, password refused and the like. */
export function messageOfOver(note: ServerNote | undefined): string | undefined {
  return note !== undefined && /^(session_expired$|apple_id_)/.test(note.reason) ? note.message : undefined
}

async function askBuildServer({ build, connection }: CredentialInputs, context: StepContext) {
  if (build === undefined) {
    context.warn('no build server is known (BITRISE_BUILD_URL and BITRISE_BUILD_API_TOKEN are not set)')
    return undefined
  }
  return fetchPortalData(isAppleId(connection) ? { ...build, only: 'apple_id' } : build, context)
}

function isAppleId(connection: ConnectionChoice): boolean {
  return connection === 'apple_id' || connection === 'enterprise_with_apple_id'
}

function noCredentials({ connection, keyInputs }: CredentialInputs, data: PortalData | undefined) {
  const over = messageOfOver(data?.note)
  if (over !== undefined) return stepErrors.session_expired({ accountName: '', since: null }, { detail: over })
  const reason =
    data?.note?.message ??
    (connection === 'off' && !keyInputs
      ? 'the input connection is "off", and api_key_path is not set'
      : whatIsThere(connection, data))
  return stepErrors.no_credentials({ reason }, { detail: reason })
}

/** A connection of the other kind is the usual mistake. */
function whatIsThere(connection: ConnectionChoice, data: PortalData | undefined): string {
  const wantsAppleId = connection === 'apple_id' || connection === 'enterprise_with_apple_id'
  if (wantsAppleId && data?.key) return 'the app uses an API key only, and this needs an Apple ID'
  if (!wantsAppleId && data?.appleId) return `the app uses an Apple ID only, and connection is "${connection}"`
  return 'nothing is connected'
}
