import { buildErrors } from '@cordon/api/builds/errors'
import type { AppId, BuildId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import type { Audit } from '../../platform/audit/audit.ts'
import { countOfBuild } from '../../platform/audit/count.ts'
import type { Db, Tx } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf, type BuildPrincipal, type Member } from '../../platform/http/principal.ts'
import { transactionBy } from '../../platform/http/transaction-by.ts'
import { takeNext } from './store.ts'

export interface BuildNumberParts {
  readonly db: Db
  readonly audit: Audit
  readonly clock: Clock
}

/** For which line of builds a number is wanted. */
export interface BuildNumberWish {
  readonly bundleId: string
  readonly version: string
  readonly platform: string
  /** The highest number that Apple is known to have. */
  readonly above: number
}

/** Build numbers, each given out once, however many builds ask at the same time. */
export interface BuildNumbers {
  /** The next number of this version and platform: above all that were given out and above what Apple has. */
  next(wish: BuildNumberWish, by: By<Member>): Promise<number>
  /** The same for a running build. Throws `build.fork`, `build.too_many_build_numbers`. */
  nextForBuild(wish: BuildNumberWish, by: By<BuildPrincipal>): Promise<number>
}

/** Far above what any workflow ships; keeps a build from filling table and log. */
const MOST_PER_BUILD = 100
const ALLOCATED = 'build_number.allocated'

/** Makes the feature. */
export function createBuildNumbers(parts: BuildNumberParts): BuildNumbers {
  return {
    next: (wish, by) => transactionBy(parts, by, (tx) => allocate(parts, tx, by.principal.appId, wish, by)),
    nextForBuild: (wish, by) => {
      // Whoever sends a pull request could use the numbers up.
      if (by.principal.fromFork) throw buildErrors.fork()
      return transactionBy(parts, by, (tx) => allocateForBuild(parts, tx, wish, by))
    },
  }
}

async function allocateForBuild(
  parts: BuildNumberParts,
  tx: Tx,
  wish: BuildNumberWish,
  by: By<BuildPrincipal>,
): Promise<number> {
  const { appId, buildId } = by.principal
  if ((await countOfBuild(tx, buildId, 'build_numbers')) >= MOST_PER_BUILD) {
    throw buildErrors.too_many_build_numbers({ limit: MOST_PER_BUILD })
  }
  return allocate(parts, tx, appId, wish, by, buildId)
}

async function allocate(
  { audit, clock }: BuildNumberParts,
  tx: Tx,
  appId: AppId,
  wish: BuildNumberWish,
  by: By<Member | BuildPrincipal>,
  buildId?: BuildId,
): Promise<number> {
  const { bundleId, version, platform } = wish
  const buildNumber = await takeNext(tx, appId, wish, clock.now())
  const actor = actorOf(by.principal)
  await audit.append(tx, {
    appId,
    actor,
    action: ALLOCATED,
    object: { kind: 'app', id: appId, name: bundleId },
    summary: `${actor.name} got the build number ${buildNumber} for ${bundleId} ${version} (${platform}).`,
    requestId: by.requestId,
    buildId,
    counts: { build_numbers: 1 },
    details: { bundleId, version, platform, buildNumber },
  })
  return buildNumber
}
