import { createPrivateKey } from 'node:crypto'
import { parse } from 'plist'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { udid } from './client.ts'
import { type LegacyAnswer, type Portal, signIn, startPortal } from './portal-browser.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

let simulator: Simulator
let portal: Portal

beforeAll(async () => {
  ;({ simulator, portal } = await startPortal({ settings: { hourlyLimit: null } }))
})
afterAll(() => simulator.close())

const refusal = ({ status, resultCode, validationMessages }: LegacyAnswer) => [
  status,
  resultCode,
  validationMessages[0]?.validationKey,
]
const tryOut = (answer: LegacyAnswer) => {
  if (answer.resultCode !== 0) throw new Error(`refused: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

async function addAppId(person: Portal, identifier: string, more = {}): Promise<string> {
  const wish = { name: identifier.replace(/[^A-Za-z0-9]+/g, ' ').trim(), identifier, type: 'explicit', ...more }
  return tryOut(await person.legacy('ios/identifiers/addAppId.action', wish)).appId.appIdId
}

async function addDevice(n: number, deviceClasses = 'iphone'): Promise<string> {
  const wish = { deviceClasses, deviceNumbers: udid(n), deviceNames: `Phone ${n}`, register: 'single' }
  return tryOut(await portal.legacy('ios/device/addDevices.action', wish)).devices[0].deviceId
}

async function addCertificate(type: string, more = {}): Promise<string> {
  const wish = { type, csrContent: SIGNING_REQUEST, appIdId: '', specialIdentifierDisplayId: '', ...more }
  return tryOut(await portal.legacy('ios/certificate/submitCertificateRequest.action', wish)).certRequest.certificateId
}

async function detail(appIdId: string) {
  return tryOut(await portal.legacy('ios/identifiers/getAppIdDetail.action', { appIdId })).appId
}

describe('every answer', () => {
  it('has the envelope, csrf headers and the person’s role', async () => {
    const answer = await portal.legacy('ios/device/listDevices.action', { pageNumber: '1', pageSize: '500' })
    expect(answer.headers.get('content-type')).toContain('application/json')
    expect([answer.headers.has('csrf'), answer.headers.has('csrf_ts')]).toEqual([true, true])
    expect(answer.body).toMatchObject({
      resultCode: 0,
      protocolVersion: 'QH65B2',
      userLocale: 'en_US',
      httpCode: 200,
      isAgent: true,
      isAdmin: false,
      isMember: false,
      pageNumber: 1,
      pageSize: 500,
      totalRecords: 0,
      devices: [],
    })
    expect(answer.body.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  })
})

describe('teams', () => {
  it('are those of the person, by name, with memberships and roles', async () => {
    const zebra = simulator.createTeam({ name: 'Zebra', teamId: 'ZEBRA00001', kind: 'enterprise' })
    simulator.createTeam({ name: 'Strangers', teamId: 'STRANGER01' })
    const roles = ['ADMIN'] as const
    const person = await signIn(simulator, zebra.teamId, roles, 'both@example.com')
    const account = simulator.world.appleIds.accounts.get('both@example.com')
    if (account === undefined) throw new Error('no account')
    const memberships = [...account.memberships, { teamId: portal.teamId, roles: ['DEVELOPER'] as const }]
    simulator.world.appleIds.accounts.set('both@example.com', { ...account, memberships })
    const { teams } = tryOut(await person.legacy('listTeams.action'))
    expect(teams.map((team: { teamId: string; type: string }) => [team.teamId, team.type])).toEqual([
      ['ACMETEAM01', 'Company/Organization'],
      ['ZEBRA00001', 'In-House'],
    ])
    expect(teams[1]).toMatchObject({
      status: 'active',
      name: 'Zebra',
      memberships: [{ status: 'active', platform: 'ios', availableDeviceSlots: 100 }],
      currentTeamMember: { email: 'both@example.com', roles: ['TEAM_ADMIN'] },
    })
    expect(teams[0].currentTeamMember.roles).toEqual(['TEAM_MEMBER'])
  })
})

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

describe('devices', () => {
  it('are added, listed by status, disabled and enabled', async () => {
    const deviceId = await addDevice(1)
    const list = async (more = {}) => tryOut(await portal.legacy('ios/device/listDevices.action', more)).devices
    expect(await list()).toEqual([
      {
        deviceId,
        name: 'Phone 1',
        deviceNumber: udid(1),
        devicePlatform: 'ios',
        status: 'c',
        model: null,
        deviceClass: 'iphone',
      },
    ])
    tryOut(await portal.legacy('ios/device/deleteDevice.action', { deviceId }))
    expect(await list({ includeRemovedDevices: 'false' })).toEqual([])
    expect((await list({ includeRemovedDevices: 'true' }))[0].status).toBe('r')
    const enabled = await portal.legacy('ios/device/enableDevice.action', {
      displayId: deviceId,
      deviceNumber: udid(1),
    })
    expect(enabled.body.device).toMatchObject({ deviceId, status: 'c' })
    expect(await list({ deviceClasses: 'ipad' })).toEqual([])
  })

  it('know their class, and Macs their own list', async () => {
    await addDevice(2, 'watch')
    expect((await portal.get('devices', `filter[udid]=${udid(2)}`)).list[0]?.attributes.deviceClass).toBe('APPLE_WATCH')
    const mac = { deviceClasses: 'mac', deviceNumbers: '4C4C4544-0044-3510-8051-B4C04F4D3732', deviceNames: 'Mac, big' }
    tryOut(await portal.legacy('mac/device/addDevices.action', mac))
    expect((await portal.legacy('mac/device/listDevices.action')).body.devices).toEqual([
      expect.objectContaining({ devicePlatform: 'mac', deviceClass: 'mac', name: 'Mac, big' }),
    ])
  })

  it('refuse a UDID twice and one that is none, and tell which', async () => {
    for (const deviceNumbers of [udid(2), 'phone']) {
      const wish = { deviceClasses: 'iphone', deviceNumbers, deviceNames: 'Again', register: 'single' }
      const answer = await portal.legacy('ios/device/addDevices.action', wish)
      expect(refusal(answer)).toEqual([200, 35, 'deviceNumbers'])
      expect(answer.body.devices).toEqual([])
      expect(answer.body.failedDevices).toEqual([expect.objectContaining({ deviceNumber: deviceNumbers })])
    }
  })
})

describe('certificates', () => {
  it('are requested, listed by type, downloaded and revoked', async () => {
    const answer = await portal.legacy('ios/certificate/submitCertificateRequest.action', {
      type: '5QPB9NHCEI',
      csrContent: SIGNING_REQUEST,
      appIdId: '',
      specialIdentifierDisplayId: '',
    })
    const { certificateId, certificateType } = tryOut(answer).certRequest
    expect(certificateType).toMatchObject({
      certificateTypeDisplayId: '5QPB9NHCEI',
      name: 'iOS Development',
      platform: 'ios',
      ownerType: 'teamMember',
      maxActive: 10,
    })
    const list = async (types: string) =>
      tryOut(
        await portal.legacy('ios/certificate/listCertRequests.action', { types, sort: 'certRequestStatusCode=asc' }),
      ).certRequests
    expect(await list('5QPB9NHCEI,R58UK2EWSO')).toEqual([
      expect.objectContaining({
        certificateId,
        statusString: 'Issued',
        ownerName: 'Kim Sample',
        canDownload: true,
        typeString: 'iOS Development',
      }),
    ])
    expect(await list('R58UK2EWSO')).toEqual([])
    const params = { certificateId, type: '5QPB9NHCEI' }
    const file = await portal.download('ios/certificate/downloadCertificateContent.action', params)
    expect(file.bytes.includes('Apple Inc')).toBe(true)
    expect(file.bytes[0]).toBe(0x30)
    const revoked = tryOut(await portal.legacy('ios/certificate/revokeCertificate.action', params))
    expect(revoked.certRequests).toEqual([expect.objectContaining({ certificateId, statusString: 'Revoked' })])
    expect(refusal(await portal.legacy('ios/certificate/revokeCertificate.action', params))).toEqual([
      200,
      35,
      'certificateId',
    ])
  })

  it('for push belong to an App ID', async () => {
    const appIdId = await addAppId(portal, 'com.acme.pushes')
    for (const type of ['JKG5JZ54H7', 'UPV3DW712I', 'E5D663CMZW']) {
      await addCertificate(type, { appIdId, specialIdentifierDisplayId: appIdId })
    }
    const { certRequests } = tryOut(
      await portal.legacy(
        'ios/certificate/listCertRequests.action',
        { types: ['JKG5JZ54H7', 'UPV3DW712I'] },
        'brackets',
      ),
    )
    expect(certRequests).toEqual([
      expect.objectContaining({ ownerType: 'bundle', ownerId: appIdId, ownerName: 'com.acme.pushes' }),
      expect.objectContaining({ certificateTypeDisplayId: 'UPV3DW712I' }),
    ])
    const without = await portal.legacy('ios/certificate/submitCertificateRequest.action', {
      type: 'UPV3DW712I',
      csrContent: SIGNING_REQUEST,
    })
    expect(without.resultCode).toBe(35)
  })

  it.each([
    ['PassTypeId', 'passTypeId', 'pass.com.acme.card', 'Y3B2F3TYSI', 'passType'],
    ['WebsitePushId', 'websitePushId', 'web.com.acme', '3T2ZP62QW8', 'websitePushId'],
    ['OMC', 'omcId', 'merchant.com.acme.shop', 'MD8Q2VRT6A', 'omcId'],
  ])('for a %s belong to it', async (word, key, identifier, type, ownerType) => {
    const wish = { name: 'Owner', identifier }
    const id = tryOut(await portal.legacy(`ios/identifiers/add${word}.action`, wish))[key][key]
    await addCertificate(type, { specialIdentifierDisplayId: id })
    const { certRequests } = tryOut(await portal.legacy('ios/certificate/listCertRequests.action', { types: type }))
    expect(certRequests).toEqual([expect.objectContaining({ ownerType, ownerId: id, ownerName: identifier })])
  })

  it.each([
    ['an unknown type', { type: 'NOTYPE0001', csrContent: SIGNING_REQUEST }],
    ['a request that is none', { type: '5QPB9NHCEI', csrContent: 'nothing' }],
  ])('refuse %s with 35', async (_what, wish) => {
    expect((await portal.legacy('ios/certificate/submitCertificateRequest.action', wish)).resultCode).toBe(35)
  })

  it('of others are not given to a Developer, who may not make one for distribution', async () => {
    const certificateId = await addCertificate('5QPB9NHCEI')
    const developer = await signIn(simulator, portal.teamId, ['DEVELOPER'])
    const params = { certificateId, type: '5QPB9NHCEI' }
    const file = await developer.download('ios/certificate/downloadCertificateContent.action', params)
    expect([file.status, file.resultCode, file.resultString]).toEqual([
      200,
      1200,
      'webservice.certificate.downloadNotAllowed',
    ])
    const wish = { type: 'R58UK2EWSO', csrContent: SIGNING_REQUEST }
    const refused = await developer.legacy('ios/certificate/submitCertificateRequest.action', wish)
    expect([refused.resultCode, refused.resultString]).toEqual([1200, 'webservice.certificate.createNotAllowed'])
  })
})

describe('profiles', () => {
  let appIdId: string
  let certificateId: string
  let deviceIds: string[]
  beforeAll(async () => {
    appIdId = await addAppId(portal, 'com.acme.profiles')
    certificateId = await addCertificate('5QPB9NHCEI')
    deviceIds = [await addDevice(30), await addDevice(31)]
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
    const certificate = await addCertificate(type)
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

describe('keys', () => {
  const request = (serviceId: string) => ({
    isNew: true,
    serviceId,
    identifiers: {},
    ...(serviceId === 'U27F4V844T' ? { environment: 'all', scope: 'team' } : {}),
  })

  it('are created, listed, read, downloaded once, changed and revoked', async () => {
    const wish = { name: 'Push', serviceConfigurationsRequests: [request('U27F4V844T')] }
    const [key] = tryOut(await portal.legacyJson('auth/key/v2/create', wish)).keys
    expect(key).toMatchObject({ keyName: 'Push', canDownload: true, canRevoke: true, services: [{ id: 'U27F4V844T' }] })
    const { keyId } = key
    const listed = tryOut(await portal.legacy('auth/key/list', { pageNumber: '1', pageSize: '500', sort: 'name=asc' }))
    expect(listed.keys).toEqual([key])
    const file = await portal.download('auth/key/download', { keyId })
    expect(createPrivateKey(file.bytes.toString('utf8')).asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    expect(refusal(await portal.download('auth/key/download', { keyId }))).toEqual([200, 35, 'keyId'])
    const update = {
      keyId,
      name: 'Renamed',
      serviceConfigurationsRequests: [{ ...request('DQ8HTZ7739'), isNew: false }],
    }
    expect(tryOut(await portal.legacyJson('auth/key/v2/update', update)).keys[0].keyName).toBe('Renamed')
    expect(tryOut(await portal.legacy('auth/key/get', { keyId })).keys[0]).toMatchObject({
      canDownload: false,
      services: [{ name: 'DeviceCheck' }],
    })
    expect((await portal.legacy('auth/key/revoke', { keyId })).resultCode).toBe(0)
    expect((await portal.legacy('auth/key/list')).body.keys).toEqual([])
  })

  it('are limited per service, in the older form of the request too', async () => {
    for (const name of ['One', 'Two']) {
      tryOut(await portal.legacyJson('auth/key/v2/create', { name, serviceConfigurations: { U27F4V844T: [] } }))
    }
    const third = await portal.legacyJson('auth/key/v2/create', {
      name: 'Three',
      serviceConfigurations: { U27F4V844T: [] },
    })
    expect(third.userString).toContain('maximum allowed number of Keys')
    expect(third.userString).toContain('(29102)')
    expect((await portal.legacyJson('auth/key/v2/create', { name: 'None' })).resultCode).toBe(35)
    const unknown = { name: 'Unknown', serviceConfigurations: { NOSERVICE1: [] } }
    expect((await portal.legacyJson('auth/key/v2/create', unknown)).resultCode).toBe(35)
  })
})

describe('refusals', () => {
  it('1100 without a session and with one that the portal has forgotten, HTTP 200', async () => {
    const answer = await fetch(`${simulator.url}/developer/services-account/QH65B2/account/listTeams.action`, {
      method: 'POST',
    })
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({
      resultCode: 1100,
      userString: expect.stringMatching(/^Your session has expired/),
    })
    const before = simulator.world.settings
    simulator.world.settings = { ...before, portalSessionHours: 0 }
    const person = await signIn(simulator, portal.teamId, ['ADMIN'], 'short@example.com')
    simulator.world.settings = before
    expect((await person.legacy('listTeams.action')).resultCode).toBe(1100)
    expect((await person.browser.olympus()).status).toBe(200)
  })

  it('403 for a change without a csrf token; lists need none', async () => {
    portal.tokens = {}
    const wish = { deviceClasses: 'iphone', deviceNumbers: udid(90), deviceNames: 'Ninety' }
    const answer = await portal.legacy('ios/device/addDevices.action', wish)
    expect([answer.status, answer.resultCode]).toEqual([403, 403])
    portal.tokens = {}
    expect((await portal.legacy('ios/device/listDevices.action')).resultCode).toBe(0)
    expect((await portal.legacy('ios/device/addDevices.action', wish)).resultCode).toBe(0)
  })

  it('for teams of others, lapsed memberships, and agreements that wait', async () => {
    const own = portal.teamId
    portal.teamId = 'NOTEAM0001'
    expect((await portal.legacy('ios/device/listDevices.action')).userString).toContain('Access Unavailable')
    portal.teamId = own
    const team = simulator.world.teams.get(own)
    if (team === undefined) throw new Error('no team')
    team.membershipActive = false
    expect((await portal.legacy('ios/device/listDevices.action')).userString).toContain('Access Unavailable')
    expect((await portal.legacy('listTeams.action')).body.teams[0].status).toBe('expired')
    team.membershipActive = true
    expect(tryOut(await portal.legacyJson('listPendingAgreements', { languageIsoCode: 'en' })).agreements).toEqual([])
    team.agreementsInForce = false
    expect((await portal.legacy('ios/device/listDevices.action')).userString).toContain('Program License Agreement')
    const pending = tryOut(await portal.legacyJson('listPendingAgreements', { languageIsoCode: 'en' }))
    expect(pending.agreements).toHaveLength(1)
    team.agreementsInForce = true
  })

  it('for roles that do not reach', async () => {
    const marketing = await signIn(simulator, portal.teamId, ['MARKETING'])
    const answer = await marketing.legacy('ios/identifiers/listAppIds.action')
    expect([answer.resultCode, answer.resultString]).toEqual([1200, 'webservice.operationNotAllowed'])
    const manager = await signIn(simulator, portal.teamId, ['APP_MANAGER'])
    expect((await manager.legacy('ios/identifiers/listAppIds.action')).resultCode).toBe(0)
    const wish = { name: 'Manager', identifier: 'com.acme.manager', type: 'explicit' }
    expect((await manager.legacy('ios/identifiers/addAppId.action', wish)).resultCode).toBe(1200)
  })

  it('503 as a result code or as a page, on the first host only', async () => {
    const before = simulator.world.settings
    simulator.world.settings = { ...before, portalMaintenance: 'result-code' }
    expect(refusal(await portal.legacy('listTeams.action'))).toEqual([200, 503, undefined])
    simulator.world.settings = { ...before, portalMaintenance: 'page' }
    const page = await portal.legacy('listTeams.action')
    expect(page.status).toBe(503)
    expect(page.bytes.toString('utf8')).toContain('503 Service Temporarily Unavailable')
    portal.host = '/developer-mdn'
    expect((await portal.legacy('listTeams.action')).resultCode).toBe(0)
    portal.host = '/developer'
    simulator.world.settings = before
  })

  it('404 for actions that are none, and texts without markup', async () => {
    expect((await portal.legacy('ios/identifiers/nothing.action')).status).toBe(404)
    const wish = { name: 'x', identifier: '<script>', type: 'explicit' }
    const answer = await portal.legacy('ios/identifiers/addAppId.action', { ...wish, name: 'Script' })
    expect(answer.userString).toContain('&lt;script&gt;')
  })

  it('429 when the budget is used up', async () => {
    const before = simulator.world.settings
    simulator.world.settings = { ...before, hourlyLimit: 1 }
    simulator.world.rateLimits.reset()
    expect((await portal.legacy('listTeams.action')).resultCode).toBe(0)
    expect((await portal.legacy('listTeams.action')).status).toBe(429)
    simulator.world.settings = before
  })
})
