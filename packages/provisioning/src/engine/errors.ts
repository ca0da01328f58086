import { defineErrors, details } from '@cordon/core/errors'

/**
 * What can go wrong between a wish for profiles and the profiles.
 * Trouble that Apple or the network makes for any request keeps the codes of the package that talks to Apple;
 * a rejected key is therefore never reported here as a missing certificate.
 */
export const provisioningErrors = defineErrors('provisioning', {
  invalid_input: {
    status: 400,
    title: 'The wish for signing assets cannot be used',
    remedy: 'Correct the named field and run again.',
    details: details<{ field: string; accepted: string }>(),
  },
  profile_kind_unsupported: {
    status: 400,
    title: 'Apple has no profile for this platform and distribution method',
    remedy: 'Choose another distribution method for this platform.',
    details: details<{ platform: string; distribution: string }>(),
  },
  wildcard_not_allowed: {
    status: 400,
    title: 'A wildcard bundle ID has no profile for this distribution method',
    remedy:
      'Give the target an explicit bundle ID; Apple allows wildcards for development, ad-hoc and enterprise only.',
    details: details<{ identifier: string; distribution: string }>(),
  },
  entitlement_value_invalid: {
    status: 400,
    title: 'An entitlement has a value that Apple does not know',
    remedy: 'Correct the value in the entitlements file of the target.',
    details: details<{ identifier: string; entitlement: string; accepted: string }>(),
  },
  certificate_missing: {
    status: 422,
    title: 'No usable certificate of the needed kind was given',
    remedy:
      'Give a .p12 file with a valid certificate of that kind and its private key, or let one be made on request.',
    details: details<{ certificateKind: string; given: readonly string[] }>(),
  },
  certificate_not_in_team: {
    status: 422,
    title: 'None of the given certificates belongs to the team of this key',
    remedy:
      'Check that the certificate and the API key belong to the same Apple team and that the certificate was not revoked.',
    details: details<{ certificateKind: string; given: readonly string[]; inTeam: readonly string[] }>(),
  },
  certificate_slots_full: {
    status: 409,
    kind: 'upstream',
    title: 'Apple gives the team no further certificate of this kind',
    remedy:
      'Give the .p12 file of one of the listed certificates, or revoke one that nobody needs at https://developer.apple.com/account/resources/certificates/list and run again.',
    details: details<{ certificateKind: string; inTeam: readonly string[] }>(),
  },
  certificate_lost: {
    status: 502,
    kind: 'upstream',
    title: 'Apple answered with a certificate that does not belong to the new private key',
    remedy: 'Run again; if it happens again, revoke the newest certificate of this kind at Apple first.',
    details: details<{ certificateKind: string; serial: string }>(),
  },
  bundle_id_unavailable: {
    status: 409,
    kind: 'upstream',
    title: 'The bundle ID is not available',
    remedy:
      'Choose another bundle ID, or use a key of the team that registered it: bundle IDs are unique over all teams.',
    details: details<{ identifier: string }>(),
  },
  app_clip_by_hand: {
    status: 422,
    title: 'The bundle ID of an App Clip can only be registered by a person',
    remedy:
      'Register it once at https://developer.apple.com/account/resources/identifiers/add/bundleId as an App Clip of its app, then run again.',
    details: details<{ identifier: string }>(),
  },
  capability_refused: {
    status: 409,
    kind: 'upstream',
    title: 'Apple refused to switch on a capability',
    remedy: 'Check that the team may use this capability, or switch it on by hand at Apple and run again.',
    details: details<{ identifier: string; capability: string }>(),
  },
  identifier_unavailable: {
    status: 409,
    kind: 'upstream',
    title: 'The App Group, iCloud container or merchant ID is not available',
    remedy:
      'Choose another identifier in the entitlements of the app: they are unique over all teams, and another team has this one.',
    details: details<{ identifier: string }>(),
  },
  identifier_refused: {
    status: 409,
    kind: 'upstream',
    title: 'Apple refused to register or attach an App Group, iCloud container or merchant ID',
    remedy: 'Check the identifier in the entitlements of the app, or attach it by hand at Apple and run again.',
    details: details<{ subject: string }>(),
  },
  device_refused: {
    status: 409,
    kind: 'upstream',
    title: 'Apple refused to register a device',
    remedy:
      "Check the UDID, and the team's remaining device slots, at https://developer.apple.com/account/resources/devices/list.",
    details: details<{ udid: string }>(),
  },
  no_devices: {
    status: 422,
    title: 'A profile for test devices needs at least one enabled device',
    remedy: 'Register a test device of this platform, or wait until Apple has processed the registered ones.',
    details: details<{ platform: string; distribution: string; waiting: readonly string[] }>(),
  },
  profile_refused: {
    status: 409,
    kind: 'upstream',
    title: 'Apple refused to make a profile',
    remedy:
      'Read what Apple says in the detail; most often a certificate, a device or the bundle ID changed meanwhile: run again.',
    details: details<{ identifier: string; profile: string }>(),
  },
  profile_unreadable: {
    status: 502,
    kind: 'upstream',
    title: 'Apple answered with a profile that cannot be read',
    remedy: 'Run again; if it happens again, delete the named profile at Apple.',
    details: details<{ profile: string }>(),
  },
  concurrently_changed: {
    status: 409,
    kind: 'upstream',
    title: 'Somebody else keeps changing the same signing assets at Apple',
    remedy: 'Wait until other runs for this team have ended, then run again.',
    details: details<{ subject: string }>(),
  },
  entitlement_lost: {
    status: 409,
    kind: 'upstream',
    title: 'A new profile would lose an entitlement that Apple granted',
    remedy:
      'Make the profile by hand at https://developer.apple.com/account/resources/profiles/add with the entitlement chosen; it is taken over by the next run. The older profile was kept.',
    details: details<{ identifier: string; entitlements: readonly string[]; carrier: string }>(),
  },
  list_truncated: {
    status: 502,
    kind: 'upstream',
    title: 'The team has more at Apple than can be read',
    remedy: 'Remove what nobody needs at https://developer.apple.com/account/resources, then run again.',
    details: details<{ list: string; read: number }>(),
  },
  plan_outdated: {
    status: 409,
    title: 'Apple is no longer as it was when the plan was made',
    remedy: 'Make the plan again, look at it, and apply that.',
    details: details<{ changed: readonly string[] }>(),
  },
  already_exists: {
    status: 409,
    kind: 'upstream',
    title: 'Apple says that this exists already',
    remedy: 'Run again; if it happens again, look for it at Apple under another owner or state.',
    details: details<{ subject: string }>(),
  },
  not_found: {
    status: 404,
    kind: 'upstream',
    title: 'Apple does not find what was just there',
    remedy: 'Run again: it was deleted meanwhile, or Apple does not show it yet.',
    details: details<{ subject: string }>(),
  },
  effect_unknown: {
    status: 502,
    kind: 'upstream',
    title: 'Apple broke off, and nobody knows whether the change was made',
    remedy: 'Run again: what is there already is found and kept.',
    details: details<{ subject: string }>(),
  },
})
