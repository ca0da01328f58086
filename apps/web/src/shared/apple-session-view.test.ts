import type { AppleSession } from '@cordon/api/connections/schema'
import { describe, expect, it } from 'vitest'
import type { Sentence } from '../ui/time.tsx'
import { viewSession } from './apple-session-view.ts'

const UNTIL = '2026-12-27T10:00:00.000Z'

function wordsOf(sentence: Sentence): string {
  return sentence.map((part) => (typeof part === 'string' ? part : part.at)).join('')
}

describe('a sign-in to Apple in words', () => {
  it('names the date and the days that are left', () => {
    const view = viewSession({ state: 'valid', until: UNTIL, daysLeft: 30 })
    expect(view.sentence).toEqual(['Valid until ', { at: UNTIL }, ' · 30 days left.'])
    expect(view.left).toEqual({ days: 30 })
  })

  it.each([
    [7, 'Expires in 7 days'],
    [1, 'Expires in 1 day'],
    [0, 'Expires today'],
  ])('warns with %i days left', (daysLeft, badge) => {
    expect(viewSession({ state: 'expiring', until: UNTIL, daysLeft })).toMatchObject({ badge, tone: 'warning' })
  })

  it('promises no date without two-factor authentication', () => {
    const view = viewSession({ state: 'valid_without_expiry' })
    expect(wordsOf(view.sentence)).toContain('does not expire by date')
    expect(view.left).toBeUndefined()
  })

  const since = UNTIL
  const url = 'https://iforgot.apple.com'
  const broken: AppleSession[] = [
    { state: 'expired', since, early: false },
    { state: 'expired', since, early: true },
    { state: 'password_refused', since },
    { state: 'locked', since, url },
    { state: 'action_needed', since, what: 'Apple asks to accept new terms.', url },
  ]
  it.each(broken)('says that builds get nothing when it is $state, and what to do', (session) => {
    const view = viewSession(session)
    expect(view.isBroken).toBe(true)
    expect(wordsOf(view.advice)).toMatch(/sign in again/i)
    expect(view.page?.url).toBe('url' in session ? url : undefined)
  })

  it('tells an end before its time from one by date', () => {
    const early = wordsOf(viewSession({ state: 'expired', since, early: true }).sentence)
    const byDate = wordsOf(viewSession({ state: 'expired', since, early: false }).sentence)
    expect(early).toContain('before its time')
    expect(byDate).not.toContain('before its time')
  })
})
