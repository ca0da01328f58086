import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Simulator } from '../src/simulator.ts'
import { type Answer, type Client, created, creation, modification, one, startWithTeam } from './client.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

let simulator: Simulator
let client: Client
const folder = mkdtempSync(join(tmpdir(), 'simulator-identifiers-'))

beforeAll(async () => {
  ;({ simulator, client } = await startWithTeam())
})
afterAll(async () => {
  await simulator.close()
  rmSync(folder, { recursive: true })
})

const code = (answer: Answer) => [answer.status, answer.error?.code]

describe.each([
  ['merchantIds', 'merchant.', 'merchantId', 'APPLE_PAY_MERCHANT_IDENTITY', 'Apple Pay Merchant Identity'],
  ['passTypeIds', 'pass.', 'passTypeId', 'PASS_TYPE_ID', 'Pass Type ID'],
])('%s with a key', (type, prefix, relationship, certificateType, words) => {
  const make = (identifier: string, name = 'Fine') => client.post(`/v1/${type}`, creation(type, { name, identifier }))

  it('are made, found, renamed and deleted', async () => {
    const identifier = `${prefix}com.acme.first`
    const id = created(await make(identifier))
    expect(
      (await client.get(`/v1/${type}?filter[identifier]=${identifier}&sort=name`)).list.map((each) => each.id),
    ).toEqual([id])
    const renamed = await client.patch(`/v1/${type}/${id}`, modification(type, id, { name: 'Better' }))
    expect(renamed.data.attributes).toEqual({ name: 'Better', identifier })
    expect(code(await make(identifier))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
    expect(code(await make('com.acme.wrong'))).toEqual([409, 'ENTITY_ERROR.ATTRIBUTE.INVALID'])
    expect((await client.delete(`/v1/${type}/${id}`)).status).toBe(204)
    expect(code(await client.get(`/v1/${type}/${id}`))).toEqual([404, 'NOT_FOUND'])
  })

  it('have certificates, which name them', async () => {
    const identifier = `${prefix}com.acme.signed`
    const id = created(await make(identifier))
    const ask = (owner: string) =>
      client.post(
        '/v1/certificates',
        creation(
          'certificates',
          { certificateType, csrContent: SIGNING_REQUEST },
          { [relationship]: one(type, owner) },
        ),
      )
    const certificate = await ask(id)
    const content = Buffer.from(String(certificate.data.attributes.certificateContent), 'base64')
    expect(new X509Certificate(content).subject).toContain(`${words}: ${identifier}`)
    const listed = await client.get(`/v1/${type}/${id}/certificates`)
    expect(listed.list.map((each) => each.id)).toEqual([certificate.data.id])
    expect((await client.get(`/v1/${type}/${id}?include=certificates`)).included).toHaveLength(1)
    expect(code(await ask('NOPE'))).toEqual([409, 'ENTITY_ERROR.RELATIONSHIP.INVALID'])
  })
})

describe('a certificate for payments', () => {
  it('is made for a key on P-256, and for no other', async () => {
    const merchant = created(
      await client.post(
        '/v1/merchantIds',
        creation('merchantIds', { name: 'Pay', identifier: 'merchant.com.acme.pay' }),
      ),
    )
    const ask = (csrContent: string) =>
      client.post(
        '/v1/certificates',
        creation(
          'certificates',
          { certificateType: 'APPLE_PAY', csrContent },
          { merchantId: one('merchantIds', merchant) },
        ),
      )
    const [key, csr] = [join(folder, 'key.pem'), join(folder, 'request.pem')]
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
    execFileSync('openssl', ['req', '-new', ...curve, '-nodes', '-keyout', key, '-out', csr, '-subj', '/CN=pay'], {
      stdio: 'pipe',
    })
    const made = await ask(readFileSync(csr, 'utf8'))
    const x509 = new X509Certificate(Buffer.from(String(made.data.attributes.certificateContent), 'base64'))
    expect(x509.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
    const refused = await ask(SIGNING_REQUEST)
    expect(refused.error.detail).toContain('256-bit elliptic curve')
  })
})
