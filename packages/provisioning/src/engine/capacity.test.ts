import { expect, test } from 'vitest'
import {
  atAppleOf,
  DEVELOPMENT,
  DISTRIBUTION,
  daysFromNow,
  desiredOf,
  deviceOf,
  NOW,
  observedOf,
} from '../../test/fixtures.ts'
import { capacityLines, capacityOf } from './capacity.ts'
import { plan } from './plan.ts'

const devices = [
  deviceOf(1, { slotFamily: 'iPhone' }),
  deviceOf(2, { slotFamily: 'iPhone', status: 'disabled' }),
  deviceOf(3, { slotFamily: 'Apple TV', family: 'tvos' }),
]

// Complaint: "device slots wasted".
test('slots are counted per family, and disabled devices keep theirs', () => {
  expect(capacityOf(observedOf({ devices }), NOW).devices).toEqual([
    { family: 'Apple TV', used: 1, left: 99 },
    { family: 'iPhone', used: 2, left: 98 },
  ])
})

test('expired certificates hold no slot', () => {
  const expired = { ...atAppleOf(DISTRIBUTION), id: 'OLD', expiresAt: daysFromNow(-1) }
  const { certificates } = capacityOf(observedOf({ certificates: [atAppleOf(DEVELOPMENT), expired] }), NOW)
  expect(certificates).toEqual([
    { kind: 'development', used: 1, usualLimit: 10, left: 9 },
    { kind: 'distribution', used: 0, usualLimit: 3, left: 3 },
    { kind: 'developer-id', used: 0, usualLimit: 5, left: 5 },
  ])
})

test('a plan that takes slots says how many are left; one that takes none does not', () => {
  const registering = desiredOf({ registerDevices: [{ udid: deviceOf(9).udid, name: 'New' }] })
  const taking = plan(registering, observedOf({ devices }), NOW)
  expect(capacityLines(taking.capacity, taking.actions)).toEqual([
    'device slots left before 1 are taken: 99 for Apple TV, 98 for iPhone; slots come back once a membership year',
  ])
  const without = desiredOf({ certificates: [], createMissingCertificates: ['development'] })
  const creating = plan(without, observedOf(), NOW)
  expect(capacityLines(creating.capacity, creating.actions)).toEqual([
    'the team holds 1 development certificates; Apple usually allows 10',
  ])
  const idle = plan(desiredOf(), observedOf(), NOW)
  expect(capacityLines(idle.capacity, idle.actions)).toEqual([])
})
