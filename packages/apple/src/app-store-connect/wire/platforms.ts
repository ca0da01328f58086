import { choice, type Open } from './shape.ts'

/** Platforms of bundle IDs, certificates, devices and profiles. `SERVICES` is answered although not documented. */
export const platform = choice(['IOS', 'MAC_OS', 'UNIVERSAL'], ['SERVICES'])

/** A platform as Apple spells it; a bundle ID made for `IOS` comes back as `UNIVERSAL`. */
export type Platform = Open<'IOS' | 'MAC_OS' | 'UNIVERSAL' | 'SERVICES'>
