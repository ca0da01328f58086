import { createHash, pbkdf2Sync } from 'node:crypto'
import type { SrpChallenge, SrpProtocol } from '../src/apple-id/srp.ts'

/** RFC 5054, 2048 bits, as printed there. */
const N = BigInt(
  `0x${`
AC6BDB41 324A9A9B F166DE5E 1389582F AF72B665 1987EE07 FC319294 3DB56050 A37329CB B4A099ED 8193E075 7767A13D D52312AB
4B03310D CD7F48A9 DA04FD50 E8083969 EDB767B0 CF609517 9A163AB3 661A05FB D5FAAAE8 2918A996 2F0B93B8 55F97993 EC975EEA
A80D740A DBF4FF74 7359D041 D5C33EA7 1D281E44 6B14773B CA97B43A 23FB8016 76BD207A 436C6481 F1D2B907 8717461A 5B9D32E6
88F87748 544523B5 24B0D57D 5EA77A27 75D2ECFA 032CFBDB F52FB378 61602790 04E57AE6 AF874E73 03CE5329 9CCC041C 7BC308D8
2A5698F3 A8D0C382 71AE35F8 E9DBFBB6 94B5C803 D89F7AE4 35DE236D 525F5475 9B65E372 FCD68EF2 0FA7111F 9E4AFF73`.replace(
    /\s/g,
    '',
  )}`,
)
const K = BigInt('0x05b9e8ef059c6b32ea59fc1d322d37f04aa30bae5aa9003b8321e21ddb04e300')

/** What Apple's side of an exchange would send, by the formulas of the protocol and nothing of ours. */
export function challengeOf({
  password,
  salt,
  iterations,
  protocol,
  b,
}: {
  password: string
  salt: Uint8Array
  iterations: number
  protocol: SrpProtocol
  b: bigint
}): SrpChallenge & { readonly p: Uint8Array; readonly secretFor: (publicValue: Uint8Array) => Uint8Array } {
  const digest = createHash('sha256').update(password).digest()
  const p = pbkdf2Sync(protocol === 's2k' ? digest : digest.toString('hex'), salt, iterations, 32, 'sha256')
  const inner = createHash('sha256').update(':').update(p).digest()
  const x = BigInt(`0x${createHash('sha256').update(salt).update(inner).digest('hex')}`)
  const verifier = power(2n, x)
  const serverValue = bytesOf((K * verifier + power(2n, b)) % N)
  const secretFor = (publicValue: Uint8Array): Uint8Array => {
    const u = numberOf(createHash('sha256').update(padded(publicValue)).update(padded(serverValue)).digest())
    return bytesOf(power((numberOf(publicValue) * power(verifier, u)) % N, b))
  }
  return { salt, iterations, protocol, serverValue, p, secretFor }
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`)
}

function padded(bytes: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.alloc(256 - bytes.length), bytes])
}

export const PRIME = N

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % N) {
    if (rest & 1n) result = (result * square) % N
  }
  return result
}

export function bytesOf(value: bigint): Uint8Array {
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}
