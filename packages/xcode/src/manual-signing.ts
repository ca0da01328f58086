import { xcodeErrors } from './errors.ts'
import { applySplices } from './pbxproj/edit.ts'
import { pbxprojPath, type XcodeProject } from './project.ts'
import { replaceFile } from './replace-file.ts'
import {
  type Edit,
  type ManualSigning,
  type SigningChange,
  setAttributes,
  setBuildSettings,
  targetNamed,
} from './signing-edits.ts'

export type { ManualSigning, SigningChange } from './signing-edits.ts'

/** The project's text with manual signing, not yet written. */
export interface ManualSigningEdit {
  readonly changes: readonly SigningChange[]
  readonly original: Uint8Array
  readonly edited: Uint8Array
}

/** What was written, and the way back. */
export interface ManualSigningResult {
  readonly changes: readonly SigningChange[]
  /** Absolute path of the file that was written. */
  readonly path: string
  /** The bytes as they were; pass them to `restoreProject`. */
  readonly original: Uint8Array
  /** The bytes as written; `restoreProject` uses them to see whether somebody else has written since. */
  readonly edited: Uint8Array
}

/**
 * Sets targets to manual signing, in place: only the lines that must change do, and a second run changes nothing.
 * Throws `xcode.target_not_found`, `configuration_not_found`, `signing_value_invalid`, `project_not_editable`,
 * and `project_changed` when the file on disk is no longer the one that was read.
 */
export function setManualSigning(options: {
  readonly project: XcodeProject
  readonly targets: readonly ManualSigning[]
}): ManualSigningResult {
  const { changes, original, edited } = planManualSigning(options)
  const path = pbxprojPath(options.project.path)
  if (changes.length > 0) replaceFile(path, original, edited, options.project.document.path)
  return { changes, path, original, edited }
}

/** Puts back what `setManualSigning` found. Throws `xcode.project_changed` when the file was written by others since. */
export function restoreProject({ path, original, edited }: ManualSigningResult): void {
  if (!Buffer.from(original).equals(edited)) replaceFile(path, edited, original, path)
}

/** Like `setManualSigning`, but writes nothing. */
export function planManualSigning({
  project,
  targets,
}: {
  readonly project: XcodeProject
  readonly targets: readonly ManualSigning[]
}): ManualSigningEdit {
  const edit: Edit = { splices: [], changes: [] }
  if (!project.document.isEditable) throw xcodeErrors.project_not_editable({ path: project.document.path })
  for (const signing of targets) checkValues(signing)
  for (const signing of lastOf(targets, ({ name, configuration }) => JSON.stringify([name, configuration]))) {
    setBuildSettings(project, signing, edit)
  }
  // New attributes of several targets go into one dictionary, in the order of their ids.
  const attributes = [...lastOf(targets, ({ name }) => name)].map((signing) => ({
    signing,
    target: targetNamed(project, signing.name),
  }))
  attributes.sort((a, b) => (a.target.id < b.target.id ? -1 : 1))
  for (const { signing, target } of attributes) setAttributes(project, target, signing, edit)
  const original = project.document.bytes
  return { changes: edit.changes, original, edited: applySplices(project.document, edit.splices) }
}

function lastOf(targets: readonly ManualSigning[], key: (signing: ManualSigning) => string): Iterable<ManualSigning> {
  return new Map(targets.map((signing) => [key(signing), signing])).values()
}

const ACCEPTED: readonly (readonly [keyof ManualSigning, RegExp, string])[] = [
  ['teamId', /^[A-Z0-9]{10}$/, 'ten capital letters and digits'],
  ['identity', /^[0-9A-Fa-f]{40}$/, 'the SHA-1 fingerprint of the certificate, 40 hexadecimal digits'],
  ['profileUuid', /^[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$/, 'a UUID'],
]

function checkValues(signing: ManualSigning): void {
  for (const [field, pattern, accepted] of ACCEPTED) {
    const value = signing[field]
    if (value === undefined || pattern.test(value)) continue
    throw xcodeErrors.signing_value_invalid(
      { field, target: signing.name, accepted },
      { detail: `${field} of "${signing.name}" must be ${accepted}` },
    )
  }
}
