import { resolve } from 'node:path'
import { stepErrors } from '@cordon/steps/errors'
import { analyseProject, type ProjectAnalysis } from '@cordon/xcode/analyse'
import type { AnalysedTarget } from '@cordon/xcode/analyse-target'
import type { SettingOrigin } from '@cordon/xcode/build-settings/assignment'
import type { Resolution } from '@cordon/xcode/build-settings/resolve'
import type { Command } from 'commander'
import { type Context, show } from '../context.ts'
import { topLevel } from '../overview.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context

interface InspectOptions {
  readonly scheme?: string
  readonly configuration?: string
  readonly setting: readonly string[]
  readonly macCatalyst?: boolean
}

/** Adds the commands that read Xcode projects. They ask nobody and need no Xcode. */
export function addXcodeCommands(program: Command, getContext: GetContext): void {
  const xcode = topLevel(program, 'xcode')
  xcode
    .command('inspect')
    .description('show what a scheme signs, and the file and line that each value comes from')
    .argument('<path>', 'an .xcodeproj, an .xcworkspace, a Package.swift, or a folder that holds one of them')
    .option('--scheme <name>', 'may be left out when only one scheme archives an app')
    .option('--configuration <name>', 'the one that the scheme archives, unless told')
    .option('--mac-catalyst', 'as built for Mac Catalyst')
    .option('--setting <NAME=VALUE>', 'a build setting that wins over all files; may be repeated', collect, [])
    .action((path: string, options: InspectOptions, command: Command) => inspect(getContext(command), path, options))
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

function inspect(context: Context, path: string, options: InspectOptions): void {
  const { scheme, configuration } = options
  const analysis = analyseProject({
    path: resolve(context.environment.workingFolder, path),
    macCatalyst: options.macCatalyst === true,
    overrides: Object.fromEntries(options.setting.map(readSetting)),
    ...(scheme === undefined ? {} : { scheme }),
    ...(configuration === undefined ? {} : { configuration }),
  })
  const rows = [...analysis.targets, ...analysis.uiTestTargets].map(toRow)
  show(context, toDocument(analysis, rows), toText(analysis, rows))
}

function readSetting(text: string): readonly [name: string, value: string] {
  const [, name, value] = /^([A-Za-z_]\w*)=(.*)$/s.exec(text) ?? []
  if (name !== undefined && value !== undefined) return [name, value]
  const accepted = 'NAME=VALUE'
  throw stepErrors.input_invalid({ input: 'setting', accepted }, { detail: `"--setting" must be ${accepted}` })
}

/** One value of a target: what it is, or why it is not known, and the lines that made it. */
interface InspectedValue {
  readonly value: string | null
  readonly reason?: string
  readonly origins: readonly SettingOrigin[]
}

interface InspectedTarget {
  readonly target: string
  readonly role: string
  readonly productType: InspectedValue
  readonly platform: InspectedValue
  readonly bundleId: InspectedValue
  readonly team: InspectedValue
  readonly signingStyle: InspectedValue
  readonly profile: InspectedValue
  readonly entitlements: InspectedValue & {
    readonly keys: readonly string[]
    readonly unresolved: readonly { readonly keyPath: string; readonly reason: string }[]
  }
}

function toRow(target: AnalysedTarget): InspectedTarget {
  const { productTypeOrigin, platformOrigins, signingStyle } = target
  return {
    target: target.name,
    role: target.role,
    productType: { value: target.productType, origins: productTypeOrigin === undefined ? [] : [productTypeOrigin] },
    platform: {
      value: target.platformDisplayName ?? null,
      origins: platformOrigins,
      ...(target.platformDisplayName === undefined && { reason: 'SDKROOT and SUPPORTED_PLATFORMS do not tell' }),
    },
    bundleId: inspectedValue(target.bundleId),
    team: inspectedValue(target.teamId, 'the project names no team'),
    signingStyle: {
      value: signingStyle.value,
      origins: signingStyle.origin === undefined ? [] : [signingStyle.origin],
    },
    profile: { value: target.needsProfile ? 'its own' : 'none: nothing in it needs one on macOS', origins: [] },
    entitlements: entitlementsOf(target),
  }
}

function inspectedValue(resolution: Resolution | undefined, reasonWithout = 'nothing defines it'): InspectedValue {
  if (resolution === undefined) return { value: null, reason: reasonWithout, origins: [] }
  const { origins } = resolution
  if (resolution.state === 'resolved') return { value: resolution.value, origins }
  return { value: null, reason: resolution.reason, origins }
}

function entitlementsOf({ entitlements }: AnalysedTarget): InspectedTarget['entitlements'] {
  const nothing = { value: null, keys: [], unresolved: [], origins: [] }
  switch (entitlements.state) {
    case 'none':
      return { ...nothing, reason: 'CODE_SIGN_ENTITLEMENTS is not set' }
    case 'unresolved':
      return { ...nothing, reason: entitlements.reason }
    case 'missing':
      return { ...nothing, reason: `${entitlements.path} does not exist`, origins: entitlements.origins }
    case 'read': {
      const { path, values, unresolved, origins } = entitlements
      return { value: path, keys: Object.keys(values).sort(), unresolved, origins }
    }
  }
}

function toDocument(analysis: ProjectAnalysis, targets: readonly InspectedTarget[]) {
  const { projectPath, scheme, configuration, platform, warnings } = analysis
  return { project: projectPath, scheme, configuration, platform: platform ?? null, targets, warnings }
}

const COLUMNS = ['TARGET', 'PRODUCT TYPE', 'PLATFORM', 'BUNDLE ID', 'TEAM', 'ENTITLEMENTS'] as const

function toText(analysis: ProjectAnalysis, targets: readonly InspectedTarget[]): string {
  const { project, scheme, configuration, warnings } = analysis
  const rows = targets.map((target) => [
    target.target,
    target.productType.value?.replace('com.apple.product-type.', '') ?? '',
    shown(target.platform),
    shown(target.bundleId),
    shown(target.team),
    target.entitlements.value === null ? '-' : `${target.entitlements.value} (${target.entitlements.keys.length})`,
  ])
  return [
    `project ${project.name}, scheme "${scheme.name}" (${scheme.kind}), configuration ${configuration}\n`,
    table(COLUMNS, rows, 'the scheme signs nothing'),
    'where the values come from\n',
    ...targets.map(explain),
    ...(warnings.length === 0 ? [] : ['good to know\n', ...warnings.map(({ message }) => `  ${message}\n`)]),
  ].join('\n')
}

function shown({ value }: InspectedValue): string {
  return value ?? '?'
}

const EXPLAINED = [
  ['product type', 'productType'],
  ['platform', 'platform'],
  ['bundle ID', 'bundleId'],
  ['team', 'team'],
  ['signing', 'signingStyle'],
  ['profile', 'profile'],
  ['entitlements', 'entitlements'],
] as const satisfies readonly (readonly [string, keyof InspectedTarget])[]

function explain(target: InspectedTarget): string {
  const values = EXPLAINED.flatMap(([name, key]) => {
    const { value, reason, origins } = target[key]
    const head = `  ${name.padEnd(13)} ${value ?? `not known: ${reason}`}`
    return [head, ...origins.map((origin) => `  ${' '.repeat(13)}   ${originText(origin)}`)]
  })
  const keys = target.entitlements.keys.map((key) => `  ${' '.repeat(13)}   ${key}`)
  const open = target.entitlements.unresolved.map(
    ({ keyPath, reason }) => `  ${' '.repeat(13)}   ${keyPath} is not known: ${reason}`,
  )
  return `${[target.target, ...values, ...keys, ...open].join('\n')}\n`
}

function originText({ file, line, layer, setting, text }: SettingOrigin): string {
  const where = file === undefined ? layer : line === undefined ? file : `${file}:${line}`
  return `${where}  ${setting} = ${text}`
}
