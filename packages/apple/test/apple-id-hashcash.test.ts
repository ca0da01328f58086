import { createHash } from 'node:crypto'
import { instant } from '@cordon/core/instant'
import { expect, test } from 'vitest'
import { readChallenge, solveHashcash } from '../src/apple-id/hashcash.ts'

// Tokens that Apple took, from fastlane/fastlane pull request 21073.
test.each([
  [11, '2023-02-23T17:06:00Z', '4d74fb15eb23f465f1f6fcbf534e5877', 6373, '001cc13831c63ca2e739dbcf47bdd4597535265f'],
  [12, '2023-02-23T21:37:32Z', 'f8b58554b2f22960fc0dc99aea342276', 2381, '000ae134197b0414d22e63121758765745775ed1'],
  [10, '2023-02-24T00:17:54Z', 'bb63edf88d2f9c39f23eb4d6f0281158', 866, '00305a2bb364ba72074801237bc87fa0fc6a5d25'],
])('%i bits at %s are solved by the known counter', async (bits, at, challenge, counter, digest) => {
  const token = await solveHashcash({ bits, challenge }, instant(Date.parse(at)))
  const date = at.replace(/\D/g, '')
  expect(token).toBe(`1:${bits}:${date}:${challenge}::${counter}`)
  expect(createHash('sha1').update(token).digest('hex')).toBe(digest)
})

test.each([
  ['as Apple sends it', { 'x-apple-hc-bits': '11', 'x-apple-hc-challenge': 'abcd' }, { bits: 11, challenge: 'abcd' }],
  ['absent', {}, undefined],
  ['at the limit', { 'x-apple-hc-bits': '24', 'x-apple-hc-challenge': 'abcd' }, { bits: 24, challenge: 'abcd' }],
  ['too hard', { 'x-apple-hc-bits': '25', 'x-apple-hc-challenge': 'abcd' }, 'unreadable'],
  ['without bits', { 'x-apple-hc-challenge': 'abcd' }, 'unreadable'],
  ['without a challenge', { 'x-apple-hc-bits': '11' }, 'unreadable'],
  ['not a number', { 'x-apple-hc-bits': '1e1', 'x-apple-hc-challenge': 'abcd' }, 'unreadable'],
  ['a challenge that would cut the token', { 'x-apple-hc-bits': '11', 'x-apple-hc-challenge': 'a:b' }, 'unreadable'],
])('a challenge %s', (_name, headers, read) => {
  expect(readChallenge(new Headers(headers as Record<string, string>))).toEqual(read)
})
