import type { AnalysedTarget } from './analyse-target.ts'
import { parseSettingKey } from './build-settings/assignment.ts'
import type { TargetSettings } from './build-settings/target-settings.ts'
import type { Warning } from './scheme-index.ts'

/** What a person should know about the targets analysed, each thing once. */
export function warningsOf(targets: readonly AnalysedTarget[], settings: readonly TargetSettings[]): Warning[] {
  const all = [...settings.flatMap(xcconfigWarnings), ...targets.flatMap(targetWarnings), ...sameBundleIds(targets)]
  return [...new Map(all.map((warning) => [`${warning.code} ${warning.message}`, warning])).values()]
}

function xcconfigWarnings(settings: TargetSettings): Warning[] {
  const missing = settings.missingXcconfigs
    .filter((file) => !file.isOptional)
    .map(
      (file): Warning => ({
        code: 'xcconfig_missing',
        message: `${file.path} does not exist (named in ${file.referredFrom})`,
      }),
    )
  const malformed = settings.xcconfigProblems.map((message): Warning => ({ code: 'xcconfig_malformed', message }))
  return [...missing, ...malformed]
}

function targetWarnings(target: AnalysedTarget): Warning[] {
  return [...undefinedWarnings(target), ...teamWarnings(target), ...entitlementsWarnings(target)]
}

/** A bundle ID that counts on a setting being empty is worth a look. */
function undefinedWarnings({ name, bundleId }: AnalysedTarget): Warning[] {
  if (bundleId.state === 'unresolved' || bundleId.undefinedNames.length === 0) return []
  const names = bundleId.undefinedNames.map((undefinedName) => `$(${undefinedName})`).join(', ')
  const message = `${name}: nothing defines ${names}, which counts as empty in the bundle ID ${bundleId.value}`
  return [{ code: 'setting_undefined', message }]
}

/** Setting the team for signing changes such a bundle ID, so the team has to be known before the analysis. */
function teamWarnings({ name, bundleId }: AnalysedTarget): Warning[] {
  const isPart =
    bundleId.undefinedNames.includes(TEAM) ||
    bundleId.origins.some(({ setting }) => parseSettingKey(setting).name === TEAM)
  const message = `${name}: the bundle ID is made of $(${TEAM}), so it changes with the team that signs`
  return isPart ? [{ code: 'bundle_id_depends_on_team', message }] : []
}

const TEAM = 'DEVELOPMENT_TEAM'

function entitlementsWarnings(target: AnalysedTarget): Warning[] {
  const { entitlements } = target
  if (entitlements.state === 'missing') {
    return [{ code: 'entitlements_missing', message: `${target.name}: ${entitlements.path} does not exist` }]
  }
  if (entitlements.state === 'unresolved') return [unresolved(target, entitlements.reason)]
  if (entitlements.state === 'none') return []
  return entitlements.unresolved.map(({ keyPath, reason }) =>
    unresolved(target, `${entitlements.path}, ${keyPath}: ${reason}`),
  )
}

function unresolved(target: AnalysedTarget, reason: string): Warning {
  return { code: 'value_unresolved', message: `${target.name}: ${reason}` }
}

function sameBundleIds(targets: readonly AnalysedTarget[]): Warning[] {
  const owners = new Map<string, string[]>()
  for (const { name, bundleId } of targets) {
    if (bundleId.state === 'resolved') owners.set(bundleId.value, [...(owners.get(bundleId.value) ?? []), name])
  }
  return [...owners]
    .filter(([, names]) => names.length > 1)
    .map(([identifier, names]) => ({
      code: 'same_bundle_id',
      message: `${names.join(' and ')} share the bundle ID ${identifier}`,
    }))
}
