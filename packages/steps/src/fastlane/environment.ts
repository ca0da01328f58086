import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fastlaneSession } from '@cordon/apple/apple-id/export'
import type { SecretFolder } from '@cordon/signing/secret-folder'
import type { AppleIdCredentials, Credentials, KeyCredentials } from '../build-connection/find-credentials.ts'
import { BUILD_TOKEN_VARIABLE, environmentWithoutSecrets } from '../child-environment.ts'
import type { StepContext } from '../step.ts'
import { INPUTS } from './declaration.ts'

type Variables = Readonly<Record<string, string>>

/** What the step adds to the environment of fastlane, and what of it nobody may read in a log. */
export interface LaneEnvironment {
  readonly variables: Variables
  readonly secrets: readonly string[]
  /** Where fastlane writes its build logs. */
  readonly logFolder: string
  /** `FASTLANE_SESSION`; empty without one. */
  readonly session: string
}

/** Names as fastlane and its tools deliver and pilot read them. Source: fastlane's own option tables, and the build steps that set them. */
const KEY_VARIABLES = ['APP_STORE_CONNECT_API_KEY_PATH', 'DELIVER_API_KEY_PATH', 'PILOT_API_KEY_PATH']
const USER_VARIABLES = ['FASTLANE_USER', 'DELIVER_USERNAME', 'PILOT_USERNAME']
const PASSWORD_VARIABLES = ['FASTLANE_PASSWORD', 'DELIVER_PASSWORD', 'PILOT_PASSWORD']

/** Writes what fastlane reads from files into the secret folder and makes the variables that lead there. */
export async function laneEnvironment(
  credentials: Credentials | undefined,
  folder: SecretFolder,
): Promise<LaneEnvironment> {
  const logFolder = join(folder.path, 'logs')
  await mkdir(logFolder, { mode: 0o700 })
  const { variables, secrets, session } = await opened(credentials, folder)
  return { variables: { ...variables, FL_BUILDLOG_PATH: logFolder }, secrets, logFolder, session }
}

async function opened(credentials: Credentials | undefined, folder: SecretFolder) {
  if (credentials === undefined) return { variables: {}, secrets: [], session: '' }
  return credentials.kind === 'key' ? openedByKey(credentials, folder) : openedByAppleId(credentials, folder)
}

async function openedByKey({ key: { kind, keyId, issuerId, privateKey } }: KeyCredentials, folder: SecretFolder) {
  const document = {
    ...{ key_id: keyId, issuer_id: issuerId, key: privateKey.reveal() },
    ...(kind === 'enterprise' && { in_house: true }),
  }
  const path = await folder.writeFile('api_key.json', Buffer.from(JSON.stringify(document)))
  // A key cannot read in-app purchases in precheck, which then fails.
  const variables = { ...all(KEY_VARIABLES, path), PRECHECK_INCLUDE_IN_APP_PURCHASES: 'false' }
  const lines = privateKey.reveal().split('\n')
  return { variables, secrets: lines.filter((line) => line !== '' && !line.startsWith('-----')), session: '' }
}

async function openedByAppleId(
  { accountName, password, appSpecificPassword, cookies }: AppleIdCredentials,
  folder: SecretFolder,
) {
  const session = fastlaneSession(cookies.reveal())
  const appPassword = appSpecificPassword?.reveal() ?? ''
  const given = {
    ...all(USER_VARIABLES, accountName),
    ...all(PASSWORD_VARIABLES, password.reveal()),
    FASTLANE_SESSION: session,
    FASTLANE_APPLE_APPLICATION_SPECIFIC_PASSWORD: appPassword,
  }
  // A stored session of the same account would win over the variable, and fastlane stores those it renews.
  const cookieFolder = join(folder.path, 'cookies')
  await mkdir(cookieFolder, { mode: 0o700 })
  const variables = {
    SPACESHIP_SKIP_2FA_UPGRADE: '1',
    SPACESHIP_COOKIE_PATH: cookieFolder,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== '')),
  }
  const values = cookies.reveal().map(({ value }) => value)
  return { variables, secrets: [password.reveal(), appPassword, session, ...values], session }
}

function all(names: readonly string[], value: string): Variables {
  return Object.fromEntries(names.map((name) => [name, value]))
}

/** The environment for installing gems, and for what fastlane tells of itself: neither needs a way to Apple. */
export function environmentOfInstall(context: StepContext): Variables {
  return environmentWithoutSecrets(INPUTS, context)
}

/**
 * The whole environment of fastlane: that of the step without its secret inputs, and what the step adds. The build's token stays: a lane
 * is the user's own, and may itself run what asks the build's server; it starts no builds, so the tokens for that go. Says which
 * variables of the user are set anew.
 */
export function environmentOfLane(added: Variables, context: StepContext): Variables {
  for (const [name, value] of Object.entries(added)) {
    const own = context.variables[name]
    if (own !== undefined && own !== value) context.warn(`${name} is set already; the step’s value is used`)
  }
  return { ...environmentWithoutSecrets(INPUTS, context, [BUILD_TOKEN_VARIABLE]), ...added }
}
