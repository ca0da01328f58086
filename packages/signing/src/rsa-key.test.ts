import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { generateSigningKey } from './rsa-key.ts'

test('a signing key is RSA of 2,048 bits and does not show itself', async () => {
  const key = await generateSigningKey()
  expect(key.reveal().asymmetricKeyType).toBe('rsa')
  expect(key.reveal().asymmetricKeyDetails?.modulusLength).toBe(2048)
  expect(`${inspect(key)} ${JSON.stringify(key)} ${key}`).toBe('[redacted] "[redacted]" [redacted]')
})

test('no two signing keys are the same', async () => {
  const [one, other] = await Promise.all([generateSigningKey(), generateSigningKey()])
  expect(one.reveal().equals(other.reveal())).toBe(false)
})
