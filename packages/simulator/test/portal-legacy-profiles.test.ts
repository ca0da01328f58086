import { parse } from 'plist'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { udid } from './client.ts'
import { type Portal, startPortal } from './portal-browser.ts'
import { addAppId, addCertificate, addDevice, refusal, tryOut } from './portal-legacy.ts'

let simulator: Simulator
let portal: Portal

beforeAll(async () => {
  ;({ simulator, portal } = await startPortal({ settings: { hourlyLimit: null } }))
})
afterAll(() => simulator.close())

describe('profiles', () => {
  let appIdId: string
  let certificateId: string
  let deviceIds: string[]
  beforeAll(async () => {
    appIdId = await addAppId(portal, 'com.acme.profiles')
    certificateId = await addCertificate(portal, '5QPB9NHCEI')
    deviceIds = [await addDevice(portal, 30), await addDevice(portal, 31)]
  })

  const create = (more = {}, encoding: 'repeated' | 'brackets' | 'commas' = 'brackets') =>
    portal.legacy(
      'ios/profile/createProvisioningProfile.action',
      {
        provisioningProfileName: 'Legacy dev',
        appIdId,
        distributionType: 'limited',
        certificateIds: [certificateId],
        deviceIds,
        ...more,
      },
      encoding,
    )

  it('are created, read, listed, regenerated, downloaded and deleted', async () => {
    const made = tryOut(await create()).provisioningProfile
    expect(Buffer.from(made.encodedProfile, 'base64').includes('DOCTYPE plist PUBLIC')).toBe(true)
    const { provisioningProfileId } = made
    const query = { pageNumber: '1', pageSize: '500', includeInactiveProfiles: 'true', onlyCountLists: 'true' }
    const [listed] = tryOut(
      await portal.legacy('ios/profile/listProvisioningProfiles.action', query),
    ).provisioningProfiles
    expect(listed).toMatchObject({
      provisioningProfileId,
      name: 'Legacy dev',
      status: 'Active',
      type: 'iOS Development',
      distributionMethod: 'limited',
      proProPlatform: 'ios',
      proProSubPlatform: null,
      appIdId,
      deviceIds,
      certificateIds: [certificateId],
      deviceCount: 2,
      certificateCount: 1,
      managingApp: null,
    })
    expect(listed).not.toHaveProperty('devices')
    expect(listed.dateExpire).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const one = tryOut(await portal.legacy('ios/profile/getProvisioningProfile.action', { provisioningProfileId }))
    expect(one.provisioningProfile).toMatchObject({
      appId: { identifier: 'com.acme.profiles' },
      devices: [{ deviceNumber: udid(30) }, { deviceNumber: udid(31) }],
      certificates: [{ certificateId }],
    })
    const again = await portal.legacy(
      'ios/profile/regenProvisioningProfile.action',
      {
        provisioningProfileId,
        provisioningProfileName: 'Legacy dev',
        appIdId,
        distributionType: 'limited',
        certificateIds: [certificateId],
        deviceIds: [deviceIds[0] ?? ''],
      },
      'commas',
    )
    const repaired = tryOut(again).provisioningProfile
    expect([repaired.provisioningProfileId, repaired.deviceCount]).toEqual([provisioningProfileId, 1])
    expect(repaired.UUID).not.toBe(made.UUID)
    const { data } = await portal.get(`profiles/${provisioningProfileId}`)
    expect(data.attributes.uuid).toBe(repaired.UUID)
    const file = await portal.download('ios/profile/downloadProfileContent', { provisioningProfileId })
    expect(file.bytes.toString('base64')).toBe(data.attributes.profileContent)
    tryOut(await portal.legacy('ios/profile/deleteProvisioningProfile.action', { provisioningProfileId }))
    const gone = await portal.legacy('ios/profile/getProvisioningProfile.action', { provisioningProfileId })
    expect(refusal(gone)).toEqual([200, 35, 'provisioningProfileId'])
  })

  it.each(['repeated', 'brackets', 'commas'] as const)('take lists as %s keys', async (encoding) => {
    const made = tryOut(await create({ provisioningProfileName: `By ${encoding}` }, encoding)).provisioningProfile
    expect(made.deviceIds).toEqual(deviceIds)
  })

  it.each([
    ['limited', '', 'IOS_APP_DEVELOPMENT', '5QPB9NHCEI'],
    ['store', '', 'IOS_APP_STORE', 'R58UK2EWSO'],
    ['adhoc', '', 'IOS_APP_ADHOC', 'R58UK2EWSO'],
    ['store', 'tvOS', 'TVOS_APP_STORE', 'R58UK2EWSO'],
  ])('of the kind %s %s are %s', async (distributionType, subPlatform, profileType, type) => {
    const name = `${distributionType} ${subPlatform}`.trim()
    const certificate = await addCertificate(portal, type)
    const devices = distributionType === 'store' ? [] : deviceIds
    const more = {
      provisioningProfileName: name,
      distributionType,
      subPlatform,
      certificateIds: [certificate],
      deviceIds: devices,
    }
    const made = tryOut(await create(more)).provisioningProfile
    expect((await portal.get(`profiles/${made.provisioningProfileId}`)).data.attributes.profileType).toBe(profileType)
    expect([made.distributionMethod, made.proProSubPlatform ?? '']).toEqual([distributionType, subPlatform])
    tryOut(await portal.legacy('ios/certificate/revokeCertificate.action', { certificateId: certificate, type }))
  })

  it('become invalid, are then listed on request only, and can not be downloaded', async () => {
    const id = await addAppId(portal, 'com.acme.invalid')
    const made = tryOut(await create({ provisioningProfileName: 'Invalid soon', appIdId: id })).provisioningProfile
    const push = { displayId: id, featureType: 'push', featureValue: 'true' }
    tryOut(await portal.legacy('ios/identifiers/updatePushService.action', push))
    const list = async (includeInactiveProfiles: string) =>
      tryOut(await portal.legacy('ios/profile/listProvisioningProfiles.action', { includeInactiveProfiles }))
        .provisioningProfiles.filter(({ name }: { name: string }) => name === 'Invalid soon')
        .map(({ status }: { status: string }) => status)
    expect([await list('true'), await list('false')]).toEqual([['Invalid'], []])
    const { provisioningProfileId } = made
    const file = await portal.download('ios/profile/downloadProfileContent', { provisioningProfileId })
    expect(refusal(file)).toEqual([200, 35, 'provisioningProfileId'])
  })

  it('refuse a name in use, other teams’ certificates, unknown App IDs and kinds', async () => {
    const twice = await create({ provisioningProfileName: 'By commas' })
    expect(twice.userString).toMatch(/^Multiple profiles found with the name/)
    const foreign = await create({ provisioningProfileName: 'Foreign', certificateIds: ['NOPE'] })
    expect(foreign.userString).toContain(
      'There are no current certificates on this team matching the provided certificate IDs',
    )
    expect((await create({ provisioningProfileName: 'X', appIdId: 'NOPE' })).resultCode).toBe(35)
    expect(refusal(await create({ provisioningProfileName: 'X', distributionType: 'free' }))).toEqual([
      200,
      35,
      'distributionType',
    ])
  })

  it('come as Xcode asks for them: a property list with dates, App IDs and certificates', async () => {
    const query = new URLSearchParams({
      teamId: portal.teamId,
      includeInactiveProfiles: 'true',
      onlyCountLists: 'true',
    })
    portal.host = '/developerservices2'
    const answer = await portal.send('POST', `/services/QH65B2/ios/listProvisioningProfiles.action?${query}`)
    portal.host = '/developer'
    expect(answer.headers.get('content-type')).toBe('text/x-xml-plist')
    // The shape of one of many values.
    const list = parse(await answer.text()) as unknown as Record<string, Record<string, unknown>[]>
    const named = list.provisioningProfiles?.find(({ name }) => name === 'By commas')
    expect(named?.dateExpire).toBeInstanceOf(Date)
    expect(named).toMatchObject({
      appId: { identifier: 'com.acme.profiles' },
      certificates: [{ certificateId }],
      deviceIds,
    })
    expect(named).not.toHaveProperty('devices')
    const nobody = await fetch(
      `${simulator.url}/developerservices2/services/QH65B2/ios/listProvisioningProfiles.action?${query}`,
      { method: 'POST' },
    )
    expect(parse(await nobody.text())).toMatchObject({ resultCode: 1100 })
  })
})
