import { appleErrors } from '@cordon/apple/errors'
import type { CordonError } from '@cordon/core/errors'
import { provisioningErrors } from '../../engine/errors.ts'

type Translate = (error: CordonError) => CordonError

/** A refusal of Apple's that means something to the engine, and what. */
export interface Refusal {
  readonly is: (error: unknown) => error is CordonError
  readonly as: Translate
}

/** What a write is about, for the texts of errors. */
const told = (error: CordonError) => ({ detail: error.detail ?? error.title, cause: error })

/** Nobody knows whether the write had its effect. */
const unconfirmed = (subject: string): Refusal => ({
  is: appleErrors.write_unconfirmed.is,
  as: (error) => provisioningErrors.effect_unknown({ subject }, told(error)),
})

const exists = (is: Refusal['is'], subject: string): Refusal => ({
  is,
  as: (error) => provisioningErrors.already_exists({ subject }, told(error)),
})

const missing = (subject: string): readonly Refusal[] =>
  [appleErrors.not_found, appleErrors.bundle_id_missing].map(({ is }) => ({
    is,
    as: (error) => provisioningErrors.not_found({ subject }, told(error)),
  }))

const refusedAs = (as: Translate): readonly Refusal[] =>
  [appleErrors.refused, appleErrors.invalid_request, appleErrors.input_invalid].map(({ is }) => ({ is, as }))

/** What Apple may say to the registration of a bundle ID. */
export function bundleIdRefusals(identifier: string): readonly Refusal[] {
  const taken: Translate = (error) => provisioningErrors.bundle_id_unavailable({ identifier }, told(error))
  return [{ is: appleErrors.identifier_not_available.is, as: taken }, unconfirmed(identifier)]
}

/** What Apple may say to a change of a capability. */
export function capabilityRefusals(identifier: string, capability: string): readonly Refusal[] {
  const subject = `${capability} of ${identifier}`
  return [
    exists(appleErrors.capability_exists.is, subject),
    ...missing(subject),
    unconfirmed(subject),
    ...refusedAs((error) => provisioningErrors.capability_refused({ identifier, capability }, told(error))),
  ]
}

/** What Apple may say to the registration of an App Group, iCloud container or merchant ID, and to attaching it. */
export function identifierRefusals(identifier: string): readonly Refusal[] {
  return [
    {
      is: appleErrors.portal_identifier_not_available.is,
      as: (error) => provisioningErrors.identifier_unavailable({ identifier }, told(error)),
    },
    ...missing(identifier),
    unconfirmed(identifier),
    ...refusedAs((error) => provisioningErrors.identifier_refused({ subject: identifier }, told(error))),
  ]
}

/** What Apple may say to the registration of a device. */
export function deviceRefusals(udid: string): readonly Refusal[] {
  const refused: Translate = (error) => provisioningErrors.device_refused({ udid }, told(error))
  return [
    exists(appleErrors.device_exists.is, udid),
    { is: appleErrors.device_limit_reached.is, as: refused },
    unconfirmed(udid),
    ...refusedAs(refused),
  ]
}

/** What Apple may say to a request for a certificate. */
export function certificateRefusals(certificateKind: string): readonly Refusal[] {
  const full: Translate = (error) =>
    provisioningErrors.certificate_slots_full({ certificateKind, inTeam: [] }, told(error))
  return [{ is: appleErrors.certificate_limit_reached.is, as: full }, unconfirmed(`${certificateKind} certificate`)]
}

/** What Apple may say to a new profile or to the deletion of one. */
export function profileRefusals(identifier: string, profile: string): readonly Refusal[] {
  return [
    exists(appleErrors.profile_name_taken.is, profile),
    ...missing(profile),
    unconfirmed(profile),
    ...refusedAs((error) => provisioningErrors.profile_refused({ identifier, profile }, told(error))),
  ]
}

/** Makes a write and puts Apple's refusals into the engine's words. All other errors stay as they are: they speak of key and network. */
export async function translating<T>(refusals: readonly Refusal[], write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (error) {
    const refusal = refusals.find(({ is }) => is(error))
    throw refusal?.is(error) === true ? refusal.as(error) : error
  }
}
