import type { BuildId, ConnectionId } from '@cordon/core/ids'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES } from '../../../test/harness.ts'
import { type ServerWorld, startWorld } from '../../../test/world.ts'
import type { Db } from '../../platform/db/database.ts'
import { createLookups } from '../../platform/http/lookups.ts'
import { createSecondLook } from './second-look.ts'
import { countReleases, createReads, touchConnections } from './store.ts'

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

    test('not the columns that it sets, and not the log', () => {
      const { db, clock } = world.server.platform
      const statements = [
        ...countReleases(db.kind, ['bld_1' as BuildId]),
        ...touchConnections(db.kind, ['conn_1' as ConnectionId], clock.now()),
      ]
      const columns = statements.map(({ sql }) => /^update \w+ set (\w+) = [^,]+ where /.exec(sql)?.[1])
      expect(columns).toEqual(['credential_releases', 'last_used_at'])
      const texts = sharedReads()
      expect(texts).toHaveLength(db.kind === 'sqlite' ? 5 : 3)
      for (const text of texts) expect(text).not.toMatch(new RegExp(['audit_', ...columns].join('|')))
    })
  })
})
