import { listMember, member, textMember } from '../../transport/answer.ts'
import { readNote, type StateNote } from './build-uploads.ts'
import { type Attributes, choice, number, type Open, structure, text } from './shape.ts'
import { uploadOperations } from './upload-operations.ts'

/** The documented states of a file that is delivered. */
export const ASSET_STATES = ['AWAITING_UPLOAD', 'UPLOAD_COMPLETE', 'COMPLETE', 'FAILED'] as const

/** Where a file stands. */
export interface AssetStatus {
  readonly state: Open<(typeof ASSET_STATES)[number]>
  readonly errors: readonly StateNote[]
}

/** What Apple has computed of a file. Answers have been seen with an empty object here. */
export interface FileChecksums {
  /** MD5 of the MD5s of the parts, `-`, number of parts, `-`, size of a part. */
  readonly composite?: string
}

/** Attributes of a file of an upload. Source: Apple's document, schema `BuildUploadFile`. */
export const buildUploadFileShape = {
  assetType: choice(['ASSET', 'ASSET_DESCRIPTION', 'ASSET_SPI']),
  fileName: text,
  fileSize: number,
  uti: choice([
    'com.apple.binary-property-list',
    'com.apple.ipa',
    'com.apple.pkg',
    'com.apple.xml-property-list',
    'com.pkware.zip-archive',
  ]),
  assetDeliveryState: structure(readStatus),
  sourceFileChecksums: structure(readChecksums),
  uploadOperations,
}

/** A file of an upload. */
export type BuildUploadFile = { readonly id: string } & Attributes<typeof buildUploadFileShape>

function readStatus(value: unknown): AssetStatus | undefined {
  const state = textMember(value, 'state')
  return state === undefined ? undefined : { state, errors: listMember(value, 'errors').map(readNote) }
}

function readChecksums(value: unknown): FileChecksums {
  const composite = textMember(member(value, 'composite'), 'hash')
  return composite === undefined ? {} : { composite }
}
