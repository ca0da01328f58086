/** Where a setting can come from, lowest first; a higher layer wins. */
export const LAYERS = ['built-in', 'project-xcconfig', 'project', 'target-xcconfig', 'target', 'override'] as const
export type SettingLayer = (typeof LAYERS)[number]

/** Where a value was written. */
export interface SettingOrigin {
  readonly layer: SettingLayer | 'info-plist' | 'target-attributes'
  /** Path relative to the project's root; none for built-in values and overrides. */
  readonly file?: string
  /** Counted from 1. */
  readonly line?: number
  /** The name as written, with conditions: `CODE_SIGN_IDENTITY[sdk=iphoneos*]`. */
  readonly setting: string
  /** The value as written, before expansion. */
  readonly text: string
}

/** `[sdk=iphoneos*]` */
export interface Condition {
  readonly parameter: string
  readonly pattern: string
}

/** One line that gives a setting a value. */
export interface Assignment {
  readonly name: string
  readonly conditions: readonly Condition[]
  readonly value: string
  readonly origin: SettingOrigin
}

/** Reads a key such as `NAME[sdk=iphoneos*][arch=arm64]` or `NAME[sdk=iphoneos*,arch=arm64]`. */
export function parseSettingKey(key: string): { readonly name: string; readonly conditions: readonly Condition[] } {
  const bracket = key.indexOf('[')
  if (bracket < 0) return { name: key, conditions: [] }
  const conditions = key
    .slice(bracket)
    .split(/[[\],]/)
    .filter((part) => part.includes('='))
    .map(parseCondition)
  return { name: key.slice(0, bracket).trim(), conditions }
}

function parseCondition(text: string): Condition {
  const equals = text.indexOf('=')
  return { parameter: text.slice(0, equals).trim(), pattern: text.slice(equals + 1).trim() }
}
