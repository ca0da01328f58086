import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'plist'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import { type Client, clientFor, creation, many, one } from './client.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

let simulator: Simulator
let client: Client
const folder = mkdtempSync(join(tmpdir(), 'simulator-'))

beforeAll(async () => {
  simulator = await startSimulator({
    seed: { teams: [{ name: 'Acme', teamId: 'ACMETEAM01', keys: [{ role: 'ADMIN' }] }] },
  })
  const file = simulator.seeded[0]?.keys[0]
  if (file === undefined) throw new Error('no key')
  client = clientFor(simulator, file)
})
afterAll(async () => {
  await simulator.close()
  rmSync(folder, { recursive: true })
})

const openssl = (...args: string[]) => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' })

describe('from nothing to a profile', () => {
  it('gives a certificate and a profile that openssl verifies with the root', async () => {
    const bundle = await client.post(
      '/v1/bundleIds',
      creation('bundleIds', { identifier: 'com.acme.app', name: 'Acme App', platform: 'IOS' }),
    )
    expect(bundle.status).toBe(201)
    expect(bundle.data.attributes).toEqual({
      identifier: 'com.acme.app',
      name: 'Acme App',
      platform: 'UNIVERSAL',
      seedId: 'ACMETEAM01',
    })
    const push = await client.post(
      '/v1/bundleIdCapabilities',
      creation(
        'bundleIdCapabilities',
        { capabilityType: 'PUSH_NOTIFICATIONS' },
        { bundleId: one('bundleIds', bundle.data.id) },
      ),
    )
    expect(push.status).toBe(201)
    const certificate = await client.post(
      '/v1/certificates',
      creation('certificates', { certificateType: 'DEVELOPMENT', csrContent: SIGNING_REQUEST }),
    )
    expect(certificate.status).toBe(201)
    const udid = '00008030-001C2D3E4F50802E'
    const device = await client.post('/v1/devices', creation('devices', { name: 'Phone', platform: 'IOS', udid }))
    const profile = await client.post(
      '/v1/profiles',
      creation(
        'profiles',
        { name: 'Acme dev', profileType: 'IOS_APP_DEVELOPMENT' },
        {
          bundleId: one('bundleIds', bundle.data.id),
          certificates: many('certificates', [certificate.data.id]),
          devices: many('devices', [device.data.id]),
        },
      ),
    )
    expect(profile.status).toBe(201)

    const der = Buffer.from(String(certificate.data.attributes.certificateContent), 'base64')
    const x509 = new X509Certificate(der)
    expect(x509.serialNumber).toBe(certificate.data.attributes.serialNumber)
    expect(x509.subject).toContain('OU=ACMETEAM01')
    writeFileSync(join(folder, 'root.pem'), await simulator.rootPem())
    writeFileSync(join(folder, 'intermediate.pem'), await simulator.world.authority.intermediatePem())
    writeFileSync(join(folder, 'leaf.pem'), x509.toString())
    expect(
      openssl(
        'verify',
        '-ignore_critical',
        '-CAfile',
        join(folder, 'root.pem'),
        '-untrusted',
        join(folder, 'intermediate.pem'),
        join(folder, 'leaf.pem'),
      ),
    ).toContain('OK')

    writeFileSync(
      join(folder, 'p.mobileprovision'),
      Buffer.from(String(profile.data.attributes.profileContent), 'base64'),
    )
    const xml = openssl(
      'cms',
      '-verify',
      '-purpose',
      'any',
      '-inform',
      'DER',
      '-in',
      join(folder, 'p.mobileprovision'),
      '-CAfile',
      join(folder, 'root.pem'),
    )
    expect(xml).toContain('DOCTYPE plist PUBLIC')
    const payload = parse(xml) as Record<string, unknown>
    expect(payload.ProvisionedDevices).toEqual([udid])
    expect(payload.TeamIdentifier).toEqual(['ACMETEAM01'])
    expect(payload.UUID).toBe(profile.data.attributes.uuid)
    expect(payload.Entitlements).toMatchObject({
      'application-identifier': 'ACMETEAM01.com.acme.app',
      'aps-environment': 'development',
      'get-task-allow': true,
    })
    expect(Buffer.from((payload.DeveloperCertificates as Uint8Array[])[0] ?? []).equals(der)).toBe(true)
  })
})
