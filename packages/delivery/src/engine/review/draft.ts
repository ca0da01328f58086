import type { StorePort } from '../metadata/port.ts'
import type { StorePlatform } from '../platforms.ts'
import type { ReviewContext } from './review.ts'

/** A version; without a number, the one that is in a draft. */
export interface DraftTarget {
  readonly appId: string
  readonly platform: StorePlatform
  readonly version: string | undefined
}

/**
 * Takes a version out of the submission that it was put into and that was never handed in, so that it can be edited again. App Review
 * has not seen it; what else is in that submission stays there. A version that is in none is left alone.
 */
export async function takeOutOfDraft(
  { appId, platform, version: wanted }: DraftTarget,
  { port, log, onChange }: Pick<ReviewContext, 'port' | 'log' | 'onChange'>,
): Promise<void> {
  const versions = await port.listVersions(appId, platform)
  const found = versions.find(({ version, state }) => state === IN_DRAFT && (wanted ?? version) === version)
  const draftId = found && (await draftWith(found.id, { appId, platform }, port))
  if (found === undefined || draftId === undefined) return
  await port.takeOutOfSubmission(draftId, found.id)
  onChange?.({ kind: 'taken-out-of-draft', version: found.version, submissionId: draftId })
  log(`version ${found.version} is taken out of a submission that was never handed in`)
}

/** State of a version, and of a submission, between being put together and being handed in. */
export const IN_DRAFT = 'READY_FOR_REVIEW'

async function draftWith(
  versionId: string,
  { appId, platform }: Pick<DraftTarget, 'appId' | 'platform'>,
  port: StorePort,
): Promise<string | undefined> {
  const open = await port.listOpenSubmissions(appId, platform)
  for (const { id } of open.filter(({ state }) => state === IN_DRAFT)) {
    if ((await port.versionsIn(id)).includes(versionId)) return id
  }
  return undefined
}
