import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { udid } from './client.ts'
import { type Portal, signIn, startPortal } from './portal-browser.ts'
import { addAppId, addCertificate, addDevice, refusal, tryOut } from './portal-legacy.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

let simulator: Simulator
let portal: Portal

beforeAll(async () => {
  ;({ simulator, portal } = await startPortal({ settings: { hourlyLimit: null } }))
})
afterAll(() => simulator.close())

describe('devices', () => {
  it('are added, listed by status, disabled and enabled', async () => {
    const deviceId = await addDevice(portal, 1)
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
    await addDevice(portal, 2, 'watch')
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
      await addCertificate(portal, type, { appIdId, specialIdentifierDisplayId: appIdId })
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
    await addCertificate(portal, type, { specialIdentifierDisplayId: id })
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
    const certificateId = await addCertificate(portal, '5QPB9NHCEI')
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
