import { type Attributes, text } from './shape.ts'

/** Attributes of a version's texts in one language. Source: Apple's document, schema `AppStoreVersionLocalization`. */
export const appStoreVersionLocalizationShape = {
  locale: text,
  description: text,
  keywords: text,
  marketingUrl: text,
  promotionalText: text,
  supportUrl: text,
  whatsNew: text,
}

/** A version's texts in one language. */
export type AppStoreVersionLocalization = { readonly id: string } & Attributes<typeof appStoreVersionLocalizationShape>
