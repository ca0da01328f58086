import { buildRoutes } from '@cordon/api/builds/routes'
import type { Build } from '@cordon/api/builds/schema'
import { type Instant, toIso } from '@cordon/core/instant'
import type { Server } from '../../platform/http/serve.ts'
import type { Builds, BuildView, Started } from './service.ts'
import type { TriggerTokenRow } from './store.ts'

/** Serves builds and trigger tokens to people, and the start of builds to CI systems. */
export function serveBuilds(server: Server, builds: Builds): void {
  server.serve(buildRoutes.list, async ({ params, query }) => {
    const { items, nextCursor } = await builds.list(params.appId, query)
    return { items: items.map(shape), nextCursor }
  })
  server.serve(buildRoutes.start, async (call) => shapeStarted(await builds.start(call.params.appId, call.body, call)))
  server.serve(buildRoutes.startByTrigger, async (call) =>
    shapeStarted(await builds.start(call.principal.appId, call.body, call)),
  )
  server.serve(buildRoutes.read, async ({ params }) => shape(await builds.read(params.buildId)))
  server.serve(buildRoutes.abort, async (call) => shape(await builds.abort(call.params.buildId, call)))
  serveTriggerTokens(server, builds)
}

function serveTriggerTokens(server: Server, builds: Builds): void {
  server.serve(buildRoutes.triggerTokens, async ({ params, query }) => {
    const { items, nextCursor } = await builds.triggerTokens(params.appId, query)
    return { items: items.map(shapeToken), nextCursor }
  })
  server.serve(buildRoutes.createTriggerToken, async (call) => {
    const { triggerToken, token } = await builds.createTriggerToken(call.params.appId, call.body, call)
    return { triggerToken: shapeToken(triggerToken), token: token.reveal() }
  })
  server.serve(buildRoutes.revokeTriggerToken, (call) =>
    builds.revokeTriggerToken(call.params.appId, call.params.triggerTokenId, call),
  )
}

function shape({ startedBy, ...build }: BuildView): Build {
  return {
    ...build,
    startedBy: { kind: startedBy.kind, name: startedBy.name },
    startedAt: toIso(build.startedAt),
    expiresAt: toIso(build.expiresAt),
    endedAt: isoOrNull(build.endedAt),
  }
}

function shapeStarted({ build, url, token, environment }: Started) {
  return { build: shape(build), buildUrl: url, buildToken: token.reveal(), environment }
}

function shapeToken(token: TriggerTokenRow) {
  return {
    ...token,
    createdAt: toIso(token.createdAt),
    expiresAt: isoOrNull(token.expiresAt),
    lastUsedAt: isoOrNull(token.lastUsedAt),
  }
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : toIso(at)
}
