import { type CordonError, isCordonError } from '@cordon/core/errors'
import type { Clock } from '@cordon/core/instant'
import type { StoreApp } from '../metadata/index.ts'
import type { StorePlatform } from '../platforms.ts'
import type { BuildFile } from './build-file.ts'
import { compareVersions, highestOf } from './build-numbers.ts'
import { problemsOfFile, throwProblems } from './checks.ts'
import { deliveryErrors } from './errors.ts'
import type { BuildUploadPort, UploadWish } from './port.ts'

/** Which app the build is meant for; what is not given is taken from the file. */
export interface AppWish {
  readonly appId?: string | undefined
  readonly bundleId?: string | undefined
  readonly platform?: StorePlatform | undefined
}

/** A build that nothing speaks against. */
export interface ReadyBuild {
  readonly wish: UploadWish
  /** What a person should know; it stops nothing. */
  readonly notes: readonly string[]
}

/**
 * Checks everything that can be known before a byte is sent: the file, the app record, the build number, and with the same requests
 * whether key, role and agreements let uploads through. Changes nothing at Apple. `ownNumber`: the number is taken by an upload of
 * this very file, which goes on. Errors: those of `delivery`; several at once are `delivery.several_problems`.
 */
export async function preflight(
  file: BuildFile,
  wanted: AppWish,
  { port, clock, isOwnNumber = false }: { port: BuildUploadPort; clock: Clock; isOwnNumber?: boolean },
): Promise<ReadyBuild> {
  const problems = [...problemsOfFile(file, { platform: wanted.platform, now: clock.now() })]
  const app = await collecting(problems, () => findApp(file, wanted, port))
  const { version, buildNumber } = file
  const platform = wanted.platform ?? file.platform ?? 'IOS'
  const notes: string[] = []
  if (app !== undefined && version !== undefined && buildNumber !== undefined && !isOwnNumber) {
    const taken = await collecting(problems, () => port.takenNumbers({ app, platform, version }))
    problems.push(...numberProblems({ version, buildNumber }, taken ?? []))
    notes.push(...numberNotes(buildNumber, taken ?? []))
  }
  throwProblems(problems)
  if (app === undefined || version === undefined || buildNumber === undefined) throw new TypeError('not checked')
  if (file.kind === 'pkg') notes.push('the app inside of a .pkg stays packed: its profile and icon were not looked at')
  return { wish: { app, platform, version, buildNumber }, notes }
}

/** A refusal of Apple's is a problem like any other, so that all are told at once. */
async function collecting<T>(problems: CordonError[], ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (!isCordonError(error)) throw error
    problems.push(error)
    return undefined
  }
}

async function findApp(file: BuildFile, { appId, bundleId }: AppWish, port: BuildUploadPort): Promise<StoreApp> {
  const found = await port.findApp({ id: appId, bundleId: bundleId ?? file.bundleId })
  if (found === undefined) {
    const wanted = bundleId ?? file.bundleId
    const detail = appId === undefined ? `"${wanted}"` : `the app with the id "${appId}"`
    throw deliveryErrors.app_not_found({ bundleId: wanted, appId: appId ?? null }, { detail })
  }
  if (found.bundleId === file.bundleId) return found
  const detail = `${file.bundleId} is in the file, the app record is ${found.bundleId}`
  throw deliveryErrors.wrong_app({ wanted: found.bundleId, found: file.bundleId }, { detail })
}

function numberProblems(
  { version, buildNumber }: { version: string; buildNumber: string },
  taken: readonly string[],
): readonly CordonError[] {
  // 7 and 7.0 are one number to Apple.
  if (!taken.some((number) => compareVersions(number, buildNumber) === 0)) return []
  const highest = highestOf(taken) ?? buildNumber
  const detail = `${buildNumber} of version ${version}; the highest is ${highest}`
  return [deliveryErrors.build_number_used({ version, buildNumber, highest }, { detail })]
}

function numberNotes(buildNumber: string, taken: readonly string[]): readonly string[] {
  const highest = highestOf(taken)
  if (highest === undefined || compareVersions(buildNumber, highest) >= 0) return []
  return [`build number ${buildNumber} is below ${highest}, which Apple has; it may be refused`]
}
