import { relative } from 'node:path'
import { type Instant, toIso } from '@cordon/core/instant'
import type { Action } from '@cordon/provisioning/engine/model'
import { actionLine } from '@cordon/provisioning/engine/render'
import { changesHead } from '../changes-head.ts'
import type { ProvisionedProject } from './result.ts'

export interface SummaryOptions {
  /** The reader has been told the changes at Apple one by one as they were made: they are counted only. */
  readonly changesWereTold?: boolean
}

/** What happened, in plain words, for the end of a log. */
export function summaryLines(
  result: ProvisionedProject,
  workingFolder: string,
  options: SummaryOptions = {},
): readonly string[] {
  return [
    ...projectLines(result, workingFolder),
    '',
    ...appleLines(result, options),
    '',
    ...profileLines(result),
    '',
    ...diskLines(result, workingFolder),
    ...noticeLines(result),
  ]
}

function projectLines({ analysis, targets }: ProvisionedProject, workingFolder: string): string[] {
  const bundles = targets.map(({ target, bundleId }) => `  ${bundleId}  (${target.name}, ${target.role})`)
  const project = relative(workingFolder, analysis.projectPath) || analysis.projectPath
  return [`Project ${project}, scheme ${analysis.scheme.name}, configuration ${analysis.configuration}:`, ...bundles]
}

function appleLines(
  { provisioned, appleRequests, appleRequestsLeft }: ProvisionedProject,
  { changesWereTold = false }: SummaryOptions,
): string[] {
  const left = appleRequestsLeft === undefined ? 'Apple does not say' : `${appleRequestsLeft} in this hour`
  return [
    ...changeLines(provisioned.changes, changesWereTold),
    `Requests to Apple: ${appleRequests} used, left: ${left}`,
  ]
}

/** What was changed at Apple; changes that were told one by one are counted only. */
export function changeLines(changes: readonly Action[], wereTold: boolean): readonly string[] {
  if (changes.length === 0) return ['At Apple nothing had to change']
  const lines = wereTold ? [] : changes.map((action) => `  ${actionLine(action)}`)
  return [changesHead('At Apple', changes.length, wereTold), ...lines]
}

function profileLines({ provisioned, uiTests }: ProvisionedProject): string[] {
  const certificates = new Map(provisioned.profiles.map(({ certificate }) => [certificate.serial, certificate]))
  const certificateRows = [...certificates.values()].map(({ name, kind, serial, expiresAt }) => [
    name,
    kind,
    serial,
    day(expiresAt),
  ])
  const tests = new Set(uiTests.map(({ bundleId }) => bundleId))
  const rows = provisioned.profiles.map((profile) => [
    tests.has(profile.identifier) ? `${profile.identifier} (UI tests)` : profile.identifier,
    profile.distribution,
    profile.name,
    profile.outcome,
    day(profile.expiresAt),
    profile.why,
  ])
  return [
    ...columns(['CERTIFICATE', 'KIND', 'SERIAL', 'UNTIL'], certificateRows),
    '',
    ...columns(['BUNDLE ID', 'DISTRIBUTION', 'PROFILE', 'OUTCOME', 'UNTIL', 'BECAUSE'], rows),
  ]
}

function columns(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows]
  const widths = head.map((_, index) => Math.max(...all.map((row) => [...(row[index] ?? '')].length)))
  return all.map((row) =>
    row
      .map((cell, index) => pad(cell, widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - [...text].length))
}

function day(at: Instant): string {
  return toIso(at).slice(0, 10)
}

function diskLines({ assets, projectEdit }: ProvisionedProject, workingFolder: string): string[] {
  const shown = (path: string) => relative(workingFolder, path) || path
  const files = assets.files.map((path) => `  wrote ${shown(path)}`)
  const keychain = assets.keychain === undefined ? [] : [`  identities are in ${assets.keychain}`]
  const edits = (projectEdit?.changes ?? []).map(
    (change) =>
      `  ${change.target}${change.configuration ? ` (${change.configuration})` : ''}: ${change.setting} ${change.before === undefined ? 'set' : `changed from "${change.before}"`} to "${change.after}"`,
  )
  const project =
    projectEdit === undefined
      ? ['  the project was left as it is']
      : edits.length === 0
        ? ['  the project was right already']
        : edits
  return ['On disk:', ...files, ...keychain, ...project]
}

function noticeLines({ provisioned, analysis }: ProvisionedProject): string[] {
  const warnings = [
    ...analysis.warnings.map(({ message }) => `  ${message}`),
    ...provisioned.warnings.map(({ text, remedy }) => `  ${text}. ${remedy}`),
  ]
  const todos = provisioned.todos.map(({ identifier, text, page }) => `  ${identifier}: ${text} (${page})`)
  return [
    ...(warnings.length > 0 ? ['', 'Good to know:', ...warnings] : []),
    ...(todos.length > 0 ? ['', 'To be done by a person at Apple:', ...todos] : []),
  ]
}
