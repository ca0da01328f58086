import { internalErrors } from '@cordon/api/errors'
import { route } from '@cordon/api/route'
import { allRoutes } from '@cordon/api/routes'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Db } from '../db/database.ts'
import { VERSION } from '../version.ts'
import { openApiDocument } from './openapi.ts'
import type { Server } from './serve.ts'

/** For load balancers and supervisors: whether the server answers and reaches its database. */
export const healthRoute = route({
  id: 'platform.health',
  method: 'GET',
  path: '/healthz',
  summary: 'Tells whether the server answers and reaches its database.',
  access: { who: 'anyone' },
  response: z.object({ status: z.literal('ok') }),
})

/** The description of the API itself. */
export const openApiRoute = route({
  id: 'platform.openApi',
  method: 'GET',
  path: '/api/openapi.json',
  summary: 'Gives the OpenAPI document of this server.',
  access: { who: 'anyone' },
  response: z.record(z.string(), z.unknown()),
})

/** The OpenAPI document of Cordon: the contract and the platform's own routes. */
export function cordonOpenApi() {
  return openApiDocument([...allRoutes, healthRoute, openApiRoute], VERSION)
}

/** Serves what belongs to no feature. */
export function serveOwnRoutes(server: Server, db: Db): void {
  let document: ReturnType<typeof cordonOpenApi> | undefined
  server.serve(openApiRoute, async () => {
    document ??= cordonOpenApi()
    return document
  })
  server.serve(healthRoute, async () => {
    await sql`select 1`.execute(db.queries).catch((cause: unknown) => {
      throw internalErrors.unavailable({}, { cause })
    })
    return { status: 'ok' as const }
  })
}
