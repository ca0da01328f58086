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
import { MET, type Met } from './complaints-met.ts'

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
  if (limit === undefined) throw new Error('the table has no example of full device slots')
  const { status, ...problem } = limit
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
    expect(nameAppleError(status, [problem])).toBe('device_limit_reached')
    expect(outcomeError({ outcome: 'trust-expired' }, instant(0)).code).toBe('apple.trust_expired')
  })
})
