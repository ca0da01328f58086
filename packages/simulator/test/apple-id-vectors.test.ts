import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { leadingZeroBits } from '../src/apple-id/hashcash/hashcash.ts'
import { areRight, clientPublicOf, expectedProofs, serverPublic } from '../src/apple-id/srp/exchange.ts'
import {
  GENERATOR,
  GROUP_MARK,
  hash,
  MULTIPLIER,
  minimalBytes,
  PRIME,
  paddedBytes,
  power,
} from '../src/apple-id/srp/group.ts'
import { type PasswordProtocol, privateNumber, stretch, verifierFor } from '../src/apple-id/srp/verifier.ts'
import { SrpClient } from './apple-id-browser.ts'

const EMAIL = 'dev@example.com'
const PASSWORD = 'Correct-Horse-1'
const SALT = '100102030405060708090a0b0c0d0e0f'
const CLIENT_SECRET = BigInt('0x7f112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef')
const SERVER_SECRET = BigInt('0x5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5aa5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5')

/** Computed apart from any code here and reproduced with the `sirp` gem that spaceship uses. */
const VECTORS = [
  {
    protocol: 's2k',
    iterations: 20_012,
    stretched: '4bcb332132f9383fa8645491e3921d7a38dafccd14cfb4f33f0c3d73226a20c5',
    x: '12c9795e2390abfeb50791d97815feb92d740e4b90aa02ce3c1f181c1a628bc6',
    verifierHash: '72c5399367aa097802b8674c5d32febafa6163df74ea713779599c48d1176933',
    serverPublicHash: '09b714401195835e45b1778394dcb7dca8752e0b3d131eb9d919edc3bea2e98f',
    u: '335342c9d24b45db36f72eb8e0954c46a5086c82ed2c44e186e3db539847c80d',
    key: '9d24b89f679f9b788671e7508006dc40829c24d987dfe75fdc6dcce3f623704a',
    m1: 'b958f74f83f60dd75868891dc7d55ddb03f1412fe3f24e3b70c42e115aed92e9',
    m2: 'e13c6ebded6b164470ac4bea8914e996be077f72b8957821852171a0bf64e7bd',
  },
  {
    protocol: 's2k_fo',
    iterations: 1_580,
    stretched: '4c497b12be0cd3e434d0340f6a1abe8f46566976f5a35ca921086afb05387c2c',
    x: '7212ee59a749d9b2c8469ebb68d9722f5872a84792c062902453a5df9461a2df',
    verifierHash: 'c74fed0bdd18b3ac4f116b9107b49c73d9bfc841656fe228ff30a1a32e585bf0',
    serverPublicHash: '1b73acbe46564a5b20527b6c2b40baee771e0713c741f477aaaa453baede1f6f',
    u: 'b3e73e86efe3aab34a38216673126ab5c7eff65fb123d9fdcf2f45595e14e5a8',
    key: '8066949c50e2a202624572481c0eb1e3679f37249dd920e3e1ba5e7c19946d5a',
    m1: '653f81b44e689fc9fa27f846e15d5143a076edafb2ff0de0efd74786d4a571f8',
    m2: 'fe00811f4c93fe3e6c99370be8dc34d0c2522ec5f4f73b3ab12b828d18d6763a',
  },
] as const satisfies readonly { protocol: PasswordProtocol; [name: string]: unknown }[]

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe('the group', () => {
  it('is the 2048-bit one of RFC 5054, with a padded generator', () => {
    expect(sha256(minimalBytes(PRIME))).toBe('91b71d6b40d439954568d412e883de5186f9381e25aef36e7a4607722f7e15ca')
    expect(hex(paddedBytes(MULTIPLIER)).slice(-64)).toBe(
      '05b9e8ef059c6b32ea59fc1d322d37f04aa30bae5aa9003b8321e21ddb04e300',
    )
    expect(hex(GROUP_MARK)).toBe('a2b80ee3d957ede6b072f76f67415f3d1a7158bb8f0e765e34d87844031acc9c')
  })
})

