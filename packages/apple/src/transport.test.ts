import { expect, test } from 'vitest'
import { inTurn, listOf, refusal, rig } from '../test/scripted-apple.ts'

const device = {
  type: 'devices',
  id: 'D1',
  attributes: { name: 'Ada', udid: '00008030-001A2B3C4D5E802E', platform: 'IOS' },
}
const NEW_DEVICE = { name: 'Ada', udid: '00008030-001a2b3c4d5e802e', platform: 'IOS' }

test('a read is repeated after a dropped connection, and waits longer each time', async () => {
  const { client, apple, time } = await rig(inTurn('drop', 'cut', listOf([device])))
  expect((await client.devices.list()).items).toMatchObject([{ id: 'D1', name: 'Ada' }])
  expect(apple.received).toHaveLength(3)
  expect(time.slept).toEqual([1_000, 2_000])
})

test('a write answered 504 although done is found, not repeated', async () => {
  const { client, apple } = await rig((request) =>
    request.method === 'POST' ? { status: 504, text: '<html>' } : listOf([device]),
  )
  expect(await client.devices.create(NEW_DEVICE)).toMatchObject({ id: 'D1' })
  expect(apple.received.map(({ method }) => method)).toEqual(['POST', 'GET'])
})

test('a certificate of 409 keeps what Apple said', async () => {
  const { client } = await rig(() =>
    refusal(409, 'ENTITY_ERROR', "A device with number 'X' already exists on this team."),
  )
  await expect(client.devices.create(NEW_DEVICE)).rejects.toMatchObject({ code: 'apple.device_exists' })
})
