import type { AppId, BuildId } from '@cordon/core/ids'
import type { Clock } from '@cordon/core/instant'
import type { Audit } from '../../platform/audit/audit.ts'
import { type Db, transaction } from '../../platform/db/database.ts'
import type { By } from '../../platform/http/by.ts'
import { actorOf, type BuildPrincipal, type Member } from '../../platform/http/principal.ts'
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
  next(appId: AppId, wish: BuildNumberWish, by: By<Member | BuildPrincipal>, buildId?: BuildId): Promise<number>
}

/** Makes the feature. */
export function createBuildNumbers({ db, audit, clock }: BuildNumberParts): BuildNumbers {
  return {
    next: (appId, wish, by, buildId) =>
      transaction(db, async (tx) => {
        const { bundleId, version, platform } = wish
        const buildNumber = await takeNext(tx, appId, wish, clock.now())
        const actor = actorOf(by.principal)
        await audit.append(tx, {
          appId,
          actor,
          action: 'build_number.allocated',
          object: { kind: 'app', id: appId, name: bundleId },
          summary: `${actor.name} got the build number ${buildNumber} for ${bundleId} ${version} (${platform}).`,
          requestId: by.requestId,
          buildId,
          details: { bundleId, version, platform, buildNumber },
        })
        return buildNumber
      }),
  }
}
