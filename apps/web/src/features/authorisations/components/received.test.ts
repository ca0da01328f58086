import type { AppleSession } from '@cordon/api/connections/schema'
import type { ConnectionId, UserId } from '@cordon/core/ids'
import { describe, expect, it } from 'vitest'
import type { Authorised } from './current.tsx'
import { receivedOf } from './received.ts'

const AT = '2026-11-27T10:00:00.000Z'
const owner = { id: 'usr_a' as UserId, name: 'Dana', email: 'dana@orchard.example' }

function chosen(change: Partial<Authorised['connection']>, state: Authorised['state'] = 'active'): Authorised {
  const connection = {
    id: 'conn_a' as ConnectionId,
    name: 'A',
    owner,
    kind: 'team',
    identifier: 'K',
    session: null,
  } as const
  return {
    id: 'auth_a' as Authorised['id'],
    connection: { ...connection, ...change },
    state,
    suspendedReason: null,
    suspendedAt: null,
    authorisedBy: owner,
    authorisedAt: AT,
  }
}

function secretsOf(...given: Parameters<typeof receivedOf>): string[] {
  const received = receivedOf(...given)
  return received.kind === 'nothing' ? [] : received.things.filter(({ isSecret }) => isSecret).map(({ name }) => name)
}

const appleId = (session: AppleSession) =>
  ({ type: 'apple_id', current: chosen({ kind: 'apple_id', session }) }) as const

describe('what builds receive', () => {
  it('of a key is the private key, and of an Apple ID both passwords and the session', () => {
    expect(secretsOf({ type: 'app_store_connect_api_key', current: chosen({}) })).toEqual(['private key (.p8)'])
    expect(secretsOf(appleId({ state: 'valid', until: AT, daysLeft: 3 }))).toEqual([
      'password of the Apple ID',
      'app-specific password, if one is stored',
      'cookies of the session at Apple',
    ])
  })

  it('is all of it when the session has only ended, as the build protocol wants it', () => {
    const ended = appleId({ state: 'expired', since: AT, early: false })
    expect(secretsOf(ended)).toHaveLength(3)
    expect(receivedOf(ended)).toMatchObject({ note: expect.stringContaining('has ended') })
  })

  it.each([
    { state: 'password_refused', since: AT },
    { state: 'locked', since: AT, url: 'https://iforgot.apple.com' },
    { state: 'action_needed', since: AT, what: 'New terms.', url: 'https://appleid.apple.com' },
  ] as const)('is nothing of an Apple ID that is $state', (session) => {
    expect(receivedOf(appleId(session)).kind).toBe('nothing')
  })

  it('is nothing without a choice, of a suspended one, and of an individual key', () => {
    const type = 'app_store_connect_api_key'
    expect(receivedOf({ type, current: null }).kind).toBe('nothing')
    expect(receivedOf({ type, current: chosen({}, 'suspended') }).kind).toBe('nothing')
    expect(receivedOf({ type, current: chosen({ kind: 'individual' }) }).kind).toBe('nothing')
  })
})
