import type { Answer } from '../transport/answer.ts'
import type { Perform } from '../transport/task.ts'
import { createBuildUploads } from './build-uploads.ts'
import { oneOf, readResource } from './document.ts'
import { modifyResource, readResourceAt, reference, targetIn } from './operations.ts'
import { type BuildUploadFile, buildUploadFileShape } from './wire/build-upload-files.ts'

const COLLECTION = '/v1/buildUploadFiles'

/** A file that is going to be sent. */
export interface NewBuildUploadFile {
  readonly buildUpload: string
  readonly fileName: string
  /** In bytes. */
  readonly fileSize: number
  readonly uti: 'com.apple.ipa' | 'com.apple.pkg' | 'com.pkware.zip-archive'
}

/** Files of uploads of builds (API 4.1). Cordon sends the app alone; what altool adds needs Apple's tools and is not asked for. */
export interface BuildUploadFiles {
  /** One file with its operations; those whose part Apple has carry an entity tag. Source: Apple, "Read build upload file information". */
  read(id: string): Promise<BuildUploadFile>
  /** Reserves a file and gets the operations to send it with. Source: Apple, "Create a build upload file". */
  create(file: NewBuildUploadFile): Promise<BuildUploadFile>
  /** Tells Apple that every part was sent. Checksums are not sent: Apple has refused them. Source: Apple, "Modify a build upload file". */
  commit(id: string): Promise<BuildUploadFile>
}

/** The operations on files of uploads. */
export function createBuildUploadFiles(perform: Perform): BuildUploadFiles {
  const { filesOf } = createBuildUploads(perform)
  const read: BuildUploadFiles['read'] = (id) => readResourceAt(perform, targetIn(COLLECTION, id), readAnswer)
  return {
    read,
    create: async ({ buildUpload, fileName, fileSize, uti }) =>
      perform<BuildUploadFile>({
        request: {
          method: 'POST',
          path: COLLECTION,
          pattern: COLLECTION,
          body: {
            data: {
              type: 'buildUploadFiles',
              attributes: { assetType: 'ASSET', fileName, fileSize, uti },
              relationships: { buildUpload: reference('buildUploads', buildUpload) },
            },
          },
        },
        read: readAnswer,
        reconcile: async () => {
          const { items } = await filesOf(buildUpload)
          const value = items.find((file) => file.fileName === fileName && file.fileSize === fileSize)
          return value && { value }
        },
      }),
    commit: (id) =>
      modifyResource<BuildUploadFile>(perform, targetIn(COLLECTION, id), {
        body: { data: { type: 'buildUploadFiles', id, attributes: { uploaded: true } } },
        read: readAnswer,
        current: () => read(id),
        isDone: isCommitted,
      }),
  }
}

/** Says whether Apple has been told that all parts were sent. */
export function isCommitted({ assetDeliveryState }: Pick<BuildUploadFile, 'assetDeliveryState'>): boolean {
  return assetDeliveryState?.state === 'UPLOAD_COMPLETE' || assetDeliveryState?.state === 'COMPLETE'
}

function readAnswer(answer: Answer): BuildUploadFile {
  return readResource(buildUploadFileShape, oneOf(answer, 'buildUploadFiles'))
}
