import { createHash } from 'node:crypto'
import { instant } from '@cordon/core/instant'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareVersions, highestOf } from './build-numbers.ts'
import { compositeOf, inOrder, tagFits } from './parts.ts'
import { createPaceMeter, inTime, inUnits, progressLine } from './progress.ts'

const part = (offset: number, length: number) => ({
  ...{ method: 'PUT', url: 'https://storage.test', offset, length, headers: [] },
  ...{ expiresAt: undefined, entityTag: undefined },
})

describe('parts', () => {
  test('are put into the order of the file, whatever order Apple lists them in', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(sizes, fc.infiniteStream(fc.nat()), (lengths, order) => {
        let at = 0
        const parts = lengths.map((length) => {
          at += length
          return part(at - length, length)
        })
        const keys = new Map(parts.map((one) => [one, order.next().value ?? 0]))
        const shuffled = parts.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0))
        expect(inOrder(shuffled, at)).toEqual(parts)
      }),
    )
  })

  test.each([
    ['a hole', [part(0, 5), part(6, 4)]],
    ['an overlap', [part(0, 5), part(4, 6)]],
    ['too little', [part(0, 5)]],
    ['too much', [part(0, 5), part(5, 6)]],
    ['an empty part', [part(0, 0), part(0, 10)]],
    ['no part', []],
  ])('that do not make up the file are refused: %s', (_, parts) => {
    expect(() => inOrder(parts, 10)).toThrow(expect.objectContaining({ code: 'delivery.operations_unusable' }))
  })
})

describe('digests', () => {
  const md5 = createHash('md5').update('part').digest()

  test.each([
    [`"${md5.toString('hex').toUpperCase()}"`, true],
    [md5.toString('hex'), true],
    ['0'.repeat(32), false],
    ['6448ec67ed4621e101cd3db9ecf5ba7a-4', undefined],
    [undefined, undefined],
  ])('an entity tag %s', (tag, fits) => {
    expect(tagFits(tag, md5)).toBe(fits)
  })

  test('the composite checksum is of the digests of the parts, with their number and size', () => {
    expect(compositeOf([md5], 758_522)).toBe(`${createHash('md5').update(md5).digest('hex')}-1-758522`)
    const both = createHash('md5')
      .update(Buffer.concat([md5, md5]))
      .digest('hex')
    expect(compositeOf([md5, md5], 5_242_880)).toBe(`${both}-2-5242880`)
  })
})

test.each([
  ['1.9', '1.10', -1],
  ['7', '7.0.0', 0],
  ['2', '1.99', 1],
])('%s and %s are compared by their numbers', (one, other, sign) => {
  expect(Math.sign(compareVersions(one, other))).toBe(sign)
})

test('the highest number is not the last in the alphabet', () => {
  expect(highestOf(['9', '10', '1.5b', '9.9'])).toBe('10')
  expect(highestOf([])).toBeUndefined()
})

describe('progress', () => {
  test('speed and time left are those of the last seconds', () => {
    let now = 0
    const pace = createPaceMeter({ now: () => instant(now) })
    expect(pace(0, 100_000_000)).toEqual({ bytesPerSecond: undefined, remainingSeconds: undefined })
    for (let second = 1; second <= 40; second += 1) {
      now = second * 1_000
      pace(second * 1_000_000, 100_000_000)
    }
    now = 50_000
    expect(pace(60_000_000, 100_000_000).bytesPerSecond).toBeGreaterThan(1_200_000)
    now = 120_000
    expect(pace(60_000_000, 100_000_000).bytesPerSecond).toBeLessThan(1_000)
  })

  test.each([
    [0, '[------------------------]    0 %  0 bytes of 4.29 GB'],
    [2_147_483_648, '[############------------]   50 %  2.15 GB of 4.29 GB  38.2 MB/s  57 s left'],
    [4_294_967_296, '[########################]  100 %  4.29 GB of 4.29 GB  38.2 MB/s'],
  ])('%d bytes', (bytes, line) => {
    const rate = bytes === 0 ? undefined : 38_200_000
    const left = rate === undefined ? undefined : Math.ceil((4_294_967_296 - bytes) / rate)
    expect(progressLine(bytes, 4_294_967_296, { bytesPerSecond: rate, remainingSeconds: left })).toBe(line)
  })

  test('units and times as people say them', () => {
    expect([inUnits(999), inUnits(1_000), inUnits(12_345_678)]).toEqual(['999 bytes', '1 kB', '12.3 MB'])
    expect([inTime(5), inTime(65), inTime(3_725)]).toEqual(['5 s', '1 min 5 s', '1 h 2 min'])
  })
})
