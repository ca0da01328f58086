import { type Attributes, text } from './shape.ts'

/** Attributes of an app record that Cordon reads. Source: Apple's document, schema `App`. */
export const appShape = { name: text, bundleId: text, sku: text, primaryLocale: text }

/** An app record in App Store Connect. `id` is Apple's number for it. */
export type App = { readonly id: string } & Attributes<typeof appShape>
