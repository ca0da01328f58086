import { parseSettingKey } from './build-settings/assignment.ts'
import { type BuildConfiguration, configurationNamed } from './configurations.ts'
import { xcodeErrors } from './errors.ts'
import { entriesOf, find, type PbxNode, ROOT, textOf } from './pbxproj/document.ts'
import { applySplices, insertEntry, isDictionary, type Splice, setText } from './pbxproj/edit.ts'
import { lineOf } from './pbxproj/lines.ts'
import { pbxprojPath, type XcodeProject } from './project.ts'
import { replaceFile } from './replace-file.ts'
import type { Target } from './targets.ts'

/** How one target is to be signed in one configuration. */
export interface ManualSigning {
  /** Name of the target. */
  readonly name: string
  readonly configuration: string
  /** Ten letters and digits. */
  readonly teamId: string
  /** SHA-1 fingerprint of the certificate, 40 hexadecimal digits; Xcode accepts it in place of the name. */
  readonly identity: string
  /** Left out for what is signed without a profile, such as an XPC service. */
  readonly profileUuid?: string
  /** For messages only: the project names the profile by its UUID. */
  readonly profileName?: string
}

/** One value of the project that changes. */
export interface SigningChange {
  readonly target: string
  /** Undefined for the attributes of a target, which hold for all configurations. */
  readonly configuration: string | undefined
  /** As written in the project: `CODE_SIGN_IDENTITY[sdk=iphoneos*]`. */
  readonly setting: string
  /** Undefined when the setting is new. */
  readonly before: string | undefined
  readonly after: string
  /** `path:line` in the file as it was; for a new setting that of the dictionary it goes into. */
  readonly where: string
}

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

interface Value {
  readonly key: string
  readonly value: string
}

interface Edit {
  readonly splices: Splice[]
  readonly changes: SigningChange[]
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
  for (const signing of lastOf(targets, ({ name }) => name)) setAttributes(project, signing, edit)
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

function settingsFor(signing: ManualSigning): Value[] {
  return [
    { key: 'CODE_SIGN_IDENTITY', value: signing.identity },
    { key: 'CODE_SIGN_STYLE', value: 'Manual' },
    { key: 'DEVELOPMENT_TEAM', value: signing.teamId },
    { key: 'PROVISIONING_PROFILE', value: signing.profileUuid ?? '' },
    { key: 'PROVISIONING_PROFILE_SPECIFIER', value: '' },
  ]
}

function setBuildSettings(project: XcodeProject, signing: ManualSigning, edit: Edit): void {
  const target = targetNamed(project, signing.name)
  const { settings } = configurationOf(target, signing.configuration)
  if (!isDictionary(project.document, settings)) return
  const wanted = settingsFor(signing)
  const twins = [...entriesOf(project.document, settings).keys()].flatMap((key) => twinOf(key, wanted))
  const sorted = [...wanted, ...twins].sort((a, b) => (a.key < b.key ? -1 : 1))
  for (const value of sorted) setValue(project, settings, value, edit, signing, signing.configuration)
}

/** A conditional key such as `CODE_SIGN_IDENTITY[sdk=iphoneos*]` wins over the plain one, so it gets the same value. */
function twinOf(key: string, wanted: readonly Value[]): Value[] {
  const { name, conditions } = parseSettingKey(key)
  return conditions.length === 0
    ? []
    : wanted.filter((value) => value.key === name).map(({ value }) => ({ key, value }))
}

function setAttributes(project: XcodeProject, signing: ManualSigning, edit: Edit): void {
  const { document } = project
  const target = targetNamed(project, signing.name)
  const known = entriesOf(document, target.attributes)
  const wanted: Value[] = [
    { key: 'DevelopmentTeam', value: signing.teamId },
    ...(known.has('DevelopmentTeamName') ? [{ key: 'DevelopmentTeamName', value: '' }] : []),
    { key: 'ProvisioningStyle', value: 'Manual' },
  ]
  if (isDictionary(document, target.attributes)) {
    for (const value of wanted) setValue(project, target.attributes, value, edit, signing, undefined)
  } else addAttributes(project, target, wanted, edit)
}

function setValue(
  project: XcodeProject,
  dictionary: PbxNode,
  { key, value }: Value,
  edit: Edit,
  { name }: ManualSigning,
  configuration: string | undefined,
): void {
  const { document } = project
  const splice = setText(document, dictionary, key, value)
  if (splice === undefined) return
  const entry = entriesOf(document, dictionary).get(key)
  const before = textOf(document, entry?.value) ?? (entry && 'a list')
  const where = `${document.path}:${lineOf(document, entry?.key ?? dictionary)}`
  edit.splices.push(splice)
  edit.changes.push({ target: name, configuration, setting: key, before, after: value, where })
}

/** A project without attributes for the target gets them only where a dictionary for them exists. */
function addAttributes(project: XcodeProject, target: Target, wanted: readonly Value[], edit: Edit): void {
  const { document } = project
  const root = project.objects.get(textOf(document, find(document, ROOT, 'rootObject')) ?? '')
  const all = find(document, root, 'attributes', 'TargetAttributes')
  if (!isDictionary(document, all)) return
  edit.splices.push(insertEntry(document, all, target.id, { entries: wanted.map(({ key, value }) => [key, value]) }))
  const where = `${document.path}:${lineOf(document, all)}`
  for (const { key, value } of wanted) {
    edit.changes.push({
      target: target.name,
      configuration: undefined,
      setting: key,
      before: undefined,
      after: value,
      where,
    })
  }
}

function targetNamed(project: XcodeProject, name: string): Target {
  const target = project.targets.find((candidate) => candidate.name === name)
  if (target !== undefined) return target
  const available = project.targets.map((candidate) => candidate.name)
  throw xcodeErrors.target_not_found(
    { target: name, available },
    { detail: `no target "${name}"; there are ${available.join(', ')}` },
  )
}

function configurationOf(target: Target, name: string): BuildConfiguration {
  const configuration = configurationNamed(target.configurations, name)
  if (configuration !== undefined) return configuration
  const available = target.configurations.configurations.map((candidate) => candidate.name)
  throw xcodeErrors.configuration_not_found(
    { configuration: name, target: target.name, available },
    { detail: `target "${target.name}" has no configuration "${name}"; there are ${available.join(', ')}` },
  )
}
