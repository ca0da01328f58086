import { type Attributes, text } from './shape.ts'

/** Attributes of an app's own texts in one language. Source: Apple's document, schema `AppInfoLocalization`. */
export const appInfoLocalizationShape = {
  locale: text,
  name: text,
  subtitle: text,
  privacyPolicyUrl: text,
  privacyChoicesUrl: text,
  privacyPolicyText: text,
}

/** An app's own texts in one language, the same for all its versions. */
export type AppInfoLocalization = { readonly id: string } & Attributes<typeof appInfoLocalizationShape>
