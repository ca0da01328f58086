import type { AuthorisationTest } from '@cordon/api/authorisations/schema'
import { describe, expect, it } from 'vitest'
import { nextMove } from './next-move.ts'

type Check = AuthorisationTest['checks'][number]

function failed(name: Check['name']): Check {
  return { name, title: name, result: 'failed', explanation: '' }
}

type Tested = Parameters<typeof nextMove>[1]

const HEALTHY: Tested = { state: 'healthy', checks: [], session: null }

describe('whose move it is after a test', () => {
  it('is nobody’s when all is in order', () => {
    expect(nextMove('app_store_connect_api_key', HEALTHY)).toBeUndefined()
    expect(nextMove('apple_id', HEALTHY)).toBeUndefined()
  })

  it.each([
    ['app_store_connect_api_key', 'rejected', 'owner', /Replace key/],
    ['app_store_connect_api_key', 'agreement_needed', 'holder', /Business/],
    ['app_store_connect_api_key', 'unreachable', 'nobody', /again in a few minutes/],
    ['apple_id', 'rejected', 'owner', /present password/],
    ['apple_id', 'expired', 'owner', /sign in/],
    ['apple_id', 'locked', 'owner', /iforgot\.apple\.com/],
    ['apple_id', 'action_needed', 'owner', /its page/],
    ['apple_id', 'unreachable', 'nobody', /again in a few minutes/],
  ] as const)('of an %s that is %s is of the %s', (type, state, whose, what) => {
    const move = nextMove(type, { ...HEALTHY, state })
    expect(move?.whose).toBe(whose)
    expect(move?.what).toMatch(what)
  })

  it('is the owner’s when the role of an accepted key does not suffice', () => {
    const move = nextMove('app_store_connect_api_key', { ...HEALTHY, checks: [failed('role')] })
    expect(move).toMatchObject({ whose: 'owner', what: expect.stringContaining('role Admin') })
  })

  it('is the Account Holder’s when Apple takes the password of an Apple ID that is in no team', () => {
    const tested: Omit<Tested, 'session'> = { state: 'rejected', checks: [failed('teams')] }
    const session = { state: 'valid', until: '2026-12-27T10:00:00.000Z', daysLeft: 30 } as const
    expect(nextMove('apple_id', { ...tested, session })?.whose).toBe('holder')
    const refused = { state: 'password_refused', since: '2026-11-27T10:00:00.000Z' } as const
    expect(nextMove('apple_id', { ...tested, session: refused })?.whose).toBe('owner')
  })
})
