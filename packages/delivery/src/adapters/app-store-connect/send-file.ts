import type { UploadOperation } from '@cordon/apple/app-store-connect/wire/upload-operations'
import { SECOND_MS } from '@cordon/core/instant'
import { metadataErrors } from '../../engine/metadata/errors.ts'
import type { UploadSource } from '../../engine/metadata/port.ts'
import type { createPartSender } from './send-part.ts'

/** What sending a file is given. */
export interface SendContext {
  readonly sendPart: ReturnType<typeof createPartSender>
  readonly sleep: (durationMs: number, signal?: AbortSignal) => Promise<void>
}

const TRIES = 5
const LONGEST_WAIT_MS = 16 * SECOND_MS

/**
 * Sends every part of a file, whatever the order in which Apple lists them; a part that fails is sent again alone. Throws
 * `metadata.upload_broken`.
 */
export async function sendFile(
  file: UploadSource,
  operations: readonly UploadOperation[],
  context: SendContext,
): Promise<void> {
  for (const operation of operations) await sendOne(file, operation, context)
}

async function sendOne(
  file: UploadSource,
  operation: UploadOperation,
  { sendPart, sleep }: SendContext,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const bytes = await file.read(operation.offset, operation.length)
    const status = await statusOf(() =>
      sendPart({ ...operation, expiresAt: operation.expiration, entityTag: undefined }, bytes),
    )
    if (status !== undefined && status >= 200 && status < 300) return
    const isOver = attempt === TRIES || (status !== undefined && status < 500 && status !== 408 && status !== 429)
    if (isOver) {
      const detail = `"${file.name}": ${status === undefined ? 'the connection failed' : `status ${status}`}`
      throw metadataErrors.upload_broken({ file: file.name, tries: attempt }, { detail })
    }
    await sleep(Math.min(SECOND_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS))
  }
}

/** Undefined when no answer came. The error is dropped: it can quote the signed address. */
async function statusOf(send: () => Promise<{ readonly status: number }>): Promise<number | undefined> {
  try {
    return (await send()).status
  } catch {
    return undefined
  }
}
