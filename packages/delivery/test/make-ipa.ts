import { type FileHandle, open } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { build } from 'plist'

/** What an .ipa of a test is like; what is not given is as Xcode exports it for the store. */
export interface IpaWish {
  readonly bundleId?: string
  readonly version?: string
  readonly buildNumber?: string
  readonly info?: Readonly<Record<string, unknown>>
  /** The profile as Apple gave it out, or changes of one that nobody signed; undefined fields are left out. `null`: no profile. */
  readonly profile?: Uint8Array | Readonly<Record<string, unknown>> | null
  readonly icon?: boolean
  /** Size of the largest file in it. It is sparse on disk, and different in every megabyte. */
  readonly payloadBytes?: number
}

type PlistInput = Parameters<typeof build>[0]

const MIB = 1024 * 1024

/** Writes an .ipa and gives its path. */
export async function makeIpa(path: string, wish: IpaWish = {}): Promise<string> {
  const { bundleId = 'com.acme.app', payloadBytes = 3 * MIB } = wish
  const app = 'Payload/Acme.app'
  const files: [string, Buffer][] = [[`${app}/Info.plist`, Buffer.from(infoOf(bundleId, wish))]]
  if (wish.profile !== null) files.push([`${app}/embedded.mobileprovision`, profileOf(bundleId, wish.profile ?? {})])
  if (wish.icon !== false) files.push([`${app}/Assets.car`, Buffer.from('catalog')])
  const file = await open(path, 'w')
  try {
    const writer = new StoredZip(file)
    for (const [name, content] of files) await writer.add(name, content)
    await writer.addPattern(`${app}/Acme`, payloadBytes)
    await writer.end()
  } finally {
    await file.close()
  }
  return path
}

function infoOf(bundleId: string, { version = '1.1', buildNumber = '8', info = {} }: IpaWish): string {
  const fields = {
    CFBundleIdentifier: bundleId,
    CFBundleExecutable: 'Acme',
    CFBundleShortVersionString: version,
    CFBundleVersion: buildNumber,
    CFBundleSupportedPlatforms: ['iPhoneOS'],
    CFBundleIconName: 'AppIcon',
    MinimumOSVersion: '16.0',
    UIDeviceFamily: [1],
    ...info,
  }
  return build(Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as PlistInput)
}

function profileOf(bundleId: string, changes: Uint8Array | Readonly<Record<string, unknown>>): Buffer {
  if (changes instanceof Uint8Array) return Buffer.from(changes)
  const fields = {
    ApplicationIdentifierPrefix: ['ABCDE12345'],
    CreationDate: new Date('2026-01-10T08:00:00Z'),
    DeveloperCertificates: [],
    Entitlements: { 'application-identifier': `ABCDE12345.${bundleId}`, 'get-task-allow': false },
    ExpirationDate: new Date('2099-01-10T08:00:00Z'),
    Name: 'Acme store',
    Platform: ['iOS'],
    TeamIdentifier: ['ABCDE12345'],
    UUID: '0f3c1d3e-1111-4222-8333-abcdefabcdef',
    ...changes,
  }
  const given = Object.entries(fields).filter(([, value]) => value !== undefined)
  return Buffer.from(build(Object.fromEntries(given) as PlistInput))
}

/** Writes entries without compression, one after another. */
class StoredZip {
  readonly #file: FileHandle
  readonly #directory: Buffer[] = []
  #at = 0

  constructor(file: FileHandle) {
    this.#file = file
  }

  async add(name: string, content: Buffer): Promise<void> {
    await this.#header(name, content.length, crc32(content))
    await this.#write(content)
  }

  /** A number at the beginning of every megabyte, and holes between. */
  async addPattern(name: string, bytes: number): Promise<void> {
    const block = Buffer.alloc(MIB)
    const blocks = Math.ceil(bytes / MIB)
    const mark = (index: number) => {
      block.writeUInt32LE(index + 1)
      return block.subarray(0, Math.min(MIB, bytes - index * MIB))
    }
    let sum = 0
    for (let index = 0; index < blocks; index += 1) sum = crc32(mark(index), sum)
    await this.#header(name, bytes, sum)
    for (let index = 0; index < blocks; index += 1)
      await this.#file.write(mark(index), 0, Math.min(4, bytes - index * MIB), this.#at + index * MIB)
    this.#at += bytes
  }

  async #header(name: string, size: number, sum: number): Promise<void> {
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt32LE(sum, 10)
    shared.writeUInt32LE(size, 14)
    shared.writeUInt32LE(size, 18)
    shared.writeUInt16LE(Buffer.byteLength(name), 22)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(this.#at, 10)
    this.#directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), shared, rest, Buffer.from(name))
    await this.#write(Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), shared, Buffer.from(name)]))
  }

  async end(): Promise<void> {
    const directory = Buffer.concat(this.#directory)
    const end = Buffer.alloc(22)
    end.writeUInt32LE(0x06054b50)
    const entries = this.#directory.length / 4
    end.writeUInt16LE(entries, 8)
    end.writeUInt16LE(entries, 10)
    end.writeUInt32LE(directory.length, 12)
    end.writeUInt32LE(this.#at, 16)
    await this.#write(Buffer.concat([directory, end]))
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#file.write(bytes, 0, bytes.length, this.#at)
    this.#at += bytes.length
  }
}
