import { DAY_MS, plusMs } from '@cordon/core/instant'
import { expect, test } from 'vitest'
import { atAppleOf, DEVELOPMENT, desiredOf, deviceOf, NOW } from '../../test/fixtures.ts'
import { memoryPortal, memoryTeam } from '../../test/memory-portal.ts'
import { preview, provision } from './provision.ts'

const team = () =>
  memoryTeam(NOW, {
    certificates: [atAppleOf(DEVELOPMENT)],
    devices: [deviceOf(1), deviceOf(2)],
    leavesOut: [deviceOf(2).udid],
  })
const options = (at: () => typeof NOW) => ({ clock: { now: at }, sleep: async () => {} })

// Complaint: 'devices "processing"/"ineligible" 24-72 h'.
test('a device that Apple calls enabled and leaves out causes no new profile in every run, but one a day', async () => {
  const apple = team()
  const run = () =>
    provision(
      desiredOf(),
      memoryPortal(apple),
      options(() => apple.now),
    )
  const first = await run()
  expect(first.warnings.map(({ text }) => text).join()).toContain(deviceOf(2).udid)
  for (let again = 0; again < 3; again += 1) {
    const { plan, profiles, warnings } = await run()
    expect(plan.actions).toEqual([])
    expect(profiles[0]).toMatchObject({ outcome: 'reused', id: first.profiles[0]?.id })
    expect(warnings.map(({ text }) => text).join()).toContain(deviceOf(2).udid)
  }
  apple.now = plusMs(NOW, DAY_MS)
  apple.leavesOut = []
  const { profiles } = await run()
  expect(profiles[0]).toMatchObject({ outcome: 'replaced', udids: [deviceOf(1).udid, deviceOf(2).udid] })
  expect(apple.profiles).toHaveLength(1)
})

test('parallel runs do not take a profile with a device left out for an obstacle', async () => {
  const apple = team()
  const runs = Array.from({ length: 5 }, () =>
    provision(
      desiredOf(),
      memoryPortal(apple),
      options(() => NOW),
    ),
  )
  const results = await Promise.all(runs)
  expect(new Set(results.map(({ profiles }) => profiles[0]?.id)).size).toBe(1)
  expect(apple.calls.filter((call) => call === 'deleteProfile')).toEqual([])
  expect(
    (
      await preview(
        desiredOf(),
        memoryPortal(apple),
        options(() => NOW),
      )
    ).actions,
  ).toEqual([])
})

test('a profile that lacks a device for another reason is replaced at once', async () => {
  const apple = team()
  apple.leavesOut = []
  await provision(
    desiredOf(),
    memoryPortal(apple),
    options(() => NOW),
  )
  apple.devices = [...apple.devices, deviceOf(3)]
  const { plan } = await provision(
    desiredOf(),
    memoryPortal(apple),
    options(() => NOW),
  )
  expect(plan.actions.map(({ kind }) => kind)).toEqual(['create-profile', 'delete-profile'])
})
