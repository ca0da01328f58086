import { type AppleReached, instanceRoutes } from '@cordon/api/instance/routes'
import type { Db } from '../../platform/db/database.ts'
import type { Server } from '../../platform/http/serve.ts'
import { hasPeople } from './store.ts'

/** What anybody may know of the instance. */
export interface InstanceParts {
  readonly version: string
  readonly publicUrl: () => string
  /** Address of what stands in for Apple; null when it is Apple. */
  readonly appleStandIn: string | null
  /** What goes to Apple itself. */
  readonly appleReached: AppleReached[]
  readonly buildTokenMinutes: number
  readonly db: Db
}

/** Serves what anybody may know of the instance. */
export function serveInstance(server: Server, parts: InstanceParts): void {
  server.serve(instanceRoutes.read, async () => ({
    version: parts.version,
    setUp: (await hasPeople(parts.db.queries)) ? ('done' as const) : ('needed' as const),
    publicUrl: parts.publicUrl(),
    appleStandIn: parts.appleStandIn,
    appleReached: parts.appleReached,
    buildTokenMinutes: parts.buildTokenMinutes,
  }))
}
