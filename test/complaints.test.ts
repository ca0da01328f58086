import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { catalogueRows } from '../scripts/generators/catalogues.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const CATALOGUE = new Map(catalogueRows().map(({ code, spec }) => [code, spec]))

/** Whose move it is, and how its remedy shows that. */
const MOVERS = {
  developer: /^(?!Ask |Wait )/,
  'account holder': /Account Holder/,
  'admin of the Apple team': /Admin of the Apple team|owner of the connection|Admin/,
  'owner of the connection': /^(?:Ask the owner of the connection|Renew the session|Sign in again|Choose another way)/,
  nobody: /^(?:Wait|Try again|Run again)/,
} as const

interface ByError {
  /** The one entry of the catalogue that a person meets. */
  readonly code: string
  readonly mover: keyof typeof MOVERS
}
/** What is no error any more: a warning or a to-do beside a run that ends right, or nothing at all. */
interface ByTest {
  /** A test that shows it: file and a part of its name. */
  readonly shownBy: readonly [file: string, name: string]
}
type Row = readonly [situation: string, outcome: ByError | ByTest]

const error = (code: string, mover: ByError['mover']): ByError => ({ code, mover })
const shownBy = (file: string, name: string): ByTest => ({ shownBy: [file, name] })
const COMPLAINTS = 'packages/provisioning/test/complaints.test.ts'

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
    shownBy(COMPLAINTS, '"App Groups / iCloud containers / Apple Pay not assignable"'),
  ],
  ['unknown entitlement key', shownBy(COMPLAINTS, '"unknown entitlement aborts"')],
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
  ['pagination bug', shownBy(COMPLAINTS, '"pagination bug"')],
  ['a list that Apple cuts off', error('provisioning.list_truncated', 'developer')],
  ['an invalid UDID or a Mac fails all', shownBy(COMPLAINTS, '"invalid UDID fails all" and "Mac devices"')],
  ['device slots wasted', shownBy(COMPLAINTS, '"device slots wasted"')],
  ['device slots full', error('apple.device_limit_reached', 'account holder')],
  ['devices that Apple is processing', error('provisioning.no_devices', 'developer')],
  [
    'App Groups and Apple Pay not assignable',
    shownBy(COMPLAINTS, '"App Groups / iCloud containers / Apple Pay not assignable"'),
  ],
  ['any new entitlement breaks set-ups', shownBy(COMPLAINTS, '"unknown entitlement aborts"')],
  ['regenerated profiles lose granted entitlements', error('provisioning.entitlement_lost', 'developer')],
  ['two naming schemes', shownBy(COMPLAINTS, '"two naming schemes"')],
  [
    'duplicate profile name in parallel builds',
    shownBy('packages/provisioning/test/races.test.ts', 'forty runs that want the same new profile'),
  ],
  ['Xcode-managed profile not found', error('step.managed_profile_missing', 'developer')],
  [
    'tvOS gets wrong profiles',
    shownBy('packages/provisioning/test/platforms.test.ts', '$platform for $distribution: one $type is made'),
  ],
  ['App Clips', error('provisioning.app_clip_by_hand', 'developer')],
  [
    'Mac Catalyst unsupported',
    shownBy('packages/provisioning/test/platforms.test.ts', '$platform for $distribution: one $type is made'),
  ],
  ['unclear certificate message', shownBy(COMPLAINTS, '"unclear certificate message"')],
  ['certificate limit reached', error('provisioning.certificate_slots_full', 'developer')],
  [
    'a certificate minted on every build',
    shownBy(COMPLAINTS, '"certificate limit reached, one minted on every build"'),
  ],
  ['bundle ID of another team', error('provisioning.bundle_id_unavailable', 'developer')],
  [
    'a key that is rejected, after fifteen seconds',
    shownBy('packages/steps/test/rejected-key.test.ts', 'a rejected key is told after one confirmation'),
  ],
]

function whatHappens([, outcome]: Row): void {
  if ('shownBy' in outcome) {
    const [file, name] = outcome.shownBy
    expect(readFileSync(join(root, file), 'utf8')).toContain(name)
    return
  }
  const spec = CATALOGUE.get(outcome.code)
  expect(spec, outcome.code).toBeDefined()
  expect(spec?.remedy).toMatch(MOVERS[outcome.mover])
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
