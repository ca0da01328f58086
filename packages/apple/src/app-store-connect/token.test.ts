import { execFileSync } from 'node:child_process'
import { verify } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { secret } from '@cordon/core/secret'
import { expect, onTestFinished, test } from 'vitest'
import { fakeTime, NOON } from '../../test/fake-time.ts'
import { ISSUER_ID, KEY_ID, KEY_PEM, publicKey } from '../../test/scripted-apple.ts'
import { readPrivateKey } from '../private-key.ts'
import { createTokenSource, signToken, type TokenIdentity } from './token.ts'

const { key } = readPrivateKey(secret(KEY_PEM))
const team: TokenIdentity = { kind: 'team', keyId: KEY_ID, issuerId: ISSUER_ID, key }
const NOON_SECONDS = Math.floor(NOON / 1_000)

async function parts(identity: TokenIdentity, scope?: readonly string[]) {
  const { token } = await signToken(identity, { now: NOON, ...(scope && { scope }) })
  const [header = '', payload = '', signature = ''] = token.reveal().split('.')
  const json = (text: string) => JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>
  return {
    header: json(header),
    payload: json(payload),
    signed: `${header}.${payload}`,
    signature: Buffer.from(signature, 'base64url'),
  }
}

test('a team key names its issuer, and the token lives 15 minutes from 45 seconds ago', async () => {
  const { header, payload } = await parts(team)
  expect(header).toEqual({ alg: 'ES256', kid: KEY_ID, typ: 'JWT' })
  expect(payload).toEqual({
    iss: ISSUER_ID,
    iat: NOON_SECONDS - 45,
    exp: NOON_SECONDS - 45 + 900,
    aud: 'appstoreconnect-v1',
  })
})

test('an individual key is the user and names no issuer', async () => {
  const { payload } = await parts({ kind: 'individual', keyId: KEY_ID, key })
  expect(payload).toMatchObject({ sub: 'user', aud: 'appstoreconnect-v1' })
  expect(payload).not.toHaveProperty('iss')
})

test('an Enterprise key has its own audience', async () => {
  const { payload } = await parts({ ...team, kind: 'enterprise' })
  expect(payload).toMatchObject({ iss: ISSUER_ID, aud: 'apple-developer-enterprise-v1' })
})

test('a scope is put into the token as it is', async () => {
  expect((await parts(team, ['GET /v1/devices'])).payload).toMatchObject({ scope: ['GET /v1/devices'] })
})

test('a token never lives longer than 15 minutes', async () => {
  await expect(signToken(team, { now: NOON, lifetimeSeconds: 901 })).rejects.toThrow(RangeError)
})

test('the signature is the raw 64 bytes, and node:crypto verifies it', async () => {
  const { signed, signature } = await parts(team)
  expect(signature).toHaveLength(64)
  expect(verify('sha256', Buffer.from(signed), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true)
})

test('openssl verifies the signature', async () => {
  const { signed, signature } = await parts(team)
  const folder = mkdtempSync(join(tmpdir(), 'cordon-token-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const publicFile = file('public.pem', publicKey.export({ type: 'spki', format: 'pem' }))
  const signatureFile = file('signature.der', derOf(signature))
  const check = ['dgst', '-sha256', '-verify', publicFile, '-signature', signatureFile]
  expect(execFileSync('openssl', [...check, file('signed', signed)]).toString()).toContain('Verified OK')
  expect(() => execFileSync('openssl', [...check, file('other', `${signed}x`)], { stdio: 'ignore' })).toThrow()
})

/** SEQUENCE of two INTEGERs, as openssl wants it. */
function derOf(raw: Buffer): Buffer {
  const integer = (bytes: Buffer) => {
    const start = bytes.findIndex((byte) => byte !== 0)
    const short = bytes.subarray(start)
    const positive = (short[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), short]) : short
    return Buffer.concat([Buffer.of(2, positive.length), positive])
  }
  const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}

test('a token is kept, and renewed two minutes before it expires', async () => {
  const time = fakeTime()
  const source = createTokenSource(team, time.clock)
  const first = (await source.token()).reveal()
  time.advance((900 - 45 - 120) * 1_000 - 1)
  expect((await source.token()).reveal()).toBe(first)
  time.advance(1)
  expect((await source.token()).reveal()).not.toBe(first)
})

test('a fresh token is signed when the last one was refused', async () => {
  const source = createTokenSource(team, fakeTime().clock)
  const first = (await source.token()).reveal()
  const second = (await source.token({ fresh: true })).reveal()
  expect(second).not.toBe(first)
  expect((await source.token()).reveal()).toBe(second)
})

test('neither key nor token can be printed', async () => {
  const { token } = await signToken(team, { now: NOON })
  expect(inspect({ team, token }, { depth: 9, showHidden: true })).not.toMatch(/eyJ|PRIVATE/)
})
