import { STORE_LOCALES } from './locales.ts'
import { type Listing, localesOf, MEDIA_KINDS, type Media, TEXT_SECTIONS } from './model.ts'

const KNOWN: ReadonlySet<string> = new Set(STORE_LOCALES)

/**
 * What a listing says in languages of the store, and notes of what it says in others. Languages become names of folders: one that is no
 * language of the store, such as `../..`, would lead somewhere else.
 */
export function inKnownLanguages<M extends Media>(listing: Listing<M>) {
  const known = <T>(part: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(part).filter(([locale]) => KNOWN.has(locale)))
  const parts = [...TEXT_SECTIONS, ...MEDIA_KINDS].map((part) => [part, known<unknown>(listing[part])])
  const notes = localesOf(listing)
    .filter((locale) => !KNOWN.has(locale))
    .map((locale) => `what Apple has for ${JSON.stringify(locale)} is left out: it is no language of the store`)
  return { listing: { ...listing, ...Object.fromEntries(parts) } as Listing<M>, notes }
}
