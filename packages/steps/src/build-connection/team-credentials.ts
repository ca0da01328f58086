import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import type { BuildAccess } from './fetch-portal-data.ts'
import {
  type AppleIdCredentials,
  askBuildServer,
  type Credentials,
  firstCredentials,
  type KeyCredentials,
  type Source,
} from './find-credentials.ts'
import type { KeyInputs } from './key-file.ts'
import { otherKind, wantsAppleId } from './other-kind.ts'
import type { PortalData, TestDevice } from './portal-data.ts'
import { messageOfOver, requireCookies } from './session-state.ts'

export const CONNECTION_CHOICES = ['automatic', 'api_key', 'apple_id', 'enterprise_with_apple_id', 'off'] as const
export type ConnectionChoice = (typeof CONNECTION_CHOICES)[number]

export interface TeamCredentialInputs {
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

export interface TeamKeyCredentials extends KeyCredentials, Chosen {}

/** An Apple ID with its session. Its passwords open no team. */
export interface TeamAppleIdCredentials extends Pick<AppleIdCredentials, 'kind' | 'accountName' | 'cookies'>, Chosen {
  /** Undefined: the only one. */
  readonly teamId: string | undefined
  /** Only teams of the Enterprise Program count. */
  readonly isEnterprise: boolean
}

/** What opens a team at Apple. */
export type TeamCredentials = TeamKeyCredentials | TeamAppleIdCredentials

/** Where each choice looks, in this order. With `off` the server is not even asked, so there are no test devices either. */
const SOURCES: Readonly<Record<ConnectionChoice, readonly Source[]>> = {
  automatic: ['key of the connection', 'key inputs'],
  api_key: ['key of the connection'],
  apple_id: ['Apple ID of the connection'],
  enterprise_with_apple_id: ['Apple ID of the connection'],
  off: ['key inputs'],
}

/**
 * Chooses what a step works with. Throws `step.no_credentials`, and `step.session_expired` when it would be an Apple ID whose session
 * is over: such a session is never tried, and nothing else is taken in its place.
 */
export async function chooseTeamCredentials(
  inputs: TeamCredentialInputs,
  context: StepContext,
): Promise<TeamCredentials> {
  const { connection, keyInputs, build } = inputs
  const only = wantsAppleId(connection) ? ({ only: 'apple_id' } as const) : {}
  const data = connection === 'off' ? undefined : await askBuildServer(build && { ...build, ...only }, true, context)
  const found = await firstCredentials(SOURCES[connection], { keyInputs, appleIdInputs: undefined }, data, context)
  if (found === undefined) throw noCredentials(inputs, data)
  const source = found.source === 'key inputs' ? 'inputs' : 'connection'
  return { ...forTeam(found.credentials, inputs), source, testDevices: data?.testDevices ?? [] }
}

function forTeam(credentials: Credentials, { connection, appleIdTeamId: teamId }: TeamCredentialInputs) {
  if (credentials.kind === 'key') return credentials
  const { kind, accountName, cookies } = requireCookies(credentials)
  return { kind, accountName, cookies, teamId, isEnterprise: connection === 'enterprise_with_apple_id' }
}

function noCredentials({ connection, keyInputs }: TeamCredentialInputs, data: PortalData | undefined) {
  const over = messageOfOver(data?.note)
  if (over !== undefined) return stepErrors.session_expired({ accountName: '', since: null }, { detail: over })
  const reason =
    data?.note?.message ??
    (connection === 'off' && !keyInputs
      ? 'the input connection is "off", and api_key_path is not set'
      : (otherKind(connection, data) ?? 'nothing is connected'))
  return stepErrors.no_credentials({ reason }, { detail: reason })
}
