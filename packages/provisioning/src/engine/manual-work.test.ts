import { expect, test } from 'vitest'
import { manualWork } from './manual-work.ts'

const GROUPS = 'com.apple.security.application-groups'
const bundleId = { id: 'BUNDLE0001' }

test('groups that no API can attach are a to-do that names them and the page', () => {
  const todos = manualWork('com.acme.app', { [GROUPS]: ['group.a', 'group.b'] }, { bundleId, profileEntitlements: {} })
  expect(todos).toEqual([
    {
      identifier: 'com.acme.app',
      entitlement: GROUPS,
      text: 'attach these App Groups: group.a, group.b',
      values: ['group.a', 'group.b'],
      page: 'https://developer.apple.com/account/resources/identifiers/bundleId/edit/BUNDLE0001',
    },
  ])
})

test('what a profile shows to be attached is not asked for again', () => {
  const profileEntitlements = { [GROUPS]: ['group.a', 'group.b'] }
  const todos = manualWork('com.acme.app', { [GROUPS]: ['group.b', 'group.c'] }, { bundleId, profileEntitlements })
  expect(todos.map(({ values }) => values)).toEqual([['group.c']])
})

test('an entitlement that Apple grants is a to-do until a profile carries it', () => {
  const entitlements = { 'com.apple.developer.carplay-audio': true }
  const [todo] = manualWork('com.acme.app', entitlements, { bundleId, profileEntitlements: {} })
  expect(todo).toMatchObject({ text: expect.stringContaining('ask Apple'), page: expect.stringContaining('contact') })
  expect(manualWork('com.acme.app', entitlements, { bundleId, profileEntitlements: entitlements })).toEqual([])
})

test('a new bundle ID is set up from the list', () => {
  const entitlements = { 'com.apple.developer.weatherkit': true }
  const [todo] = manualWork('com.acme.app', entitlements, { bundleId: undefined, profileEntitlements: {} })
  expect(todo).toMatchObject({ text: 'switch on WeatherKit', page: expect.stringMatching(/identifiers\/list$/) })
})
