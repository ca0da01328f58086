import type { Instant } from '@cordon/core/instant'
import { listMember, member, textMember } from '../../transport/answer.ts'
import { number, structures, time } from './shape.ts'

/** One part of a file and where it goes: a signed URL that is a secret until it expires. */
export interface UploadOperation {
  readonly method: string
  readonly url: string
  /** Place of the part in the file, in bytes. */
  readonly offset: number
  readonly length: number
  /** To be sent exactly so, and no other: the token of the API must never get there. */
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** Undefined for screenshots. */
  readonly partNumber?: number
  readonly expiration?: Instant
  /** MD5 of the part that Apple has; absent until it has it. Observed 2025-10-16 between PUT and commit. */
  readonly entityTag?: string
}

/** The operations of a reserved file. Apple gives them in any order. */
export const uploadOperations = structures(readUploadOperation)

function readUploadOperation(value: unknown): UploadOperation | undefined {
  const [method, url] = [textMember(value, 'method'), textMember(value, 'url')]
  const [offset, length] = [number.read(member(value, 'offset')), number.read(member(value, 'length'))]
  if (method === undefined || url === undefined || offset === undefined || length === undefined) return undefined
  const partNumber = number.read(member(value, 'partNumber'))
  const expiration = time.read(member(value, 'expiration'))
  const entityTag = textMember(value, 'entityTag')
  return {
    ...{ method, url, offset, length, headers: listMember(value, 'requestHeaders').flatMap(readHeader) },
    ...(partNumber !== undefined && { partNumber }),
    ...(expiration !== undefined && { expiration }),
    ...(entityTag !== undefined && entityTag !== '' && { entityTag }),
  }
}

function readHeader(value: unknown): { name: string; value: string }[] {
  const [name, text] = [textMember(value, 'name'), textMember(value, 'value')]
  return name === undefined || text === undefined ? [] : [{ name, value: text }]
}
