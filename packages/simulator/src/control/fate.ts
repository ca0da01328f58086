import type { BuildUploadFate } from '../world/settings.ts'
import { isJson } from './reading.ts'

/** What a fate of a build upload looks like. */
export const FATE_FORM =
  '{state: "COMPLETE" or "FAILED", errors?, warnings?, infos?: [{code, description}], processingState?: "VALID", "INVALID" or "FAILED"}'

const FIELDS = ['state', 'errors', 'warnings', 'infos', 'processingState']

function isDetail(value: unknown): boolean {
  return isJson(value) && typeof value.code === 'string' && typeof value.description === 'string'
}

function isDetails(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.every(isDetail))
}

/** Says whether a value is a fate of a build upload. */
export function isFate(value: unknown): value is BuildUploadFate {
  if (!isJson(value) || Object.keys(value).some((field) => !FIELDS.includes(field))) return false
  const { state, errors, warnings, infos, processingState } = value
  const isState = state === 'COMPLETE' || state === 'FAILED'
  const isProcessing = processingState === undefined || ['VALID', 'INVALID', 'FAILED'].includes(String(processingState))
  return isState && isProcessing && [errors, warnings, infos].every(isDetails)
}
