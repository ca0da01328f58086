import type { AppId, BuildId, ConnectionId } from '@cordon/core/ids'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../../test/harness.ts'
import { type ServerWorld, startWorld } from '../../../test/world.ts'
import type { AuditInput } from '../../platform/audit/event.ts'
import { createTrails } from '../../platform/audit/trail.ts'
import type { Db } from '../../platform/db/database.ts'
import { createLookups } from '../../platform/http/lookups.ts'
import { createSecondLook } from './second-look.ts'
import { createReads, touchConnections } from './store.ts'

// The commit of a fetch is quiet: reads that are shared keep their rows over it. So it must write nothing that they tell.
describe.each(DATABASES)('what a fetch writes, on $database', ({ database, missing }) => {
  describe.skipIf(missing)('is told by no shared read', () => {
    let world: ServerWorld
    beforeAll(async () => {
      world = await startWorld(database)
    })
    afterAll(() => world?.close())

    /** Texts of all shared reads of the server. */
    function sharedReads(): readonly string[] {
      const { db, clock, config } = world.server.platform
      const texts: string[] = []
      const noting: Db = {
        ...db,
        prepareSharedRead: (query) => {
          texts.push(query.sql)
          return db.prepareSharedRead(query)
        },
      }
      createReads(noting)
      createSecondLook({ db: noting, clock })
      createLookups({ db: noting, clock, config })
      return texts
    }

    test('not the columns that it sets, nor what builds did, nor the log', () => {
      const { db, clock } = world.server.platform
      const trails = createTrails()
      trails.link({ appId: 'app_1' as AppId, buildId: 'bld_1' as BuildId } as AuditInput, 1)
      const statements = [
        ...touchConnections(db.kind, ['conn_1' as ConnectionId], clock.now()),
        ...trails.statements(db.kind),
      ]
      const written = statements.map(({ sql }) => /^update (\w+) set (\w+) = /.exec(sql)?.slice(1))
      expect(written).toEqual([
        ['connections', 'last_used_at'],
        ['build_activity', 'last_seq'],
      ])
      const texts = sharedReads()
      expect(texts).toHaveLength(db.kind === 'sqlite' ? 5 : 3)
      for (const text of texts) expect(text).not.toMatch(/audit_|build_activity|last_used_at/)
    })
  })
})
