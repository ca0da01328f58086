import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { type Portal, startPortal } from './portal-browser.ts'
import { addAppId, refusal, tryOut } from './portal-legacy.ts'

let simulator: Simulator
let portal: Portal

beforeAll(async () => {
  ;({ simulator, portal } = await startPortal({ settings: { hourlyLimit: null } }))
})
afterAll(() => simulator.close())

async function detail(appIdId: string) {
  return tryOut(await portal.legacy('ios/identifiers/getAppIdDetail.action', { appIdId })).appId
}

describe('App IDs', () => {
  it('are added with services, listed in pages, renamed and deleted', async () => {
    const services = {
      inAppPurchase: 'on',
      gameCenter: 'on',
      push: 'true',
      dataProtection: 'unlessopen',
      homeKit: 'false',
    }
    const appIdId = await addAppId(portal, 'com.acme.legacy', services)
    await addAppId(portal, 'com.acme.legacy.second')
    const paging = { pageNumber: '1', pageSize: '1', sort: 'name=asc' }
    const first = tryOut(await portal.legacy('ios/identifiers/listAppIds.action', paging))
    expect(first.totalRecords).toBe(2)
    expect(first.appIds).toHaveLength(1)
    expect(first.appIds[0]).toMatchObject({
      appIdId,
      identifier: 'com.acme.legacy',
      prefix: 'ACMETEAM01',
      appIdPlatform: 'ios',
      isWildCard: false,
      isProdPushEnabled: true,
      features: { push: true, inAppPurchase: true, gameCenter: true, homeKit: false, dataProtection: 'unlessopen' },
    })
    expect(first.appIds[0].enabledFeatures).toContain('push')
    const renamed = await portal.legacy('ios/identifiers/updateAppIdName.action', { appIdId, name: 'Better' })
    expect(renamed.body.appId.name).toBe('Better')
    tryOut(await portal.legacy('ios/identifiers/deleteAppId.action', { appIdId }))
    expect(refusal(await portal.legacy('ios/identifiers/getAppIdDetail.action', { appIdId }))).toEqual([
      200,
      35,
      'appIdId',
    ])
  })

  it('are the bundle IDs of the JSON:API', async () => {
    const appIdId = await addAppId(portal, 'com.acme.same')
    expect((await portal.get(`bundleIds/${appIdId}`)).data.attributes.identifier).toBe('com.acme.same')
  })

  it.each([
    ['a name in use', { identifier: 'com.acme.once', name: 'Twice' }, 'identifier'],
    ['a wildcard as explicit', { identifier: 'com.acme.*', name: 'Wild' }, 'identifier'],
    ['a bad name', { identifier: 'com.acme.name', name: 'a_b' }, 'name'],
    ['a level that is none', { identifier: 'com.acme.level', name: 'Level', dataProtection: 'soft' }, 'featureValue'],
  ])('refuse %s with 35', async (_what, wish, key) => {
    await portal.legacy('ios/identifiers/addAppId.action', {
      identifier: 'com.acme.once',
      name: 'Once',
      type: 'explicit',
    })
    const answer = await portal.legacy('ios/identifiers/addAppId.action', { type: 'explicit', ...wish })
    expect(refusal(answer)).toEqual([200, 35, key])
    const { appIds } = (await portal.legacy('ios/identifiers/listAppIds.action')).body
    expect(appIds.map((one: { name: string }) => one.name)).not.toContain(wish.name)
  })

  it('change services, push by its own action, CloudKit and data protection by value', async () => {
    const displayId = await addAppId(portal, 'com.acme.services')
    const set = async (featureType: string, featureValue: string, action = 'updateService') =>
      await portal.legacy(`ios/identifiers/${action}.action`, { displayId, featureType, featureValue })
    for (const [service, value, action] of [
      ['APG3427HIY', 'true'],
      ['dataProtection', 'complete'],
      ['iCloud', 'true'],
      ['cloudKitVersion', '1'],
      ['push', 'true', 'updatePushService'],
    ] as const) {
      tryOut(await set(service, value, action))
    }
    expect((await detail(displayId)).features).toMatchObject({
      APG3427HIY: true,
      dataProtection: 'complete',
      iCloud: true,
      cloudKitVersion: 1,
      push: true,
    })
    tryOut(await set('cloudKitVersion', '2'))
    tryOut(await set('dataProtection', ''))
    tryOut(await set('APG3427HIY', 'false'))
    expect((await detail(displayId)).features).toMatchObject({
      APG3427HIY: false,
      dataProtection: '',
      cloudKitVersion: 2,
    })
    const { list } = await portal.get(`bundleIds/${displayId}/bundleIdCapabilities`)
    expect(list.map(({ attributes }) => attributes.capabilityType)).toEqual([
      'IN_APP_PURCHASE',
      'ICLOUD',
      'PUSH_NOTIFICATIONS',
    ])
    expect(refusal(await set('NOSERVICE1', 'true'))).toEqual([200, 35, 'featureType'])
  })

  it('on the Mac have their own list', async () => {
    const wish = { name: 'Mac', identifier: 'com.acme.maconly', type: 'explicit' }
    tryOut(await portal.legacy('mac/identifiers/addAppId.action', wish))
    const names = async (slug: string) =>
      (await portal.legacy(`${slug}/identifiers/listAppIds.action`)).body.appIds.map(
        (one: { name: string }) => one.name,
      )
    expect(await names('mac')).toContain('Mac')
    expect(await names('ios')).not.toContain('Mac')
  })
})

