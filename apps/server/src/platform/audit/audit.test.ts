import { randomBytes } from 'node:crypto'
import type { AppId } from '@cordon/core/ids'
import { secret } from '@cordon/core/secret'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, openScratchDatabase } from '../../../test/databases.ts'
import { systemClock } from '../clock.ts'
import { type Db, transaction } from '../db/database.ts'
import { createIds } from '../ids.ts'
import { localKeyProvider } from '../vault/key-provider.ts'
import { createVault } from '../vault/vault.ts'
import { type Audit, createAudit } from './audit.ts'
import { type AuditInput, canonicalJson, hashEvent, headText } from './event.ts'

const ids = createIds(systemClock, randomBytes)
const key = () => secret<Uint8Array>(randomBytes(32))
const vault = createVault(localKeyProvider(key(), randomBytes), { versions: key(), audit: key() }, randomBytes)

function event(appId: AppId | undefined, action = 'thing.done'): AuditInput {
  return {
    appId,
    actor: { kind: 'person', id: 'usr_1', name: 'Dana' },
    action,
    object: { kind: 'thing', id: 'thing_1', name: 'Thing' },
    summary: 'Dana did a thing.',
    requestId: 'req_1',
    details: { b: 1, a: { d: 'é', c: [2, 1] } },
  }
}

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('the audit log', () => {
    let db: Db
    let close: () => Promise<void>
    let audit: Audit
    const makeAudit = () => createAudit({ db, vault, clock: systemClock, ids })

    beforeAll(async () => {
      ;({ db, close } = await openScratchDatabase(database))
      audit = makeAudit()
    })
    afterAll(() => close())

    async function chainOf(count: number): Promise<AppId> {
      const appId = ids('app')
      await transaction(db, (tx) => audit.append(tx, ...Array.from({ length: count }, () => event(appId))))
      return appId
    }

    test('an untouched chain is intact, and its events count up from 1', async () => {
      const appId = await chainOf(3)
      const rows = await db.queries.selectFrom('audit_events').select('seq').where('chain', '=', appId).execute()
      expect(rows.map(({ seq }) => seq).sort()).toEqual([1, 2, 3])
      expect(await audit.verify(appId)).toMatchObject({ intact: true, events: 3, brokenAt: null, problem: null })
      expect(await audit.verify('app_unknown')).toMatchObject({ intact: true, events: 0 })
    })

    test('an event that changed is found, whichever part of it did', async () => {
      const changes = [
        { actor_name: 'Robin' },
        { action: 'thing.undone' },
        { outcome: 'refused' as const },
        { details: '{}' },
        { at: systemClock.now() },
        { object_id: 'thing_2' },
        { summary: 'Nothing happened.' },
        { request_id: 'req_2' },
        { hash: randomBytes(32) },
        { previous_hash: randomBytes(32) },
      ]
      for (const change of changes) {
        const appId = await chainOf(4)
        const second = db.queries
          .updateTable('audit_events')
          .set(change)
          .where('chain', '=', appId)
          .where('seq', '=', 2)
        await second.execute()
        expect(await audit.verify(appId), JSON.stringify(change)).toMatchObject({ intact: false, brokenAt: 2 })
      }
    })

    test('a rewritten event with a fitting hash breaks the one after it, or the seal of the head', async () => {
      const appId = await chainOf(2)
      const last = await db.queries
        .selectFrom('audit_events')
        .selectAll()
        .where('chain', '=', appId)
        .where('seq', '=', 2)
        .executeTakeFirstOrThrow()
      const forged = { ...last, action: 'thing.forged' }
      const hash = hashEvent(forged)
      const ofLast = db.queries.updateTable('audit_events').set({ ...forged, hash })
      await ofLast.where('chain', '=', appId).where('seq', '=', 2).execute()
      expect(await audit.verify(appId)).toMatchObject({ intact: false, brokenAt: 2 })
      // Also with the head moved along: its seal needs a key of the vault.
      await db.queries.updateTable('audit_heads').set({ hash }).where('chain', '=', appId).execute()
      expect(await audit.verify(appId)).toMatchObject({ intact: false, brokenAt: 2 })
    })

    test('events cut from the beginning, the middle or the end are missed', async () => {
      for (const cut of [1, 2, 3]) {
        const appId = await chainOf(3)
        await db.queries.deleteFrom('audit_events').where('chain', '=', appId).where('seq', '=', cut).execute()
        expect(await audit.verify(appId), `cut ${cut}`).toMatchObject({ intact: false, brokenAt: cut })
      }
    })

    test('a chain that lost all its events, or its head, or got an older head back, is found', async () => {
      const emptied = await chainOf(2)
      await db.queries.deleteFrom('audit_events').where('chain', '=', emptied).execute()
      expect(await audit.verify(emptied)).toMatchObject({ intact: false, brokenAt: 1 })

      const headless = await chainOf(2)
      await db.queries.deleteFrom('audit_heads').where('chain', '=', headless).execute()
      expect(await audit.verify(headless)).toMatchObject({ intact: false })

      const other = await chainOf(1)
      const head = await db.queries
        .selectFrom('audit_heads')
        .selectAll()
        .where('chain', '=', other)
        .executeTakeFirstOrThrow()
      const victim = await chainOf(1)
      const { chain: _, ...foreign } = head
      await db.queries.updateTable('audit_heads').set(foreign).where('chain', '=', victim).execute()
      expect(await audit.verify(victim)).toMatchObject({ intact: false })
      expect((await audit.verifyAll()).some(({ intact }) => !intact)).toBe(true)
    })

    test('what is appended in a transaction that rolls back is not there', async () => {
      const appId = await chainOf(1)
      const rolledBack = transaction(db, async (tx) => {
        await audit.append(tx, event(appId))
        throw new Error('changed my mind')
      })
      await expect(rolledBack).rejects.toThrow('changed my mind')
      expect(await audit.verify(appId)).toMatchObject({ intact: true, events: 1 })
    })

    test('appends from many callers and several servers at once make whole chains', async () => {
      const apps = [ids('app'), ids('app'), undefined] as const
      const servers = [audit, makeAudit(), makeAudit()]
      const released = Array.from({ length: 120 }, (_, index) =>
        servers[index % 3]?.appendBeforeRelease(event(apps[index % apps.length])),
      )
      const inTransactions = Array.from({ length: 30 }, (_, index) =>
        transaction(db, (tx) =>
          audit.append(tx, event(apps[index % 2]), event(undefined), event(apps[(index + 1) % 2])),
        ),
      )
      await Promise.all([...released, ...inTransactions])
      const checks = await Promise.all([...apps.map((appId) => audit.verify(appId ?? 'instance'))])
      expect(checks.map(({ intact, events }) => ({ intact, events }))).toEqual([
        { intact: true, events: 40 + 30 },
        { intact: true, events: 40 + 30 },
        { intact: true, events: 40 + 30 },
      ])
    })

    test('who waits for a release is told when it could not be written, and nobody else is held up', async () => {
      const appId = ids('app')
      const unwritable = { ...event(appId), requestId: undefined as unknown as string }
      const outcomes = await Promise.allSettled([
        audit.appendBeforeRelease(event(appId)),
        audit.appendBeforeRelease(unwritable),
        audit.appendBeforeRelease(event(appId)),
      ])
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      expect(await audit.verify(appId)).toMatchObject({ intact: true, events: 2 })
    })

    test('events that cannot be written leave no gap among many that can', async () => {
      const chains = [ids('app'), ids('app')]
      const outcomes = await Promise.allSettled(
        Array.from({ length: 90 }, async (_, index) => {
          // Some together, some while others are being written.
          for (let turn = 0; turn < index % 5; turn += 1) await new Promise(setImmediate)
          const written = event(chains[index % 2])
          const isWritable = index % 9 !== 4
          await audit.appendBeforeRelease(
            isWritable ? written : { ...written, requestId: undefined as unknown as string },
          )
        }),
      )
      expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(outcomes.map((_, index) => index % 9 !== 4))
      const checks = await Promise.all(chains.map((chain) => audit.verify(chain)))
      expect(checks.map(({ intact, events }) => [intact, events])).toEqual([
        [true, 40],
        [true, 40],
      ])
    })

    test('after events that the database refused, the chain goes on where it was', async () => {
      const appId = ids('app')
      await audit.appendBeforeRelease(event(appId))
      const taken = await db.queries
        .selectFrom('audit_events')
        .selectAll()
        .where('chain', '=', appId)
        .executeTakeFirstOrThrow()
      await db.queries
        .insertInto('audit_events')
        .values({ ...taken, seq: 2 })
        .execute()
      await expect(audit.appendBeforeRelease(event(appId))).rejects.toThrow()
      // Quietly, so that only the refusal itself can have made the server look anew.
      await db.commitQuietly([
        async () => [db.queries.deleteFrom('audit_events').where('chain', '=', appId).where('seq', '=', 2).compile()],
      ])
      await audit.appendBeforeRelease(event(appId))
      expect(await audit.verify(appId)).toMatchObject({ intact: true, events: 2 })
    })

    test('texts that no database keeps as they are do not break a chain', async () => {
      const appId = ids('app')
      const odd = 'half \ud83c and \0 and 🍎'
      const named = { ...event(appId), summary: odd, actor: { kind: 'person' as const, id: odd, name: odd } }
      await audit.appendBeforeRelease({ ...named, details: { odd, [odd]: odd } })
      expect(await audit.verify(appId)).toMatchObject({ intact: true, events: 1 })
    })

    test('every text comes back as it was hashed', async () => {
      const texts = [
        '"',
        '\\',
        '\\"',
        '\u0001\u001f',
        '\u2028\u2029',
        '\ufffe\uffff',
        '[1,"x"]',
        '{"a":null}',
        "'); --",
        '$[0]',
        'null',
        '',
      ]
      const appId = ids('app')
      await transaction(db, (tx) =>
        audit.append(
          tx,
          ...texts.map((text) => ({ ...event(appId), summary: text, requestId: text, details: { text } })),
        ),
      )
      const rows = await db.queries
        .selectFrom('audit_events')
        .select(['summary', 'request_id', 'details'])
        .where('chain', '=', appId)
        .orderBy('seq')
        .execute()
      expect(rows).toEqual(
        texts.map((text) => ({ summary: text, request_id: text, details: JSON.stringify({ text }) })),
      )
      expect(await audit.verify(appId)).toMatchObject({ intact: true, events: texts.length })
    })
  })
})

test('equal details have equal text, whatever the order of their keys', () => {
  expect(canonicalJson({ b: [{ y: 1, x: 2 }], a: 'é' })).toBe('{"a":"é","b":[{"x":2,"y":1}]}')
})

test('the hash of an event is what the documented form says', () => {
  const row = {
    chain: 'instance',
    seq: 1,
    id: 'evt_1' as never,
    at: 1_700_000_000_000 as never,
    actor_kind: 'system' as const,
    actor_id: '',
    actor_name: '',
    action: 'a',
    object_kind: 'o',
    object_id: '',
    object_name: '',
    outcome: 'success' as const,
    summary: 's',
    build_id: null,
    request_id: 'r',
    details: '{}',
    previous_hash: new Uint8Array(32),
  }
  // SHA-256 of 32 zero bytes and [1,"instance",1,"evt_1",1700000000000,"system","","","a","o","","","success","s",null,"r","{}"], by openssl.
  expect(Buffer.from(hashEvent(row)).toString('hex')).toBe(
    '7e568db9ba909c7c4f881a7e601ffdb8b6da5c01daee73c130d8b69ca88fd092',
  )
  expect(headText('instance', 1, new Uint8Array(2))).toBe('["audit head","instance",1,"0000"]')
})
