import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { outcomeError } from '@cordon/apple/apple-id/outcome-error'
import { ERROR_TABLE, nameAppleError } from '@cordon/apple/error-table'
import { appleErrors } from '@cordon/apple/errors'
import { instant } from '@cordon/core/instant'
import {
  capabilityRefusals,
  deviceRefusals,
  profileRefusals,
  translating,
} from '@cordon/provisioning/adapters/app-store-connect/refusals'
import { describe, expect, test } from 'vitest'
import { catalogueRows } from '../scripts/generators/catalogues.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const CATALOGUE = new Map(catalogueRows().map(({ code, spec }) => [code, spec]))

/** Whose move it is, and how its remedy shows that. */
const MOVERS = {
  developer: /^(?:Give|Check|Register|Correct|Read|Choose|Add|Set|Remove|Make|Archive) /,
  'account holder': /^Ask the Account Holder /,
  'admin of the Apple team': /^Ask an Admin of the Apple team /,
  'owner of the connection': /^(?:Ask the owner of the connection|Renew the session|Sign in again|Choose another way)/,
  nobody: /^(?:Wait|Try again|Run again)/,
} as const

interface ByError {
  /** The one entry of the catalogue that a person meets. */
  readonly code: keyof typeof MET
  readonly mover: keyof typeof MOVERS
}
/** What is no error any more: a warning or a to-do beside a run that ends right, or nothing at all. */
interface ByTest {
  /** The test that shows it: file and title. */
  readonly shownBy: readonly [file: string, name: string]
}
type Row = readonly [situation: string, outcome: ByError | ByTest]

const error = (code: keyof typeof MET, mover: ByError['mover']): ByError => ({ code, mover })
const shownBy = (file: string, name: string): ByTest => ({ shownBy: [file, name] })
const COMPLAINTS = 'packages/provisioning/test/complaints.test.ts'

interface Met {
  readonly remedy: string
  readonly shownBy?: readonly [file: string, title: string]
}

