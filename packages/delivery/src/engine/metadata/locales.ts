/** Languages of the store, as Apple names them. Source: fastlane, `fastlane_core/languages.rb`, 2026. */
export const STORE_LOCALES = [
  ...['ar-SA', 'bn-BD', 'ca', 'cs', 'da', 'de-DE', 'el', 'en-AU', 'en-CA', 'en-GB', 'en-US', 'es-ES', 'es-MX', 'fi'],
  ...['fr-CA', 'fr-FR', 'gu-IN', 'he', 'hi', 'hr', 'hu', 'id', 'it', 'ja', 'kn-IN', 'ko', 'ml-IN', 'mr-IN', 'ms'],
  ...['nl-NL', 'no', 'or-IN', 'pa-IN', 'pl', 'pt-BR', 'pt-PT', 'ro', 'ru', 'sk', 'sl-SI', 'sv', 'ta-IN', 'te-IN'],
  ...['th', 'tr', 'uk', 'ur-PK', 'vi', 'zh-Hans', 'zh-Hant'],
] as const

const BY_LOWER_CASE = new Map(STORE_LOCALES.map((locale) => [locale.toLowerCase(), locale as string]))

/** Stands for every language that does not say otherwise. */
export const DEFAULT_LOCALE = 'default'

/** A language as Apple spells it, or `default`; undefined for what is none. */
export function localeNamed(given: string): string | undefined {
  return given.toLowerCase() === DEFAULT_LOCALE ? DEFAULT_LOCALE : BY_LOWER_CASE.get(given.toLowerCase())
}

/** The language of the store that is most likely meant: `de` for `de-DE`, `en_US` for `en-US`. */
export function likelyLocale(given: string): string | undefined {
  const wanted = given.replace('_', '-').toLowerCase()
  const language = wanted.split('-')[0] ?? ''
  const same = STORE_LOCALES.filter((locale) => locale.toLowerCase().split('-')[0] === language)
  const usual = ['en-us', `${language}-${language}`].flatMap(
    (name) => same.find((one) => one.toLowerCase() === name) ?? [],
  )
  return BY_LOWER_CASE.get(wanted) ?? usual[0] ?? same[0]
}
