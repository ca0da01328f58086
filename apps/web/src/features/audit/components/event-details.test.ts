import { describe, expect, it } from 'vitest'
import { detailsOf } from './event-details.ts'

describe('the details of an event', () => {
  it('name the program that asked, and say that it is its own word', () => {
    const [detail] = detailsOf({ userAgent: 'fastlane/2.230.0' })
    expect(detail).toMatchObject({ text: 'fastlane/2.230.0', name: expect.stringContaining('by its own word') })
  })

  it('tell points in time from other texts', () => {
    const at = '2026-12-27T10:00:00.000Z'
    expect(detailsOf({ expiresAt: at, version: '2026', devices: 3 })).toEqual([
      { name: 'expiresAt', text: at, at },
      { name: 'version', text: '2026' },
      { name: 'devices', text: '3' },
    ])
  })

  it('leave out what a step did, which stands below the event', () => {
    expect(detailsOf({ actions: [], step: 'deploy' })).toEqual([{ name: 'step', text: 'deploy' }])
  })
})
