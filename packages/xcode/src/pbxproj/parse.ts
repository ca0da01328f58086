import { xcodeErrors } from '../errors.ts'
import { messageOf } from '../message.ts'
import { parseXmlPlist } from '../plist-xml.ts'
import type { PbxDocument } from './document.ts'
import { lineAt, ScanProblem } from './problem.ts'
import { MAX_DEPTH, scan } from './scan.ts'
import { openStepOf } from './write.ts'

/** Larger than any project known (4 MB) by far, and small enough to be read into memory. */
export const MAX_PROJECT_BYTES = 256 * 1024 * 1024

/**
 * Reads a `project.pbxproj`. Projects written as XML are read too, but cannot be edited.
 * Throws `xcode.merge_conflict`, `project_truncated`, `project_malformed`, `project_too_deep`, `file_too_large`
 * or `not_a_project`, each with path and line.
 */
export function parsePbxproj(bytes: Uint8Array, path: string): PbxDocument {
  const limit = MAX_PROJECT_BYTES
  if (bytes.length > limit) throw xcodeErrors.file_too_large({ path, bytes: bytes.length, limit })
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return startsWithXml(buffer) ? parseXml(buffer, path) : parseOpenStep(buffer, path, true)
}

function startsWithXml(bytes: Buffer): boolean {
  return /^(?:\u00ef\u00bb\u00bf)?\s*<\?xml/.test(bytes.toString('latin1', 0, 64))
}

function parseOpenStep(bytes: Buffer, path: string, isEditable: boolean): PbxDocument {
  try {
    return { path, bytes, tape: scan(bytes), isEditable }
  } catch (problem) {
    throw problem instanceof ScanProblem ? explain(problem, bytes, path) : problem
  }
}

function parseXml(bytes: Buffer, path: string): PbxDocument {
  let text: string
  try {
    text = openStepOf(parseXmlPlist(bytes.toString('utf8')))
  } catch (cause) {
    throw xcodeErrors.project_malformed(
      { path, line: 1, reason: messageOf(cause) },
      { cause, detail: `${path}: ${messageOf(cause)}` },
    )
  }
  return parseOpenStep(Buffer.from(text), path, false)
}

const CONFLICT_MARKER = /(?:^|[\r\n])(?:<<<<<<<|>>>>>>>|\|\|\|\|\|\|\|)[ \r\n]/

function explain(problem: ScanProblem, bytes: Buffer, path: string): Error {
  const conflict = conflictLine(bytes)
  if (conflict !== undefined)
    return xcodeErrors.merge_conflict(
      { path, line: conflict },
      { detail: `${path}:${conflict} holds a conflict marker` },
    )
  const line = lineAt(bytes, problem.offset)
  const reason = problem.message
  const options = { detail: `${path}:${line}: ${reason}` }
  if (reason === 'too deep')
    return xcodeErrors.project_too_deep({ path, line, limit: MAX_DEPTH }, { detail: `${path}:${line}` })
  if (problem.isTruncation) return xcodeErrors.project_truncated({ path, line, reason }, options)
  return xcodeErrors.project_malformed({ path, line, reason }, options)
}

function conflictLine(bytes: Buffer): number | undefined {
  const match = CONFLICT_MARKER.exec(bytes.toString('latin1'))
  if (match === null) return undefined
  const skip = /^[\r\n]/.test(match[0]) ? 1 : 0
  return lineAt(bytes, match.index + skip)
}
