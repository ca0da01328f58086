import { listMember, member, textMember } from '../../transport/answer.ts'
import { type Attributes, type Open, structure, text, time } from './shape.ts'
import { storePlatform } from './store-platforms.ts'

/** What Apple says about an upload or a file of it. */
export interface StateNote {
  /** Apple's number of the rule, such as `90683`. */
  readonly code: string
  readonly description: string
}

/** The documented states of an upload. */
export const BUILD_UPLOAD_STATES = ['AWAITING_UPLOAD', 'PROCESSING', 'FAILED', 'COMPLETE'] as const

/** Where an upload stands, with everything that Apple has to say about it. */
export interface BuildUploadStatus {
  readonly state: Open<(typeof BUILD_UPLOAD_STATES)[number]>
  readonly errors: readonly StateNote[]
  readonly warnings: readonly StateNote[]
  readonly infos: readonly StateNote[]
}

/** Attributes of an upload of a build. Source: Apple's document, schema `BuildUpload`. */
export const buildUploadShape = {
  cfBundleShortVersionString: text,
  cfBundleVersion: text,
  createdDate: time,
  uploadedDate: time,
  platform: storePlatform,
  state: structure(readStatus),
}

/** An upload of a build: one try to bring a version with a build number to App Store Connect. */
export type BuildUpload = { readonly id: string } & Attributes<typeof buildUploadShape>

/** An upload with the id of the build that came of it; undefined until Apple has made one. */
export type BuildUploadWithBuild = BuildUpload & { readonly build: string | undefined }

function readStatus(value: unknown): BuildUploadStatus | undefined {
  const state = textMember(value, 'state')
  if (state === undefined) return undefined
  const notes = (name: string) => listMember(value, name).map(readNote)
  return { state, errors: notes('errors'), warnings: notes('warnings'), infos: notes('infos') }
}

/** Reads one entry of a list of errors or warnings. */
export function readNote(value: unknown): StateNote {
  const code = member(value, 'code')
  const description = textMember(value, 'description') ?? ''
  return { code: typeof code === 'string' || typeof code === 'number' ? String(code) : '', description }
}
