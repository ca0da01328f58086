import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { build } from 'plist'
import { afterAll } from 'vitest'
import { ZipFile } from 'yazl'

/** A folder of its own for one test file, removed after it. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-archive-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface Piece {
  readonly content: string | Uint8Array
  /** With the file type: a symlink is `0o120777`. */
  readonly mode?: number
  readonly compress?: boolean
}

export type Pieces = Readonly<Record<string, string | Uint8Array | Piece>>

/** The bytes of a zip archive. */
export async function zipOf(pieces: Pieces, folders: readonly string[] = []): Promise<Buffer> {
  const zip = new ZipFile()
  for (const name of folders) zip.addEmptyDirectory(name, { mtime: new Date(0) })
  for (const [name, piece] of Object.entries(pieces)) {
    const { content, ...options } =
      typeof piece === 'string' || piece instanceof Uint8Array ? { content: piece } : piece
    zip.addBuffer(Buffer.from(content), name, { mtime: new Date(0), ...options })
  }
  zip.end()
  return buffer(zip.outputStream)
}

/** Writes an archive and gives its path. */
export async function writeZip(folder: string, name: string, pieces: Pieces): Promise<string> {
  const path = join(folder, name)
  writeFileSync(path, await zipOf(pieces))
  return path
}

export type Info = Readonly<Record<string, unknown>>

/** The text of an Info.plist as Xcode fills it in, changed as a test needs. */
export function infoPlist(bundleId: string, changes: Info = {}): string {
  return build({
    CFBundleIdentifier: bundleId,
    CFBundleName: 'Tidepool',
    CFBundleExecutable: 'Tidepool',
    CFBundleShortVersionString: '1.4',
    CFBundleVersion: '27',
    CFBundleSupportedPlatforms: ['iPhoneOS'],
    MinimumOSVersion: '16.0',
    ...changes,
  } as Parameters<typeof build>[0])
}
