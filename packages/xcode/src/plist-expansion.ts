import type { BuildSettings } from './build-settings/resolve.ts'
import { isDictionary, type PlistDictionary, type PlistValue } from './plist.ts'

/** A value that holds a reference which cannot be replaced here; it stands in the result as written. */
export interface UnresolvedValue {
  /** `com.apple.security.application-groups[0]` */
  readonly keyPath: string
  readonly text: string
  readonly reason: string
}

/** A property list with the build settings in its values replaced. */
export interface ExpandedPlist {
  readonly values: PlistDictionary
  readonly unresolved: readonly UnresolvedValue[]
}

interface Expansion {
  readonly settings: BuildSettings
  readonly extra: ReadonlyMap<string, string>
  readonly keep: ReadonlySet<string>
  readonly unresolved: UnresolvedValue[]
}

/** References to `keep` stay as written and are not reported: they get their value later, from the profile. */
export function expandPlist(
  values: PlistDictionary,
  settings: BuildSettings,
  { extra = new Map(), keep = new Set() }: { extra?: ReadonlyMap<string, string>; keep?: ReadonlySet<string> } = {},
): ExpandedPlist {
  const kept = [...keep].map((name) => [name, `$(${name})`] as const)
  const expansion: Expansion = { settings, extra: new Map([...kept, ...extra]), keep, unresolved: [] }
  return { values: expandDictionary(expansion, values, ''), unresolved: expansion.unresolved }
}

function expandDictionary(
  expansion: Expansion,
  values: PlistDictionary,
  prefix: string,
): { [key: string]: PlistValue } {
  const expanded = Object.entries(values).map(([key, value]) => {
    const keyPath = prefix === '' ? key : `${prefix}.${key}`
    return [expandText(expansion, key, keyPath), expandValue(expansion, value, keyPath)] as const
  })
  return Object.fromEntries(expanded)
}

function expandValue(expansion: Expansion, value: PlistValue, keyPath: string): PlistValue {
  if (typeof value === 'string') return expandText(expansion, value, keyPath)
  if (Array.isArray(value)) return value.map((item, index) => expandValue(expansion, item, `${keyPath}[${index}]`))
  return isDictionary(value) ? expandDictionary(expansion, value, keyPath) : value
}

function expandText(expansion: Expansion, text: string, keyPath: string): string {
  if (!text.includes('$')) return text
  const resolution = expansion.settings.expand(text, expansion.extra)
  if (resolution.state === 'resolved') return resolution.value
  expansion.unresolved.push({ keyPath, text, reason: resolution.reason })
  return text
}
