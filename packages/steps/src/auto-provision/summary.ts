import { relative } from 'node:path'
import { toIso } from '@cordon/core/instant'
import { actionLine } from '@cordon/provisioning/engine/render'
import type { AutoProvisionResult } from './result.ts'

/** What happened, in plain words, for the end of a log. */
export function summaryLines(result: AutoProvisionResult, workingFolder: string): readonly string[] {
  return [
    ...projectLines(result, workingFolder),
    '',
    ...appleLines(result),
    '',
    ...profileLines(result),
    '',
    ...diskLines(result, workingFolder),
    ...noticeLines(result),
  ]
}

function projectLines({ analysis, targets }: AutoProvisionResult, workingFolder: string): string[] {
  const bundles = targets.map(({ target, bundleId }) => `  ${bundleId}  (${target.name}, ${target.role})`)
  const project = relative(workingFolder, analysis.projectPath) || analysis.projectPath
  return [`Project ${project}, scheme ${analysis.scheme.name}, configuration ${analysis.configuration}:`, ...bundles]
}

function appleLines({ provisioned, appleRequests, appleRequestsLeft }: AutoProvisionResult): string[] {
  const { changes: actions } = provisioned
  const head = actions.length === 0 ? 'At Apple nothing had to change' : `At Apple ${actions.length} changes`
  const left = appleRequestsLeft === undefined ? '' : `, ${appleRequestsLeft} left in this hour`
  return [`${head} (${appleRequests} requests${left}):`, ...actions.map((action) => `  ${actionLine(action)}`)]
}

function profileLines({ provisioned }: AutoProvisionResult): string[] {
  const names = [...new Set(provisioned.profiles.map(({ certificate }) => certificate.name))]
  return [
    ...names.map((name) => `Certificate: ${name}`),
    'Profiles:',
    ...provisioned.profiles.map(
      (profile) =>
        `  ${profile.outcome}: ${profile.name}, until ${toIso(profile.expiresAt).slice(0, 10)}, because ${profile.why}`,
    ),
  ]
}

function diskLines({ assets, projectEdit }: AutoProvisionResult, workingFolder: string): string[] {
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

function noticeLines({ provisioned, analysis }: AutoProvisionResult): string[] {
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
