import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { secret } from '@cordon/core/secret'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DATABASES, openScratchDatabase } from '../../../test/databases.ts'
import { systemClock } from '../clock.ts'
import type { Db } from '../db/database.ts'
import { openVault } from './open-vault.ts'

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('opening the vault', () => {
    let db: Db
    let close: () => Promise<void>
    let folder: string
    let keyFile: string
    const open = () => openVault({ db, keyFile, clock: systemClock, randomBytes })

    beforeAll(async () => {
      ;({ db, close } = await openScratchDatabase(database))
    })
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'cordon-vault-'))
      keyFile = join(folder, 'config', 'master.key')
    })
    afterEach(async () => {
      await rm(folder, { recursive: true })
      await db.queries.deleteFrom('vault_keys').execute()
    })
    afterAll(() => close())

    test('the first start makes a key for the owner alone, and later starts open what it sealed', async () => {
      const place = { table: 'connection_secrets', rowId: 'conn_1', version: 1 }
      const first = await open()
      const sealed = await first.seal(place, secret<Uint8Array>(Buffer.from('text')))
      const { mode, size } = await stat(keyFile)
      expect({ mode: mode & 0o777, size }).toEqual({ mode: 0o600, size: 32 })
      const second = await open()
      expect(Buffer.from((await second.open(place, sealed)).reveal()).toString()).toBe('text')
      expect(second.bindVersion(place)).toEqual(first.bindVersion(place))
      expect(second.sealHead('head')).toEqual(first.sealHead('head'))
    })

    test('a missing key is never made anew: the start is refused and names the key', async () => {
      await open()
      const row = await db.queries.selectFrom('vault_keys').select('kek_id').executeTakeFirstOrThrow()
      await rename(keyFile, `${keyFile}.away`)
      await expect(open()).rejects.toMatchObject({ code: 'vault.key_missing', details: { keyId: row.kek_id } })
      await expect(stat(keyFile)).rejects.toThrow('ENOENT')
      await rename(`${keyFile}.away`, keyFile)
      await open()
    })

    test('a key that does not belong to the database is refused and left as it is', async () => {
      await open()
      const row = await db.queries.selectFrom('vault_keys').select('kek_id').executeTakeFirstOrThrow()
      const foreign = randomBytes(32)
      await writeFile(keyFile, foreign)
      await expect(open()).rejects.toMatchObject({ code: 'vault.key_mismatch', details: { needs: row.kek_id } })
      expect(await readFile(keyFile)).toEqual(foreign)
    })

    test('a key file of a wrong size, or that others may read, is refused', async () => {
      await open()
      await chmod(keyFile, 0o640)
      await expect(open()).rejects.toMatchObject({ code: 'vault.key_file_unusable' })
      await chmod(keyFile, 0o600)
      await writeFile(keyFile, randomBytes(31))
      await expect(open()).rejects.toMatchObject({ code: 'vault.key_file_unusable' })
    })

    test('two servers that start at once get the same keys', async () => {
      await open()
      await db.queries.deleteFrom('vault_keys').execute()
      const [a, b] = await Promise.all([open(), open()])
      expect(a.sealHead('x')).toEqual(b.sealHead('x'))
    })
  })
})
