import { createHash } from 'node:crypto'
import { secret } from '@cordon/core/secret'
import { Hash, Mode, Srp } from '@foxt/js-srp'
import { expect, test } from 'vitest'
import { BadSrpChallenge, drawEphemeral, ephemeralOf, prove } from '../src/apple-id/srp.ts'
import { bytesOf, challengeOf, PRIME } from './srp-server.ts'

const ACCOUNT = { accountName: 'dev@example.com', password: secret('Correct-Horse-1') }
const SALT = Buffer.from('100102030405060708090a0b0c0d0e0f', 'hex')
const A_EXPONENT = Buffer.from('7f112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef', 'hex')
const B_EXPONENT = BigInt('0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5aa5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5')

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const hex = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString('hex')

test('our public value is that of the known exponent', () => {
  const { publicValue } = ephemeralOf(A_EXPONENT)
  expect(hex(publicValue)).toMatch(/^2456f49668540fe6.*1effeaa5595e706a$/)
  expect(sha256(publicValue)).toBe('f4283d2873513b45c23aac944c4002fb0d80cef27bca43fa62994b9c853364a0')
})

// Computed independently of this code and reproduced with fastlane-sirp. The B of s2k_fo starts with 01 97, an odd number of digits.
test.each([
  {
    protocol: 's2k',
    iterations: 20012,
    b: '09b714401195835e45b1778394dcb7dca8752e0b3d131eb9d919edc3bea2e98f',
    m1: 'b958f74f83f60dd75868891dc7d55ddb03f1412fe3f24e3b70c42e115aed92e9',
    m2: 'e13c6ebded6b164470ac4bea8914e996be077f72b8957821852171a0bf64e7bd',
  },
  {
    protocol: 's2k_fo',
    iterations: 1580,
    b: '1b73acbe46564a5b20527b6c2b40baee771e0713c741f477aaaa453baede1f6f',
    m1: '653f81b44e689fc9fa27f846e15d5143a076edafb2ff0de0efd74786d4a571f8',
    m2: 'fe00811f4c93fe3e6c99370be8dc34d0c2522ec5f4f73b3ab12b828d18d6763a',
  },
] as const)('the proofs are those of the published vectors: $protocol', async ({ protocol, iterations, b, m1, m2 }) => {
  const challenge = challengeOf({ password: 'Correct-Horse-1', salt: SALT, iterations, protocol, b: B_EXPONENT })
  expect(sha256(challenge.serverValue)).toBe(b)
  const proofs = await prove(ACCOUNT, ephemeralOf(A_EXPONENT), challenge)
  expect({ m1: hex(proofs?.m1), m2: hex(proofs?.m2) }).toEqual({ m1, m2 })
})

test('random exchanges give the proofs that another implementation gives', async () => {
  const oracle = new Srp(Mode.GSA, Hash.SHA256, 2048)
  let compared = 0
  for (let round = 0; round < 12; round += 1) {
    const seed = createHash('sha512').update(`round ${round}`).digest()
    const salt = seed.subarray(0, 16)
    const challenge = challengeOf({
      password: `pässwörd ${round}`,
      salt,
      iterations: 50 + round,
      protocol: round % 2 === 0 ? 's2k' : 's2k_fo',
      b: BigInt(`0x${seed.toString('hex')}`),
    })
    const { accountName, password } = { accountName: `dev${round}@example.com`, password: secret(`pässwörd ${round}`) }
    const ephemeral = drawEphemeral((count) => createHash('sha512').update(`a ${round}`).digest().subarray(0, count))
    const proofs = await prove({ accountName, password }, ephemeral, challenge)
    if (proofs === undefined) continue
    const client = await oracle.newClient(Buffer.from(accountName), challenge.p, BigInt(`0x${hex(ephemeral.exponent)}`))
    client.p = challenge.p
    await client.generate(new Uint8Array(salt), challenge.serverValue)
    expect(hex(proofs.m1)).toBe(hex(client.M))
    expect(hex(proofs.m2)).toBe(hex(await client.generateM2()))
    compared += 1
  }
  expect(compared).toBeGreaterThan(8)
})

test('an exchange whose B starts with a zero byte is not proved', async () => {
  const challenge = challengeOf({ password: 'x', salt: SALT, iterations: 1, protocol: 's2k', b: B_EXPONENT })
  const ephemeral = ephemeralOf(A_EXPONENT)
  const short = { ...challenge, serverValue: challenge.serverValue.subarray(1) }
  expect(await prove(ACCOUNT, ephemeral, short)).toBeUndefined()
  const padded = { ...challenge, serverValue: Buffer.concat([Buffer.from([0]), short.serverValue]) }
  expect(await prove(ACCOUNT, ephemeral, padded)).toBeUndefined()
})

test('an exchange whose secret starts with a zero byte is not proved', async () => {
  // Found by search.
  const b = 3584n
  const challenge = challengeOf({ password: 'Correct-Horse-1', salt: SALT, iterations: 1, protocol: 's2k', b })
  expect(challenge.secretFor(ephemeralOf(A_EXPONENT).publicValue).length).toBeLessThan(256)
  expect(challenge.serverValue).toHaveLength(256)
  expect(await prove(ACCOUNT, ephemeralOf(A_EXPONENT), challenge)).toBeUndefined()
})

test.each([
  ['zero', 0n],
  ['the prime', PRIME],
  ['above the prime', PRIME + 5n],
])('a B that is %s gets no proof', async (_name, b) => {
  const challenge = { salt: SALT, iterations: 1, protocol: 's2k', serverValue: bytesOf(b) } as const
  await expect(prove(ACCOUNT, ephemeralOf(A_EXPONENT), challenge)).rejects.toThrow(BadSrpChallenge)
})

test('our public value never starts with a zero byte', () => {
  // The first exponents are too small to fill 256 bytes.
  const exponents = [Buffer.from([1]), Buffer.from([7, 208]), A_EXPONENT]
  const drawn = drawEphemeral(() => exponents.shift() ?? A_EXPONENT)
  expect(drawn.exponent).toEqual(A_EXPONENT)
  expect(drawn.publicValue[0]).not.toBe(0)
})