describe.each(VECTORS)('a password as $protocol', (vector) => {
  const stretching = { protocol: vector.protocol, salt: SALT, iterations: vector.iterations }
  const password = verifierFor(PASSWORD, stretching)
  const verifier = BigInt(`0x${password.verifier}`)
  const b = serverPublic(verifier, SERVER_SECRET)
  const client = new SrpClient(CLIENT_SECRET)
  const init = {
    iteration: vector.iterations,
    salt: Buffer.from(SALT, 'hex').toString('base64'),
    protocol: vector.protocol,
    b: paddedBytes(b).toString('base64'),
    c: '',
  }
  const exchange = {
    clientPublic: minimalBytes(client.public).toString('hex'),
    serverPrivate: minimalBytes(SERVER_SECRET).toString('hex'),
    serverPublic: minimalBytes(b).toString('hex'),
    password,
  }

  it('is stretched, kept and answered as the vectors say', () => {
    expect(hex(stretch(PASSWORD, stretching))).toBe(vector.stretched)
    expect(privateNumber(PASSWORD, stretching)).toBe(BigInt(`0x${vector.x}`))
    expect(sha256(paddedBytes(verifier))).toBe(vector.verifierHash)
    expect(sha256(paddedBytes(b))).toBe(vector.serverPublicHash)
  })

  it('is proved by both sides as the vectors say', () => {
    const clientSide = client.prove(EMAIL, PASSWORD, init)
    expect(sha256(minimalBytes(client.public))).toBe('f4283d2873513b45c23aac944c4002fb0d80cef27bca43fa62994b9c853364a0')
    expect(clientSide.u).toBe(BigInt(`0x${vector.u}`))
    expect(hex(clientSide.key)).toBe(vector.key)
    const serverSide = expectedProofs(exchange, EMAIL)
    expect([hex(serverSide.m1), hex(serverSide.m2)]).toEqual([vector.m1, vector.m2])
    expect([hex(clientSide.m1), hex(clientSide.m2)]).toEqual([vector.m1, vector.m2])
  })

  it('is proved with the account’s name as the client spells it', () => {
    const spelled = expectedProofs(exchange, EMAIL.toUpperCase())
    expect(hex(spelled.m1)).not.toBe(vector.m1)
    expect(hex(client.prove(EMAIL.toUpperCase(), PASSWORD, init).m1)).toBe(hex(spelled.m1))
  })

  it('is refused when a bit of either proof is another', () => {
    const expected = expectedProofs(exchange, EMAIL)
    const flipped = (proof: Buffer) => Buffer.from(proof.map((byte, index) => (index === 31 ? byte ^ 1 : byte)))
    expect(areRight(expected, expected.m1, expected.m2)).toBe(true)
    expect(areRight(expected, flipped(expected.m1), expected.m2)).toBe(false)
    expect(areRight(expected, expected.m1, flipped(expected.m2))).toBe(false)
    expect(areRight(expected, expected.m1, Buffer.alloc(0))).toBe(false)
    expect(areRight(expected, Buffer.alloc(0), expected.m2)).toBe(false)
  })
})

describe('proofs on the wire', () => {
  it('may lose a leading zero byte of m2, and none of m1', () => {
    const zeroed = Buffer.concat([Buffer.alloc(1), hash(Buffer.from('proof')).subarray(1)])
    const expected = { m1: zeroed, m2: zeroed }
    expect(areRight(expected, zeroed, zeroed.subarray(1))).toBe(true)
    expect(areRight(expected, zeroed.subarray(1), zeroed)).toBe(false)
  })
})

describe('a client’s number', () => {
  it('is refused when it is a multiple of N, longer than the group, or nothing', () => {
    const refused = [0n, PRIME].map(paddedBytes)
    for (const bytes of [...refused, minimalBytes(2n * PRIME), Buffer.alloc(0), Buffer.alloc(257, 1)])
      expect(clientPublicOf(bytes)).toBeUndefined()
    expect(clientPublicOf(paddedBytes(power(GENERATOR, 77n)))).toBe(power(GENERATOR, 77n))
    expect(clientPublicOf(Buffer.from([0, 0, 5]))).toBe(5n)
  })
})

describe('hashcash', () => {
  it.each([
    [11, '1:11:20230223170600:4d74fb15eb23f465f1f6fcbf534e5877::6373', '001cc13831c63ca2e739dbcf47bdd4597535265f'],
    [12, '1:12:20230223213732:f8b58554b2f22960fc0dc99aea342276::2381', '000ae134197b0414d22e63121758765745775ed1'],
    [10, '1:10:20230224001754:bb63edf88d2f9c39f23eb4d6f0281158::866', '00305a2bb364ba72074801237bc87fa0fc6a5d25'],
  ])('counts the zero bits of a recorded solution of %i bits', (bits, token, digest) => {
    expect(createHash('sha1').update(token).digest('hex')).toBe(digest)
    expect(leadingZeroBits(token)).toBeGreaterThanOrEqual(bits)
  })

  it('counts exactly', () => {
    // 001c… is 11 zero bits, 000a… 12, 0030… 10.
    expect(leadingZeroBits('1:11:20230223170600:4d74fb15eb23f465f1f6fcbf534e5877::6373')).toBe(11)
    expect(leadingZeroBits('1:12:20230223213732:f8b58554b2f22960fc0dc99aea342276::2381')).toBe(12)
    expect(leadingZeroBits('1:10:20230224001754:bb63edf88d2f9c39f23eb4d6f0281158::866')).toBe(10)
  })
})
