import { parseSettingKey } from './build-settings/assignment.ts'
import { type BuildConfiguration, configurationNamed } from './configurations.ts'
import { xcodeErrors } from './errors.ts'
import { entriesOf, find, type PbxNode, ROOT, textOf } from './pbxproj/document.ts'
import { insertEntry, isDictionary, type Splice, setText } from './pbxproj/edit.ts'
import { lineOf } from './pbxproj/lines.ts'
import type { XcodeProject } from './project.ts'
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
  /** Left out for what is signed without a profile, such as most XPC services of Mac apps. */
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

interface Value {
  readonly key: string
  readonly value: string
}

/** Edits collected so far, and what to tell people of them. */
export interface Edit {
  readonly splices: Splice[]
  readonly changes: SigningChange[]
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

/** Edits the settings of one target in one configuration, its conditional twins with them. */
export function setBuildSettings(project: XcodeProject, signing: ManualSigning, edit: Edit): void {
  const { document } = project
  const configuration = configurationOf(targetNamed(project, signing.name), signing.configuration)
  const wanted = settingsFor(signing)
  const { settings } = configuration
  if (!isDictionary(document, settings)) {
    addBuildSettings(project, configuration, wanted, signing, edit)
    return
  }
  const twins = [...entriesOf(document, settings).keys()].flatMap((key) => twinOf(key, wanted))
  const sorted = [...wanted, ...twins].sort((a, b) => (a.key < b.key ? -1 : 1))
  for (const value of sorted) setValue(project, settings, value, edit, signing, signing.configuration)
}

function addBuildSettings(
  project: XcodeProject,
  { id, name }: BuildConfiguration,
  wanted: readonly Value[],
  signing: ManualSigning,
  edit: Edit,
): void {
  const { document } = project
  const node = project.objects.get(id)
  if (node === undefined) return
  const entries = wanted.map(({ key, value }) => [key, value] as const)
  edit.splices.push(insertEntry(document, node, 'buildSettings', { entries }))
  const where = `${document.path}:${lineOf(document, node)}`
  for (const { key, value } of wanted) {
    edit.changes.push({
      target: signing.name,
      configuration: name,
      setting: key,
      before: undefined,
      after: value,
      where,
    })
  }
}

/** A conditional key such as `CODE_SIGN_IDENTITY[sdk=iphoneos*]` wins over the plain one, so it gets the same value. */
function twinOf(key: string, wanted: readonly Value[]): Value[] {
  const { name, conditions } = parseSettingKey(key)
  return conditions.length === 0
    ? []
    : wanted.filter((value) => value.key === name).map(({ value }) => ({ key, value }))
}

/** Edits what the project's `TargetAttributes` say of a target; they hold for all configurations. */
export function setAttributes(project: XcodeProject, target: Target, signing: ManualSigning, edit: Edit): void {
  const { document } = project
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

/** Throws `xcode.target_not_found`. */
export function targetNamed(project: XcodeProject, name: string): Target {
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
