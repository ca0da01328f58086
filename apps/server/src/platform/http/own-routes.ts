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
  const reach = createReach(db)
  // Uncounted: a supervisor that is told 429 takes a busy server for a dead one.
  const options = { uncounted: true }
  server.serve(healthRoute, () => reach(), options)
}

// Whoever asks while the database is asked waits for that answer: however many ask, it has one question at a time.
function createReach({ queries }: Db): () => Promise<{ status: 'ok' }> {
  let asked: Promise<{ status: 'ok' }> | undefined
  const ask = async () => {
    await sql`select 1`.execute(queries).catch((cause: unknown) => {
      throw internalErrors.unavailable({}, { cause })
    })
    return { status: 'ok' as const }
  }
  return () => {
    asked ??= ask().finally(() => {
      asked = undefined
    })
    return asked
  }
}
