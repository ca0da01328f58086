import { pendingOf } from '../app-store-connect/build-upload-files/state.ts'
import { buildUploadFiles } from '../app-store-connect/build-upload-files/store.ts'
import { mailOf } from '../app-store-connect/build-uploads/mail.ts'
import { decideUpload } from '../app-store-connect/build-uploads/state.ts'
import { type BuildUploadRecord, buildUploads } from '../app-store-connect/build-uploads/store.ts'
import { digestOf, receivedParts } from '../uploads/store.ts'
import { storeOf } from '../world/team.ts'
import type { Scene } from '../world/world.ts'
import { controlErrors } from './errors.ts'
import { FATE_FORM, isFate } from './fate.ts'
import { type Json, number } from './reading.ts'

function unknown(kind: string, id: string): Error {
  return controlErrors.unknown_thing({ kind, id }, { detail: `no ${kind} '${id}'` })
}

function uploadOf(scene: Scene, id: string): BuildUploadRecord {
  const record = storeOf(scene.team, buildUploads).get(id)
  if (record === undefined) throw unknown('build upload', id)
  return record
}

/** A build upload with what Apple wrote to the people of the app. */
export function shownBuildUpload(scene: Scene, id: string): unknown {
  const record = uploadOf(scene, id)
  return { ...record, mail: mailOf(scene, record) }
}

/** Decides what becomes of a build upload, after `forMs` if it is committed. */
export function changeBuildUpload(scene: Scene, id: string, body: Json): BuildUploadRecord {
  const record = uploadOf(scene, id)
  const { forMs: _, ...fate } = body
  const forMs = number(body, 'forMs', 0) ?? 0
  if (isFate(fate)) return decideUpload(scene, record, fate, forMs)
  throw controlErrors.bad_request(
    { field: 'body', accepted: FATE_FORM },
    { detail: `the body must be ${FATE_FORM}, with forMs if wished` },
  )
}

/** What came of a file of a build upload: its parts, and the digest of its bytes once they are all there. */
export async function receivedFile(scene: Scene, id: string): Promise<unknown> {
  const record = storeOf(scene.team, buildUploadFiles).get(id)
  const pending = record === undefined ? undefined : pendingOf(scene, record)
  if (record === undefined || pending === undefined) throw unknown('build upload file', id)
  const whole = receivedParts(pending)
  const parts = [...pending.parts]
    .map(([offset, { length, md5, times }]) => ({ offset, length, md5: md5.toString('hex'), times }))
    .sort((one, other) => one.offset - other.offset)
  return {
    fileName: record.fileName,
    fileSize: record.fileSize,
    receivedBytes: parts.reduce((sum, { length }) => sum + length, 0),
    sha256: whole === undefined ? null : await digestOf(pending, whole, 'sha256'),
    parts,
  }
}
