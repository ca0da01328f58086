import type { BuildAccess } from '../build-connection/fetch-portal-data.ts'
import { openAppStoreConnect } from '../build-connection/open-apple.ts'
import { chooseTeamCredentials, type TeamKeyCredentials } from '../build-connection/team-credentials.ts'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'

/** Platforms as people write them, and as App Store Connect does. */
export const STORE_PLATFORM_OF = {
  ios: 'IOS',
  macos: 'MAC_OS',
  tvos: 'TV_OS',
  visionos: 'VISION_OS',
} as const
export type Platform = keyof typeof STORE_PLATFORM_OF

/** Which builds are meant. */
export interface BuildLine {
  readonly bundleId: string
  readonly version: string
  readonly platform: Platform
}

/**
 * The highest build number that App Store Connect has of a version, asked with the key of the running build; 0 when it has
 * none. Undefined when the build has no key, so that Apple cannot be asked.
 */
export async function highestAtApple(
  line: BuildLine,
  build: BuildAccess,
  context: StepContext,
): Promise<number | undefined> {
  const key = await keyOf(build, context)
  return key && askApple(line, key, context)
}

async function keyOf(build: BuildAccess, context: StepContext): Promise<TeamKeyCredentials['key'] | undefined> {
  const access = { ...build, only: 'app_store_connect_api_key' } as const
  const inputs = { connection: 'automatic', keyInputs: undefined, build: access, appleIdTeamId: undefined } as const
  try {
    const credentials = await chooseTeamCredentials(inputs, context)
    return credentials.kind === 'key' ? credentials.key : undefined
  } catch (error) {
    if (stepErrors.no_credentials.is(error)) return undefined
    throw error
  }
}

async function askApple(
  { bundleId, version, platform }: BuildLine,
  key: TeamKeyCredentials['key'],
  context: StepContext,
): Promise<number> {
  const apple = openAppStoreConnect(key, { isVerbose: false }, context)
  const { items } = await apple.apps.list({ bundleIds: [bundleId] })
  const [app] = items
  if (app === undefined) {
    context.warn(`App Store Connect has no app with the bundle ID ${bundleId}; check its spelling`)
    return 0
  }
  const builds = await apple.builds.list({ app: app.id, version, platform: STORE_PLATFORM_OF[platform] })
  return Math.max(0, ...builds.items.map((build) => firstNumber(build.version)))
}

// Apple compares "41.2" by its parts; a number above the first part is above all of it.
function firstNumber(text: string | null | undefined): number {
  return Number(/^\d+/.exec(text ?? '')?.[0] ?? 0)
}