const ASSIGNED = [
  ['app groups', 'ios/identifiers', 'ApplicationGroup', 'applicationGroup', 'applicationGroupList', 'group.'],
  ['iCloud containers', 'cloudContainer', 'CloudContainer', 'cloudContainer', 'cloudContainerList', 'iCloud.'],
  ['merchants', 'ios/identifiers', 'OMC', 'omcId', 'identifierList', 'merchant.'],
] as const
const ALONE = [
  ['pass types', 'ios/identifiers', 'PassTypeId', 'passTypeId', 'passTypeIdList', 'pass.'],
  ['websites', 'ios/identifiers', 'WebsitePushId', 'websitePushId', 'websitePushIdList', 'web.'],
] as const

async function addIdentifier(folder: string, word: string, key: string, identifier: string): Promise<string> {
  return tryOut(await portal.legacy(`${folder}/add${word}.action`, { name: 'Shared', identifier }))[key][key]
}

describe.each([...ASSIGNED, ...ALONE])('%s', (_what, folder, word, key, listKey, prefix) => {
  it('are added, listed, refused twice, and deleted', async () => {
    const identifier = `${prefix}com.acme.legacy`
    const id = await addIdentifier(folder, word, key, identifier)
    const listed = tryOut(await portal.legacy(`${folder}/list${word}s.action`, { pageNumber: '1', pageSize: '500' }))
    expect(listed[listKey]).toEqual([
      expect.objectContaining({ [key]: id, identifier, prefix: 'ACMETEAM01', status: 'current' }),
    ])
    const twice = await portal.legacy(`${folder}/add${word}.action`, { name: 'Twice', identifier })
    expect(refusal(twice)).toEqual([200, 35, 'identifier'])
    tryOut(await portal.legacy(`${folder}/delete${word}.action`, { [key]: id }))
    expect(refusal(await portal.legacy(`${folder}/delete${word}.action`, { [key]: id }))).toEqual([200, 35, key])
  })
})

describe.each(ASSIGNED)('%s of an App ID', (_what, folder, word, key, _listKey, prefix) => {
  const [parameter, associated] = {
    applicationGroup: ['applicationGroups', 'associatedApplicationGroups'] as const,
    cloudContainer: ['cloudContainers', 'associatedCloudContainers'] as const,
    omcId: ['omcIds', 'associatedIdentifiers'] as const,
  }[key]

  it.each(['repeated', 'brackets', 'commas'] as const)('are assigned by %s keys', async (encoding) => {
    const ids = []
    for (const end of ['a', 'b']) ids.push(await addIdentifier(folder, word, key, `${prefix}${encoding}.${end}`))
    const appIdId = await addAppId(portal, `com.acme.${parameter}.${encoding}`)
    const assign = (wanted: string | string[]) =>
      portal.legacy(
        `ios/identifiers/assign${word}ToAppId.action`,
        { appIdId, displayId: appIdId, [parameter]: wanted },
        encoding,
      )
    tryOut(await assign(ids))
    expect((await detail(appIdId))[associated].map((one: Record<string, string>) => one[key])).toEqual(ids)
    tryOut(await assign([]))
    expect((await detail(appIdId))[associated]).toEqual([])
    const wrong = await assign('NOPE')
    expect([wrong.status, wrong.resultCode]).toEqual([200, 35])
  })
})
