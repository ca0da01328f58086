import { randomBytes } from 'node:crypto'
import { secret } from '@cordon/core/secret'
import { expect, test } from 'vitest'
import { kekIdOf, localKeyProvider } from './key-provider.ts'
import { createVault, type Place, type Sealed } from './vault.ts'

const PLACE: Place = { table: 'connection_secrets', rowId: 'conn_1', version: 3 }
const TEXT = 'the private key of the marker-7781'
const masterKey = secret<Uint8Array>(randomBytes(32))
const keys = { versions: secret<Uint8Array>(randomBytes(32)), audit: secret<Uint8Array>(randomBytes(32)) }
const vault = createVault(localKeyProvider(masterKey, randomBytes), keys, randomBytes)

function sealText(place: Place = PLACE): Promise<Sealed> {
  return vault.seal(place, secret<Uint8Array>(Buffer.from(TEXT)))
}

function flipped(bytes: Uint8Array, index: number): Uint8Array {
  const copy = Uint8Array.from(bytes)
  copy[index] = (copy[index] ?? 0) ^ 1
  return copy
}

test('a secret opens in its place, shows nothing of itself, and names its master key', async () => {
  const sealed = await sealText()
  expect(Buffer.from((await vault.open(PLACE, sealed)).reveal()).toString()).toBe(TEXT)
  expect(Buffer.from(sealed.ciphertext).includes('marker-7781')).toBe(false)
  expect(sealed.kekId).toBe(kekIdOf(masterKey))
})

test('the same secret is never sealed to the same bytes', async () => {
  const [a, b] = [await sealText(), await sealText()]
  expect(Buffer.from(a.ciphertext).equals(b.ciphertext)).toBe(false)
  expect(Buffer.from(a.wrappedKey).equals(b.wrappedKey)).toBe(false)
})

test('a secret of which one byte was changed does not open, whichever byte it is', async () => {
  const sealed = await sealText()
  for (let index = 0; index < sealed.ciphertext.length; index += 1) {
    const changed = { ...sealed, ciphertext: flipped(sealed.ciphertext, index) }
    await expect(vault.open(PLACE, changed), `ciphertext byte ${index}`).rejects.toThrow('does not open')
  }
  for (let index = 0; index < sealed.wrappedKey.length; index += 1) {
    const changed = { ...sealed, wrappedKey: flipped(sealed.wrappedKey, index) }
    await expect(vault.open(PLACE, changed), `key byte ${index}`).rejects.toThrow('does not open')
  }
  await expect(vault.open(PLACE, { ...sealed, ciphertext: sealed.ciphertext.subarray(0, 20) })).rejects.toThrow()
})

test('a secret does not open in another row, another table, as another version, or with the key of another row', async () => {
  const sealed = await sealText()
  const elsewhere: Place[] = [
    { ...PLACE, rowId: 'conn_2' },
    { ...PLACE, table: 'certificate_keys' },
    { ...PLACE, version: 4 },
  ]
  for (const place of elsewhere) await expect(vault.open(place, sealed)).rejects.toThrow('does not open')
  const other = await sealText({ ...PLACE, rowId: 'conn_2' })
  await expect(vault.open(PLACE, { ...sealed, wrappedKey: other.wrappedKey })).rejects.toThrow('does not open')
  await expect(vault.open(PLACE, other)).rejects.toThrow('does not open')
})

test('an old version that is put back is not current', async () => {
  const oldMac = vault.bindVersion({ ...PLACE, version: 2 })
  expect(() => vault.requireCurrent(PLACE, vault.bindVersion(PLACE))).not.toThrow()
  expect(() => vault.requireCurrent(PLACE, oldMac)).toThrow('does not open')
  expect(() => vault.requireCurrent({ ...PLACE, version: 2 }, vault.bindVersion(PLACE))).toThrow('does not open')
  expect(() => vault.requireCurrent({ ...PLACE, rowId: 'conn_2' }, vault.bindVersion(PLACE))).toThrow('does not open')
  expect(() => vault.requireCurrent(PLACE, new Uint8Array())).toThrow('does not open')
})

test('another master key opens nothing, also when the row claims to be sealed by it', async () => {
  const otherKey = secret<Uint8Array>(randomBytes(32))
  const other = createVault(localKeyProvider(otherKey, randomBytes), keys, randomBytes)
  const sealed = await sealText()
  await expect(other.open(PLACE, sealed)).rejects.toThrow('does not open')
  await expect(other.open(PLACE, { ...sealed, kekId: kekIdOf(otherKey) })).rejects.toThrow('does not open')
  await expect(vault.open(PLACE, { ...sealed, kekId: kekIdOf(otherKey) })).rejects.toThrow('does not open')
})

test('the name of a master key tells nothing of it', () => {
  const id = kekIdOf(masterKey)
  expect(id).toMatch(/^kek_[0-9a-f]{16}$/)
  expect(Buffer.from(masterKey.reveal()).toString('hex')).not.toContain(id.slice(4))
})
