import { waitingSignIn } from '@cordon/api/apple-sign-ins/schema'
import { expect, it } from 'vitest'
import { newestOfEach } from './newest-of-each.ts'

function waiting(number: number, accountName: string) {
  const times = { startedAt: `2026-11-28T10:0${number}:00.000Z`, expiresAt: `2026-11-28T10:1${number}:00.000Z` }
  const id = `sgn_${String(number).repeat(24)}`
  return waitingSignIn.parse({ id, accountName, name: 'CI account', connectionId: null, ...times })
}

it('of several sign-ins to one Apple ID the newest is gone on with', () => {
  const [newest, other, older] = [waiting(3, 'ci@x.example'), waiting(2, 'qa@x.example'), waiting(1, 'ci@x.example')]
  expect(newestOfEach([newest, other, older])).toEqual([newest, other])
})
