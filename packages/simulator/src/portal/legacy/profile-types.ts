import { PROFILE_KINDS } from '../../app-store-connect/profiles/kinds.ts'
import type { Slug } from './action.ts'

/** What the legacy portal calls ways to distribute. */
const METHODS = {
  development: 'limited',
  store: 'store',
  adhoc: 'adhoc',
  inhouse: 'inhouse',
  direct: 'direct',
} as const
const SUFFIXES: Readonly<Record<string, string>> = {
  limited: 'DEVELOPMENT',
  store: 'STORE',
  adhoc: 'ADHOC',
  inhouse: 'INHOUSE',
  direct: 'DIRECT',
}

/** The family that a profile type belongs to. */
export function slugOf(profileType: string): Slug {
  return PROFILE_KINDS[profileType]?.platform === 'MAC_OS' ? 'mac' : 'ios'
}

/** `tvOS` and `macCatalyst` within their families; null for the rest. */
export function subPlatformOf(profileType: string): string | null {
  if (profileType.startsWith('TVOS_')) return 'tvOS'
  return profileType.startsWith('MAC_CATALYST_') ? 'macCatalyst' : null
}

/** `distributionMethod` of a profile type. */
export function methodOf(profileType: string): string {
  return METHODS[PROFILE_KINDS[profileType]?.distribution ?? 'development']
}

function familyOf(slug: Slug, subPlatform: string): string {
  if (slug === 'mac') return subPlatform.toLowerCase() === 'maccatalyst' ? 'MAC_CATALYST' : 'MAC'
  return subPlatform.toLowerCase() === 'tvos' ? 'TVOS' : 'IOS'
}

/** The profile type that a request of the legacy portal means; `undefined` when there is none. */
export function profileTypeOf(slug: Slug, distributionType: string, subPlatform: string): string | undefined {
  const suffix = SUFFIXES[distributionType]
  const type = suffix === undefined ? undefined : `${familyOf(slug, subPlatform)}_APP_${suffix}`
  return type !== undefined && PROFILE_KINDS[type] !== undefined ? type : undefined
}
