import { invalidAttribute } from './errors.ts'

type Attributes = Readonly<Record<string, unknown>>

/** How long texts may be, in characters. */
export type TextLimits = Readonly<Record<string, number>>

/** Refuses texts that are too long. */
export function checkLengths(attributes: Attributes, limits: TextLimits): void {
  for (const [name, limit] of Object.entries(limits)) {
    const value = attributes[name]
    if (typeof value !== 'string' || [...value].length <= limit) continue
    throw invalidAttribute(name, `The attribute '${name}' is too long: it may have up to ${limit} characters`)
  }
}

function isAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/**
 * Refuses addresses (`supportUrl`, `privacyPolicyUrl` …) that are none. fastlane#18648 has the text; microsoft/app-store-vsts-extension#293 has the
 * refusal of a support URL in other words.
 */
export function checkAddresses(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!name.endsWith('Url') || typeof value !== 'string' || isAddress(value)) continue
    throw invalidAttribute(name, 'The format of the url is invalid.')
  }
}

/** The texts of a write: null empties one, and what was not sent stays. */
export function textsOf<N extends string>(
  attributes: Attributes,
  names: readonly N[],
): { readonly [name in N]?: string | null } {
  const sent = names.filter((name) => Object.hasOwn(attributes, name))
  const texts = sent.map((name) => [name, typeof attributes[name] === 'string' ? attributes[name] : null] as const)
  // The names are those of the list, which the compiler cannot see through the entries.
  return Object.fromEntries(texts) as { readonly [name in N]?: string | null }
}
