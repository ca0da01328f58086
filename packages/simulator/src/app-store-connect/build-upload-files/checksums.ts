import { compositeOf, digestOf, type PendingUpload, type ReceivedPart } from '../../uploads/store.ts'
import { invalidAttribute } from '../json-api/errors.ts'
import type { Checksums } from './store.ts'

const ALGORITHMS: Readonly<Record<string, string>> = { MD5: 'md5', SHA_256: 'sha256' }

function bad(detail: string): Error {
  return invalidAttribute('sourceFileChecksums', detail)
}

function readOne(value: unknown, name: string, algorithms: readonly string[]): Checksums['file'] {
  if (value === undefined || value === null) return undefined
  const { hash, algorithm } = typeof value === 'object' ? (value as Record<string, unknown>) : {}
  if (typeof hash !== 'string' || typeof algorithm !== 'string' || !algorithms.includes(algorithm)) {
    throw bad(`'${name}' must have a hash and an algorithm of ${algorithms.join(', ')}`)
  }
  return { hash, algorithm }
}

/** Reads checksums that a client declares. */
export function readChecksums(value: unknown): Checksums {
  const sent: Record<string, unknown> = typeof value === 'object' && value !== null ? { ...value } : {}
  const extra = Object.keys(sent).find((name) => !['file', 'composite'].includes(name))
  if (extra !== undefined) throw bad(`'${extra.slice(0, 100)}' is not a checksum of a file`)
  const file = readOne(sent.file, 'file', Object.keys(ALGORITHMS))
  const composite = readOne(sent.composite, 'composite', ['MD5'])
  return { ...(file === undefined ? {} : { file }), ...(composite === undefined ? {} : { composite }) }
}

/** Whether what a client declared is what came. Nothing declared is right. */
export async function areRight(
  { file, composite }: Checksums,
  upload: PendingUpload,
  parts: readonly ReceivedPart[],
): Promise<boolean> {
  if (composite !== undefined && composite.hash.toLowerCase() !== compositeOf(upload, parts)) return false
  if (file === undefined) return true
  return file.hash.toLowerCase() === (await digestOf(upload, parts, ALGORITHMS[file.algorithm] ?? 'md5'))
}
