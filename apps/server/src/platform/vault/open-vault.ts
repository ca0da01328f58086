import type { Clock } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import { type Db, type Tx, transaction } from '../db/database.ts'
import type { RandomBytes } from '../ids.ts'
import { vaultErrors } from './errors.ts'
import { createKeyFile, readKeyFile } from './key-file.ts'
import { type KeyProvider, kekIdOf, localKeyProvider } from './key-provider.ts'
import { createVault, type Vault } from './vault.ts'

interface OpenVaultOptions {
  readonly db: Db
  /** Path of the master key, outside the data folder. */
  readonly keyFile: string
  readonly clock: Clock
  readonly randomBytes: RandomBytes
}

const OWN_KEY_BYTES = 32

/**
 * Opens the vault of a database; makes the master key at the very first start. Throws `vault.key_missing` or
 * `vault.key_mismatch` when the database holds anything encrypted by a master key that is not there: a new one would
 * make all of it unreadable for good.
 */
export async function openVault(options: OpenVaultOptions): Promise<Vault> {
  const used = await usedKekId(options.db)
  const masterKey = await masterKeyFor(used, options)
  const provider = localKeyProvider(masterKey, options.randomBytes)
  const versions = await ownKey('versions', provider, options)
  const audit = await ownKey('audit', provider, options)
  return createVault(provider, { versions, audit }, options.randomBytes)
}

async function usedKekId(db: Db): Promise<string | undefined> {
  const own = await db.queries.selectFrom('vault_keys').select('kek_id').limit(1).executeTakeFirst()
  if (own !== undefined) return own.kek_id
  const stored = await db.queries.selectFrom('connection_secrets').select('kek_id').limit(1).executeTakeFirst()
  return stored?.kek_id
}

async function masterKeyFor(used: string | undefined, options: OpenVaultOptions): Promise<Secret<Uint8Array>> {
  const file = options.keyFile
  const found = await readKeyFile(file)
  if (found === undefined) {
    if (used === undefined) return createKeyFile(file, options.randomBytes)
    throw vaultErrors.key_missing(
      { keyId: used, file },
      { detail: `the database needs "${used}", "${file}" is not there` },
    )
  }
  const has = kekIdOf(found)
  if (used !== undefined && used !== has) {
    throw vaultErrors.key_mismatch(
      { needs: used, has, file },
      { detail: `the database needs "${used}", "${file}" holds "${has}"` },
    )
  }
  return found
}

async function ownKey(purpose: string, provider: KeyProvider, options: OpenVaultOptions): Promise<Secret<Uint8Array>> {
  const associated = Buffer.from(JSON.stringify(['vault_keys', purpose]))
  const fresh = await provider.wrap(options.randomBytes(OWN_KEY_BYTES), associated)
  const kept = await transaction(options.db, (tx) => keepFirst(tx, purpose, fresh, options.clock))
  try {
    return secret(await provider.unwrap(kept, associated))
  } catch (cause) {
    throw vaultErrors.not_opened({ table: 'vault_keys', rowId: purpose, version: 1 }, { cause })
  }
}

// Two replicas may start at once: the row of the first is the key of both.
async function keepFirst(tx: Tx, purpose: string, fresh: { kekId: string; bytes: Uint8Array }, clock: Clock) {
  await tx
    .insertInto('vault_keys')
    .values({ purpose, kek_id: fresh.kekId, wrapped_key: fresh.bytes, created_at: clock.now() })
    .onConflict((conflict) => conflict.column('purpose').doNothing())
    .execute()
  const row = await tx.selectFrom('vault_keys').selectAll().where('purpose', '=', purpose).executeTakeFirstOrThrow()
  return { kekId: row.kek_id, bytes: row.wrapped_key }
}
