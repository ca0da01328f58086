import { expect, test } from 'vitest'
import { APP, desiredOf, deviceOf, NOW, observedOf, profileOf } from '../../test/fixtures.ts'
import { plan } from './plan.ts'
import { planJson, planLines } from './render.ts'

const NAME = profileOf().name

test('a plan reads as lines that say what happens and why', () => {
  const desired = desiredOf({
    bundleIds: [
      {
        identifier: APP,
        platform: 'ios',
        entitlements: {
          'aps-environment': 'development',
          'com.apple.security.application-groups': ['group.acme'],
          'com.acme.unknown': true,
        },
      },
    ],
    registerDevices: [{ udid: deviceOf(3).udid, name: 'New phone' }],
  })
  const observed = observedOf({ devices: [deviceOf(1), deviceOf(2)] })
  expect(
    planLines(plan(desired, observed, NOW)).map((line) => line.replace(/(?<=\) )[0-9a-z]{8}"/, '********"')),
  ).toEqual([
    `+ register device "${deviceOf(3).udid}" because the team does not have test device "New phone"`,
    '+ switch on "APP_GROUPS of com.acme.app" because the app claims com.apple.security.application-groups',
    `+ create profile "Cordon iOS development - (com.acme.app) ********" because "${NAME}" lacks device ${deviceOf(3).udid}`,
    expect.stringMatching(/^- delete profile "Cordon iOS development - \(com\.acme\.app\) \*{8}" because /),
    'i device slots left before 1 are taken: 100 of each family; slots come back once a membership year',
    '! entitlement "com.acme.unknown" of "com.acme.app" is not known here, so nothing was switched on for it. Check in Xcode whether it needs a capability, and switch that on by hand at Apple if the build does not sign.',
    '? to do by a person for com.acme.app: attach these App Groups: group.acme (https://developer.apple.com/account/resources/identifiers/bundleId/edit/BUNDLE0001)',
  ])
})

test('a plan without changes says so and names what is used', () => {
  expect(planLines(plan(desiredOf(), observedOf(), NOW))).toEqual([
    `= use profile "${NAME}" for com.acme.app, iOS development because it is valid until 2027-06-12 and holds all that is needed`,
    'nothing to change at Apple',
  ])
})

test('a blocked plan shows what stands in the way and whose move it is', () => {
  const lines = planLines(plan(desiredOf({ certificates: [] }), observedOf(), NOW))
  expect(lines).toEqual([
    expect.stringMatching(/^x no valid development certificate: none is at hand\. Give a \.p12 file/),
  ])
})

test('the document of a plan holds no profile file and survives JSON', () => {
  const document = planJson(plan(desiredOf(), observedOf(), NOW))
  expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  expect(document.reuse).toEqual([
    expect.objectContaining({ identifier: APP, profile: NAME, expiresAt: '2027-06-12T00:00:00.000Z' }),
  ])
  expect(JSON.stringify(document)).not.toContain('content')
})
