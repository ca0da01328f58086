import { type AppAuthorisation, appAuthorisation } from '@cordon/api/authorisations/schema'
import { describe, expect, it } from 'vitest'
import { choicesOf } from './choices.ts'

const ID = '0123456789abcdefghjkmnpq'
const owner = { id: `usr_${ID}`, name: 'Dana', email: 'dana@orchard.example' }
const UNTIL = '2026-12-27T10:00:00.000Z'

function option(name: string, change: { note?: string; selectable?: boolean; session?: unknown } = {}) {
  const { note = '', selectable = true, session = null } = change
  const kind = session === null ? 'team' : 'apple_id'
  return { connection: { id: `conn_${ID}`, name, owner, kind, identifier: name, session }, selectable, note }
}

function offered(type: string, options: readonly unknown[]): AppAuthorisation {
  return appAuthorisation.parse({ type, current: null, options, changeable: true })
}

describe('the entries of the select', () => {
  it('begin with what is in order; what Apple has rejected is marked, what cannot be chosen comes last', () => {
    const choices = choicesOf(
      offered('app_store_connect_api_key', [
        option('withheld', { selectable: false, note: 'Only Robin may choose it.' }),
        option('rejected', { note: 'Apple rejected it when it was last tried.' }),
        option('good'),
      ]),
    )
    expect(choices.map(({ label, disabled }) => [label, disabled])).toEqual([
      ['Connection not set', false],
      ['good', false],
      ['rejected', false],
      ['withheld', true],
    ])
    expect(choices.map(({ warning }) => warning)).toEqual([
      '',
      '',
      'Apple rejected it when it was last tried.',
      'Only Robin may choose it.',
    ])
  })

  it('mark a session that ends soon', () => {
    const choices = choicesOf(
      offered('apple_id', [
        option('soon', { session: { state: 'expiring', until: UNTIL, daysLeft: 3 } }),
        option('fine', { session: { state: 'valid', until: UNTIL, daysLeft: 29 } }),
      ]),
    )
    expect(choices.map(({ label, warning }) => [label, warning])).toEqual([
      ['Connection not set', ''],
      ['fine', ''],
      ['soon', 'Expires in 3 days.'],
    ])
  })
})
