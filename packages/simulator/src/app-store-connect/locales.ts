import { invalidAttribute } from './json-api/errors.ts'

/** Languages of the App Store, in Apple's mixed style. Source: fastlane_core `languages.rb` (2.237). */
export const LOCALES: readonly string[] = [
  ...['ar-SA', 'bn-BD', 'ca', 'cs', 'da', 'de-DE', 'el', 'en-AU', 'en-CA', 'en-GB', 'en-US', 'es-ES', 'es-MX'],
  ...['fi', 'fr-CA', 'fr-FR', 'gu-IN', 'he', 'hi', 'hr', 'hu', 'id', 'it', 'ja', 'kn-IN', 'ko', 'ml-IN', 'mr-IN'],
  ...['ms', 'nl-NL', 'no', 'or-IN', 'pa-IN', 'pl', 'pt-BR', 'pt-PT', 'ro', 'ru', 'sk', 'sl-SI', 'sv', 'ta-IN'],
  ...['te-IN', 'th', 'tr', 'uk', 'ur-PK', 'vi', 'zh-Hans', 'zh-Hant'],
]

/** Refuses what is no language of the App Store. */
export function checkLocale(locale: string, attribute = 'locale'): void {
  if (LOCALES.includes(locale)) return
  throw invalidAttribute(attribute, `'${locale.slice(0, 40)}' is not a valid locale`)
}
