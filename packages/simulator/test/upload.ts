import { type Answer, type Client, created, creation, modification, one } from './client.ts'

/** A request of an upload, as a reservation tells it. */
export interface Operation {
  readonly method: string
  readonly url: string
  readonly offset: number
  readonly length: number
  readonly requestHeaders: readonly { readonly name: string; readonly value: string }[]
}

/** What an upload says of its file. */
export interface UploadWish {
  readonly app: string
  readonly buildNumber?: string
  readonly version?: string
  readonly platform?: string
  readonly uti?: string
}

/** `state` of an upload. */
export interface UploadState {
  readonly state: string
  readonly errors: readonly { readonly code: string; readonly description: string }[]
  readonly warnings: readonly { readonly code: string; readonly description: string }[]
}

/** Uploads a file from the reservation to the commit, and reads what became of it. */
export async function uploadFile(client: Client, bytes: Buffer, wish: UploadWish): Promise<Answer> {
  const { app, buildNumber = '8', version = '1.1', platform = 'IOS', uti = 'com.apple.ipa' } = wish
  const attributes = { cfBundleShortVersionString: version, cfBundleVersion: buildNumber, platform }
  const upload = created(
    await client.post('/v1/buildUploads', creation('buildUploads', attributes, { app: one('apps', app) })),
  )
  const file = { assetType: 'ASSET', fileName: 'Acme.ipa', fileSize: bytes.length, uti }
  const within = { buildUpload: one('buildUploads', upload) }
  const reserved = await client.post('/v1/buildUploadFiles', creation('buildUploadFiles', file, within))
  for (const { method, url, offset, length, requestHeaders } of reserved.data.attributes
    .uploadOperations as Operation[]) {
    const headers = Object.fromEntries(requestHeaders.map(({ name, value }) => [name, value]))
    const body = new Uint8Array(bytes.subarray(offset, offset + length))
    const { status } = await fetch(url, { method, headers, body })
    if (status !== 200) throw new Error(`a part was answered with ${status}`)
  }
  const id = created(reserved)
  const committed = await client.patch(
    `/v1/buildUploadFiles/${id}`,
    modification('buildUploadFiles', id, { uploaded: true }),
  )
  if (committed.status !== 200) throw new Error(`the commit was answered with ${committed.status} ${committed.text}`)
  return await client.get(`/v1/buildUploads/${upload}?include=build`)
}

/** What became of an upload. */
export function stateOf({ data }: Answer): UploadState {
  return data.attributes.state as UploadState
}
