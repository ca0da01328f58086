import { createPrivateKey } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { type Portal, startPortal } from './portal-browser.ts'
import { refusal, tryOut } from './portal-legacy.ts'

let simulator: Simulator
let portal: Portal

beforeAll(async () => {
  ;({ simulator, portal } = await startPortal({ settings: { hourlyLimit: null } }))
})
afterAll(() => simulator.close())

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
