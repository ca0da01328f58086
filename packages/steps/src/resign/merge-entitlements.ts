import type { PlistDict, PlistValue, ProvisioningProfile } from '@cordon/signing/provisioning-profile'

/** A bundle ID before and after. */
export interface Renaming {
  readonly from: string
  readonly to: string
}

export interface MergeRequest {
  /** What the bundle claims now; undefined when it is not signed. */
  readonly present: PlistDict | undefined
  readonly profile: Pick<
    ProvisioningProfile,
    'applicationIdentifier' | 'bundleIdentifier' | 'entitlements' | 'teamIds' | 'distributionMethod'
  >
  readonly bundle: Renaming
  /** The app that the bundle lies in; the bundle itself for the app. */
  readonly app: Renaming
}

export interface MergedEntitlements {
  readonly values: PlistDict
  /** What the app loses or gets otherwise than it had it, for people; one line each. */
  readonly notes: readonly string[]
}

type Merged = { readonly value: PlistValue | undefined; readonly note?: string }
type Rule = (claimed: PlistValue | undefined, permitted: PlistValue | undefined, request: MergeRequest) => Merged

const kept = (value: PlistValue | undefined): Merged => ({ value })
const dropped = (note: string): Merged => ({ value: undefined, note })

/** Who the app is, and whether it may be debugged, follow from the profile alone. */
const fromProfile: Rule = (_, permitted) => kept(permitted)

/** The app says that it uses something, the profile says which of Apple's environments that is. */
const profileValueIfClaimed: Rule = (claimed, permitted) => {
  if (claimed === undefined) return kept(undefined)
  return permitted === undefined ? dropped('the profile does not allow it') : kept(permitted)
}

/** What is not for development uses the production containers; a development build keeps what it had. */
const cloudEnvironment: Rule = (claimed, permitted, { profile }) => {
  if (claimed === undefined) return kept(undefined)
  if (permitted === undefined) return dropped('the profile does not allow it')
  return kept(profile.distributionMethod === 'development' ? claimed : 'Production')
}

/** The part of what the app claims that the profile allows. */
const allowedPart: Rule = (claimed, permitted) => {
  if (claimed === undefined) return kept(undefined)
  if (permitted === undefined) return dropped('the profile does not allow it')
  return Array.isArray(claimed) ? allowedItems(claimed, permitted) : allowedValue(claimed, permitted)
}

const RULES: ReadonlyMap<string, Rule> = new Map([
  ['com.apple.developer.team-identifier', fromProfile],
  ['get-task-allow', fromProfile],
  ['beta-reports-active', fromProfile],
  ['aps-environment', profileValueIfClaimed],
  ['com.apple.developer.ClassKit-environment', profileValueIfClaimed],
  ['com.apple.developer.icloud-container-environment', cloudEnvironment],
])

const APPLICATION_IDENTIFIER = 'application-identifier'

/**
 * The entitlements that a bundle is signed with anew: never more than the profile allows, never more than the app had,
 * but for what says who it is. Rules, one a key, are listed in `docs/signing-files.md`.
 */
export function mergeEntitlements(request: MergeRequest): MergedEntitlements {
  const { present = {}, profile, bundle } = request
  const claimed = Object.fromEntries(Object.entries(present).map(([key, value]) => [key, rewrite(value, request)]))
  const keys = new Set([...Object.keys(claimed), ...RULES.keys()])
  keys.delete(APPLICATION_IDENTIFIER)
  const values: Record<string, PlistValue> = { [APPLICATION_IDENTIFIER]: `${prefixOf(profile)}${bundle.to}` }
  const notes: string[] = []
  for (const key of [...keys].sort()) {
    const rule = RULES.get(key) ?? allowedPart
    const { value, note } = rule(claimed[key], profile.entitlements[key], request)
    if (value !== undefined) values[key] = value
    if (note !== undefined)
      notes.push(`${bundle.to}: ${key} ${value === undefined ? 'is left out' : 'changes'}: ${note}`)
  }
  return { values, notes }
}

/** With the dot: `ABCDE12345.`. */
function prefixOf({ applicationIdentifier, bundleIdentifier }: MergeRequest['profile']): string {
  return applicationIdentifier.slice(0, applicationIdentifier.length - bundleIdentifier.length)
}

/**
 * Values that begin with the old team or app prefix get the new one, and the old bundle IDs behind it become the new ones:
 * `OLDTEAM123.com.acme.app` → `NEWTEAM456.com.acme.beta`. Registered names such as `group.…` are not touched.
 */
function rewrite(value: PlistValue, request: MergeRequest): PlistValue {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, request))
  if (typeof value !== 'string') return value
  const old = oldPrefixes(request).find((prefix) => value.startsWith(prefix))
  if (old === undefined) return value
  return `${prefixOf(request.profile)}${renamed(value.slice(old.length), request)}`
}

function oldPrefixes({ present = {}, bundle }: MergeRequest): string[] {
  const identifier = present[APPLICATION_IDENTIFIER]
  const team = present['com.apple.developer.team-identifier']
  const prefix =
    typeof identifier === 'string' && identifier.endsWith(`.${bundle.from}`)
      ? [identifier.slice(0, identifier.length - bundle.from.length)]
      : []
  return [...prefix, ...(typeof team === 'string' ? [`${team}.`] : [])]
}

function renamed(identifier: string, { bundle, app }: MergeRequest): string {
  const found = [bundle, app].find(({ from }) => identifier === from || identifier.startsWith(`${from}.`))
  return found === undefined ? identifier : `${found.to}${identifier.slice(found.from.length)}`
}

function allowedItems(claimed: readonly PlistValue[], permitted: PlistValue): Merged {
  const patterns = Array.isArray(permitted) ? permitted : [permitted]
  const allowed = claimed.filter((item) => patterns.some((pattern) => fits(item, pattern)))
  if (allowed.length === claimed.length) return kept([...claimed])
  const lost = claimed.filter((item) => !allowed.includes(item)).map(String)
  const note = `the profile does not allow ${lost.join(', ')}`
  return { value: allowed.length === 0 ? undefined : allowed, note }
}

function allowedValue(claimed: PlistValue, permitted: PlistValue): Merged {
  const patterns = Array.isArray(permitted) ? permitted : [permitted]
  if (claimed === false || patterns.some((pattern) => fits(claimed, pattern))) return kept(claimed)
  if (typeof claimed === 'boolean' || Array.isArray(permitted)) return dropped('the profile does not allow it')
  return { value: permitted, note: 'the profile has another value' }
}

/** A pattern of a profile: `*`, `ABCDE12345.*`, or the value itself. */
function fits(value: PlistValue, pattern: PlistValue): boolean {
  if (typeof pattern === 'string' && pattern.endsWith('*')) {
    return pattern === '*' || (typeof value === 'string' && value.startsWith(pattern.slice(0, -1)))
  }
  return JSON.stringify(value) === JSON.stringify(pattern)
}
