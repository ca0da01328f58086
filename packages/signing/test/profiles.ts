import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'plist'
import { openssl, put, type TestIdentity } from './openssl.ts'

export type PlistInput = Parameters<typeof build>[0]

const CREATED = new Date('2026-01-10T08:00:00Z')
const EXPIRES = new Date('2027-01-10T08:00:00Z')

/** The fields of an App Store profile as Apple writes them, changed as a test needs. Undefined leaves a field out. */
export function profileFields(
  certificates: readonly Uint8Array[],
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  const fields = {
    AppIDName: 'Example',
    ApplicationIdentifierPrefix: ['ABCDE12345'],
    CreationDate: CREATED,
    DeveloperCertificates: certificates,
    Entitlements: {
      'application-identifier': 'ABCDE12345.com.example.app',
      'com.apple.developer.team-identifier': 'ABCDE12345',
      'get-task-allow': false,
      'keychain-access-groups': ['ABCDE12345.*'],
    },
    ExpirationDate: EXPIRES,
    Name: 'Example App Store',
    Platform: ['iOS', 'xrOS', 'visionOS'],
    TeamIdentifier: ['ABCDE12345'],
    TeamName: 'Example & Söhne',
    TimeToLive: 365,
    UUID: '0f3c1d3e-1111-4222-8333-abcdefabcdef',
    Version: 1,
    ...changes,
  }
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

export function profilePlist(fields: Record<string, unknown>): string {
  return build(fields as PlistInput)
}

export interface Signing {
  readonly signer: TestIdentity
  readonly intermediates?: readonly TestIdentity[]
  /** BER with the content in pieces, as a program that streams writes it. */
  readonly inPieces?: boolean
}

/** Signs a property list as Apple does: CMS with content and certificates inside, digest SHA-1. */
export function signedProfile(
  folder: string,
  plist: string,
  { signer, intermediates = [], inPieces }: Signing,
): Buffer {
  const input = put(folder, 'profile.plist', plist)
  const output = join(folder, 'profile.mobileprovision')
  const files = ['-in', input, '-out', output, '-signer', signer.certificateFile, '-inkey', signer.keyFile]
  const bundle = put(folder, 'bundle.pem', intermediates.map(({ certificatePem }) => certificatePem).join(''))
  const others = intermediates.length > 0 ? ['-certfile', bundle] : []
  const form = ['-outform', 'DER', '-binary', '-nodetach', '-md', 'sha1', ...(inPieces ? ['-stream'] : [])]
  openssl(['cms', '-sign', ...files, ...others, ...form])
  return readFileSync(output)
}
