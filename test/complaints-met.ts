export interface Met {
  readonly remedy: string
  readonly shownBy?: readonly [file: string, title: string]
}

/** What each of them says is to be done, word for word, and the test that meets it. */
export const MET = {
  'apple.agreements_required': {
    remedy:
      'Ask the Account Holder to sign the agreement in App Store Connect > Business; it can take minutes to take effect.',
    shownBy: [
      'packages/apple/src/transport.test.ts',
      'a missing agreement is tried twice more, then reported with the link',
    ],
  },
  'apple.code_not_sent': {
    remedy: 'Choose another way to get the code, or wait some hours.',
  },
  'apple.device_limit_reached': {
    remedy: 'Ask the Account Holder or an Admin to remove devices when the membership year is renewed.',
  },
  'apple.forbidden_role': {
    remedy: 'Ask an Admin of the Apple team to make a key with the role Admin, and replace the key of the connection.',
    shownBy: [
      'packages/delivery/test/upload.test.ts',
      'a role that may not upload is named, and nothing is left at Apple',
    ],
  },
  'apple.individual_key_cannot_provision': {
    remedy: 'Ask an Admin of the Apple team for a team key and connect that one.',
    shownBy: [
      'packages/apple/src/app-store-connect/resources.test.ts',
      'an individual key is refused provisioning without asking Apple',
    ],
  },
  'apple.key_rejected': {
    remedy:
      'Check in App Store Connect > Users and Access > Integrations that the key is active, and that key ID, issuer ID and .p8 file belong together; keys for push notifications or purchases do not work here.',
    shownBy: [
      'packages/apple/src/transport.test.ts',
      'a key that Apple never took is rejected after one confirmation with a fresh token, at once, for all who asked',
    ],
  },
  'apple.membership_inactive': {
    remedy: 'Ask the Account Holder to renew the membership at developer.apple.com/account.',
    shownBy: [
      'packages/apple/test/simulator.test.ts',
      'missing agreements and a lapsed membership limit a key without rejecting it',
    ],
  },
  'apple.portal_session_expired': {
    remedy: 'Renew the session, or sign in again.',
    shownBy: [
      'packages/apple/test/portal.test.ts',
      'an expired session is told by both kinds of calls, without a second try',
    ],
  },
  'apple.rate_limited': {
    remedy: 'Wait until the limit recovers (at most an hour) or use another key for other tools.',
    shownBy: ['packages/apple/src/transport.test.ts', 'a rate limit pauses every request of the key'],
  },
  'apple.service_failed': {
    remedy: 'Try again in some minutes; if it stays so, give the request id to Apple’s developer support.',
    shownBy: [
      'packages/provisioning/test/complaints.test.ts',
      '"all builds fail, message blames certificates": Apple’s outage is Apple’s outage',
    ],
  },
  'apple.trust_expired': {
    remedy: 'Sign in again with e-mail, password and the code that Apple sends.',
  },
  'authorisation.connection_not_offered': {
    remedy: "Choose a connection of the app's owner or of one of its admins.",
    shownBy: [
      'apps/server/src/features/authorisations/routes.test.ts',
      "only connections of the app's owner and admins are offered",
    ],
  },
  'provisioning.app_clip_by_hand': {
    remedy:
      'Register it once at https://developer.apple.com/account/resources/identifiers/add/bundleId as an App Clip of its app, then run again.',
    shownBy: [
      'packages/provisioning/test/complaints.test.ts',
      '"App Clips": the bundle ID that no key can register is told before anything is changed, and works once it is there',
    ],
  },
  'provisioning.bundle_id_unavailable': {
    remedy:
      'Choose another bundle ID, or use a key of the team that registered it: bundle IDs are unique over all teams.',
    shownBy: [
      'packages/provisioning/test/app-store-connect.test.ts',
      'a bundle ID of another team is refused with the name of the bundle ID',
    ],
  },
  'provisioning.capability_refused': {
    remedy: 'Check that the team may use this capability, or switch it on by hand at Apple and run again.',
  },
  'provisioning.certificate_missing': {
    remedy:
      'Give a .p12 file with a valid certificate of that kind and its private key, or let one be made on request.',
    shownBy: [
      'packages/steps/test/auto-provision.test.ts',
      'no certificate, and none may be made: nothing is changed at Apple',
    ],
  },
  'provisioning.certificate_not_in_team': {
    remedy:
      'Check that the certificate and the API key belong to the same Apple team and that the certificate was not revoked.',
    shownBy: [
      'packages/provisioning/test/complaints.test.ts',
      '"unclear certificate message": what was given and what the team has are both named',
    ],
  },
  'provisioning.certificate_slots_full': {
    remedy:
      'Give the .p12 file of one of the listed certificates, or revoke one that nobody needs at https://developer.apple.com/account/resources/certificates/list and run again.',
    shownBy: [
      'packages/provisioning/test/app-store-connect.test.ts',
      'without a free slot no certificate is made, and the error lists what holds the slots',
    ],
  },
  'provisioning.concurrently_changed': {
    remedy: 'Wait until other runs for this team have ended, then run again.',
  },
  'provisioning.device_refused': {
    remedy:
      "Check the UDID, and the team's remaining device slots, at https://developer.apple.com/account/resources/devices/list.",
  },
  'provisioning.entitlement_lost': {
    remedy:
      'Make the profile by hand at https://developer.apple.com/account/resources/profiles/add with the entitlement chosen; it is taken over by the next run. The older profile was kept.',
    shownBy: [
      'packages/provisioning/test/granted.test.ts',
      'when it no longer fits, it stays and the new one goes: what Apple granted is not lost silently',
    ],
  },
  'provisioning.entitlement_value_invalid': {
    remedy: 'Correct the value in the entitlements file of the target.',
    shownBy: [
      'packages/provisioning/src/engine/capabilities.test.ts',
      'no data protection needs no capability, and an unknown level is refused with the accepted ones',
    ],
  },
  'provisioning.list_truncated': {
    remedy: 'Remove what nobody needs at https://developer.apple.com/account/resources, then run again.',
    shownBy: [
      'packages/provisioning/test/truncated.test.ts',
      'a list of %s that Apple did not give to its end is an error, never half the truth',
    ],
  },
  'provisioning.no_devices': {
    remedy: 'Register a test device of this platform, or wait until Apple has processed the registered ones.',
    shownBy: [
      'packages/provisioning/src/engine/plan.test.ts',
      'a profile for devices without any device is refused before anything is changed',
    ],
  },
  'provisioning.profile_kind_unsupported': {
    remedy: 'Choose another distribution method for this platform.',
    shownBy: ['packages/provisioning/src/engine/desired.test.ts', 'a profile that Apple does not have is refused'],
  },
  'provisioning.profile_refused': {
    remedy:
      'Read what Apple says in the detail; most often a certificate, a device or the bundle ID changed meanwhile: run again.',
  },
  'step.build_answer_invalid': {
    remedy: 'Check BITRISE_BUILD_URL; the fields at fault are named, their values are not shown.',
    shownBy: [
      'packages/steps/test/fastlane.test.ts',
      'a build server that refuses is a warning; a key of the inputs is taken then',
    ],
  },
  'step.bundle_id_unresolved': {
    remedy:
      'Add the missing file, or give the missing build settings with the input build_settings (NAME=VALUE, one a line).',
  },
  'step.managed_profile_missing': {
    remedy:
      'Archive the app once in Xcode on a Mac, so that Xcode makes the profile, or set generate_profiles to "yes".',
    shownBy: [
      'packages/steps/test/auto-provision-apple-id.test.ts',
      'that are missing for one part are told with what to do; own ones are not made',
    ],
  },
  'step.no_credentials': {
    remedy:
      'Choose a connection under app › Team › Connected Apple Developer Portal account, or give api_key_path and api_issuer.',
    shownBy: ['packages/steps/test/extras.test.ts', 'connection %s without an Apple ID is told'],
  },
  'step.session_expired': {
    remedy:
      'Ask the owner of the connection to open it and choose "Sign in again", or to run "cordon connection sign-in NAME"; then start the build again.',
    shownBy: [
      'apps/cli/test/apple-id.test.ts',
      'a session that is over is refused with whose move it is, and outside of a build there is none',
    ],
  },
  'step.team_ambiguous': {
    remedy: 'Set the team id: the input "apple_id_team_id", or "team_id" of auto-provision-apple-id.',
    shownBy: [
      'packages/steps/test/auto-provision-apple-id.test.ts',
      'with several and no id, they are listed; an id chooses, and a wrong one lists them too',
    ],
  },
} as const satisfies Readonly<Record<string, Met>>
