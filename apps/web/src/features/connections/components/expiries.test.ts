import type { AppleSession, Connection } from '@cordon/api/connections/schema'
import { describe, expect, it } from 'vitest'
import { expiriesOf } from './expiries.ts'

const AT = '2026-12-12T10:00:00.000Z'

function connectionOf(name: string, session: AppleSession | null): Connection {
  return { id: `conn_${name}`, name, session } as unknown as Connection
}

const KEY = connectionOf('key', null)
const HALF = connectionOf('half', { state: 'valid', until: AT, daysLeft: 15 })
const SOON = connectionOf('soon', { state: 'expiring', until: AT, daysLeft: 3 })
const LOCKED = connectionOf('locked', { state: 'locked', since: AT, url: 'https://iforgot.apple.com' })
const ENDLESS = connectionOf('endless', { state: 'valid_without_expiry' })

describe('what ends, and when', () => {
  it('begins with what has ended and goes on with what ends next; keys are not in it', () => {
    const names = expiriesOf([KEY, ENDLESS, HALF, LOCKED, SOON]).map(({ name }) => name)
    expect(names).toEqual(['locked', 'soon', 'half', 'endless'])
  })

  it('is drawn as shares of the 30 days for which Apple trusts a server', () => {
    expect(expiriesOf([HALF, LOCKED, ENDLESS])).toMatchObject([
      { share: 0, until: undefined, words: 'Locked by Apple', tone: 'danger' },
      { share: 0.5, until: AT, words: '15 days' },
      { share: undefined, until: undefined, words: 'No date' },
    ])
  })

  it('never goes over the edge', () => {
    const long = connectionOf('long', { state: 'valid', until: AT, daysLeft: 45 })
    expect(expiriesOf([long, HALF]).map(({ share }) => share)).toEqual([0.5, 1])
  })

  it('is left out where the one card says it all', () => {
    expect(expiriesOf([KEY, HALF])).toEqual([])
  })
})