/** What each of them says is to be done, word for word, and the test that meets it. */
const MET = {
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

/** What users of other signing engines see when something goes wrong. */
const SEEN: readonly Row[] = [
  ['no valid certificates of a type uploaded', error('provisioning.certificate_missing', 'developer')],
  ['none of the certificates found on the portal', error('provisioning.certificate_not_in_team', 'developer')],
  ['the same text for a rejected key', error('apple.key_rejected', 'developer')],
  ['failed to register devices', error('provisioning.device_refused', 'developer')],
  ['no application identifier for an App Clip', error('provisioning.app_clip_by_hand', 'developer')],
  ['App Clip with Sign in with Apple', error('provisioning.capability_refused', 'developer')],
  [
    'unable to assign iCloud containers',
    shownBy(
      COMPLAINTS,
      '"App Groups / iCloud containers / Apple Pay not assignable": each value is a to-do with the page, and nothing stops',
    ),
  ],
  [
    'unknown entitlement key',
    shownBy(COMPLAINTS, '"unknown entitlement aborts": it is a warning with what to do, and the app is signed'),
  ],
  ['On Demand Install Capable not supported', error('provisioning.app_clip_by_hand', 'developer')],
  ['no data protection level found', error('provisioning.entitlement_value_invalid', 'developer')],
  ['failed to create profile', error('provisioning.profile_refused', 'developer')],
  ['profiles were concurrently changed', error('provisioning.concurrently_changed', 'nobody')],
  ['no profiles for platform', error('provisioning.profile_kind_unsupported', 'developer')],
  ['no profile ensured for the bundle ID', error('step.bundle_id_unresolved', 'developer')],
  ['403, agreements', error('apple.agreements_required', 'account holder')],
  ['403, key without rights', error('apple.forbidden_role', 'admin of the Apple team')],
]

/** What they complain about. */
const PAINS: readonly Row[] = [
  ['connected but not authorised, or the wrong kind', error('step.no_credentials', 'developer')],
  ['must be admin to be selectable', error('authorisation.connection_not_offered', 'developer')],
  ['several teams in one account', error('step.team_ambiguous', 'developer')],
  ['session missing, or an answer that cannot be parsed', error('step.build_answer_invalid', 'developer')],
  ['sessions die early', error('step.session_expired', 'owner of the connection')],
  ['the session check lies: the portal says expired', error('apple.portal_session_expired', 'owner of the connection')],
  ['no failure signal, hang on the code prompt', error('apple.trust_expired', 'owner of the connection')],
  ['codes only on a trusted device', error('apple.code_not_sent', 'owner of the connection')],
  ['personal accounts used for CI', error('apple.individual_key_cannot_provision', 'admin of the Apple team')],
  ['rate limits', error('apple.rate_limited', 'nobody')],
  ['Apple outage that blames certificates', error('apple.service_failed', 'nobody')],
  ['membership has ended', error('apple.membership_inactive', 'account holder')],
  ['pagination bug', shownBy(COMPLAINTS, '"pagination bug": a cursor that Apple refuses does not hide devices')],
  ['a list that Apple cuts off', error('provisioning.list_truncated', 'developer')],
  [
    'an invalid UDID or a Mac fails all',
    shownBy(
      COMPLAINTS,
      '"invalid UDID fails all" and "Mac devices": the bad one is left out with its text, all others are registered',
    ),
  ],
  [
    'device slots wasted',
    shownBy(COMPLAINTS, '"device slots wasted": nothing is registered unless wished, and a full team stops nobody'),
  ],
  ['device slots full', error('apple.device_limit_reached', 'account holder')],
  ['devices that Apple is processing', error('provisioning.no_devices', 'developer')],
  [
    'App Groups and Apple Pay not assignable',
    shownBy(
      COMPLAINTS,
      '"App Groups / iCloud containers / Apple Pay not assignable": each value is a to-do with the page, and nothing stops',
    ),
  ],
  [
    'any new entitlement breaks set-ups',
    shownBy(COMPLAINTS, '"unknown entitlement aborts": it is a warning with what to do, and the app is signed'),
  ],
  ['regenerated profiles lose granted entitlements', error('provisioning.entitlement_lost', 'developer')],
  [
    'two naming schemes',
    shownBy(COMPLAINTS, '"two naming schemes": a profile of another tool is taken over, whatever its name'),
  ],
  [
    'duplicate profile name in parallel builds',
    shownBy(
      'packages/provisioning/test/races.test.ts',
      'forty runs that want the same new profile: nobody fails, and there is one profile per content',
    ),
  ],
  ['Xcode-managed profile not found', error('step.managed_profile_missing', 'developer')],
  [
    'tvOS gets wrong profiles',
    shownBy(
      'packages/provisioning/test/platforms.test.ts',
      '$platform for $distribution: one $type is made, and the next run uses it',
    ),
  ],
  ['App Clips', error('provisioning.app_clip_by_hand', 'developer')],
  [
    'Mac Catalyst unsupported',
    shownBy(
      'packages/provisioning/test/platforms.test.ts',
      '$platform for $distribution: one $type is made, and the next run uses it',
    ),
  ],
  [
    'unclear certificate message',
    shownBy(COMPLAINTS, '"unclear certificate message": what was given and what the team has are both named'),
  ],
  ['certificate limit reached', error('provisioning.certificate_slots_full', 'developer')],
  [
    'a certificate minted on every build',
    shownBy(
      COMPLAINTS,
      '"certificate limit reached, one minted on every build": none is made while a valid one is at hand',
    ),
  ],
  ['bundle ID of another team', error('provisioning.bundle_id_unavailable', 'developer')],
  [
    'a key that is rejected, after fifteen seconds',
    shownBy(
      'packages/steps/test/rejected-key.test.ts',
      'a rejected key is told after one confirmation and without a wait, as what it is',
    ),
  ],
]

function whatHappens([, outcome]: Row): void {
  if ('shownBy' in outcome) {
    bodyOf(...outcome.shownBy)
    return
  }
  const { code, mover } = outcome
  const met: Met = MET[code]
  expect(CATALOGUE.get(code)?.remedy, code).toBe(met.remedy)
  expect(met.remedy).toMatch(MOVERS[mover])
  const [, name = ''] = code.split('.')
  if (met.shownBy !== undefined) expect(bodyOf(...met.shownBy)).toContain(name)
}

const TITLE = /(?:\b(?:test|it)|\))\(\s*(['"`])((?:(?!\1)[^\\]|\\.)*)\1,/g

/** What a test does, from its title to the next one. Fails when the file has no test of exactly this title. */
function bodyOf(file: string, title: string): string {
  const text = readFileSync(join(root, file), 'utf8')
  const titles = [...text.matchAll(TITLE)]
  const index = titles.findIndex((match) => match[2] === title)
  expect(index, `${file}: ${titles.map((match) => match[2]).join(' | ')}`).toBeGreaterThanOrEqual(0)
  return text.slice(titles[index]?.index, titles[index + 1]?.index)
}

describe('what other engines show has an entry of its own with whose move it is, or happens no more', () => {
  test.each(SEEN.map((row) => [row[0], row] as const))('%s', (_, row) => whatHappens(row))
})

describe('what their users complain about as well', () => {
  test.each(PAINS.map((row) => [row[0], row] as const))('%s', (_, row) => whatHappens(row))
})

test('a remedy begins with a verb and says something else than its title', () => {
  for (const [code, { title, remedy }] of CATALOGUE) {
    expect(remedy, code).toMatch(/^[A-Z][a-z]+[ ,]/)
    expect(remedy, code).not.toBe(title)
  }
})

describe('what Apple refuses becomes the entry that a person meets', () => {
  const limit = ERROR_TABLE.find((row) => row.error === 'device_limit_reached')?.example
  const refused = appleErrors.refused({ operation: 'POST /v1/devices', appleStatus: 409 })

  test.each([
    ['a device', deviceRefusals('00008101-000A1B2C3D4E001E'), 'provisioning.device_refused'],
    ['a capability', capabilityRefusals('com.acme.app', 'APPLE_ID_AUTH'), 'provisioning.capability_refused'],
    ['a profile', profileRefusals('com.acme.app', 'Store'), 'provisioning.profile_refused'],
  ])('%s', async (_, refusals, code) => {
    const write = () => translating(refusals, () => Promise.reject(refused))
    await expect(write()).rejects.toMatchObject({ code })
  })

  test('full device slots, and a trust that is over', () => {
    expect(limit && nameAppleError(limit.status, [limit])).toBe('device_limit_reached')
    expect(outcomeError({ outcome: 'trust-expired' }, instant(0)).code).toBe('apple.trust_expired')
  })
})
