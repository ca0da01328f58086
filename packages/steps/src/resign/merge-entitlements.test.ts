import type { DistributionMethod, PlistDict } from '@cordon/signing/provisioning-profile'
import { describe, expect, it } from 'vitest'
import { mergeEntitlements } from './merge-entitlements.ts'

const OLD = { 'application-identifier': 'OLDTEAM123.com.acme.app', 'com.apple.developer.team-identifier': 'OLDTEAM123' }
const PROFILE = {
  'application-identifier': 'NEWTEAM456.com.acme.beta',
  'com.apple.developer.team-identifier': 'NEWTEAM456',
  'get-task-allow': false,
  'keychain-access-groups': ['NEWTEAM456.*', 'com.apple.token'],
}

interface Case {
  readonly present?: PlistDict
  readonly permitted?: PlistDict
  readonly distribution?: DistributionMethod
}

function merge({ present = {}, permitted = {}, distribution = 'ad-hoc' }: Case) {
  return mergeEntitlements({
    present: { ...OLD, ...present },
    profile: {
      applicationIdentifier: PROFILE['application-identifier'],
      bundleIdentifier: 'com.acme.beta',
      teamIds: ['NEWTEAM456'],
      distributionMethod: distribution,
      entitlements: { ...PROFILE, ...permitted },
    },
    bundle: { from: 'com.acme.app', to: 'com.acme.beta' },
    app: { from: 'com.acme.app', to: 'com.acme.beta' },
  })
}

/** Rule, key, what the app claims, what the profile allows, what comes out, and whether a person is told. */
type Row = [rule: string, key: string, claimed: unknown, permitted: unknown, merged: unknown, note?: string]

const RULES: Row[] = [
  ['may be debugged as the profile says', 'get-task-allow', true, false, false],
  ['may be debugged as the profile says', 'get-task-allow', undefined, true, true],
  ['TestFlight as the profile says', 'beta-reports-active', undefined, true, true],
  ['TestFlight as the profile says', 'beta-reports-active', true, undefined, undefined],
  ['push: the environment of the profile', 'aps-environment', 'development', 'production', 'production'],
  ['push: only if the app has it', 'aps-environment', undefined, 'production', undefined],
  ['push: only if the profile has it', 'aps-environment', 'development', undefined, undefined, 'is left out'],
  ['ClassKit likewise', 'com.apple.developer.ClassKit-environment', 'development', 'production', 'production'],
  [
    'iCloud: production when it is not for development',
    'com.apple.developer.icloud-container-environment',
    'Development',
    ['Development', 'Production'],
    'Production',
  ],
  [
    'groups of the team follow it',
    'keychain-access-groups',
    ['OLDTEAM123.com.acme.app', 'OLDTEAM123.com.acme.shared'],
    ['NEWTEAM456.*'],
    ['NEWTEAM456.com.acme.beta', 'NEWTEAM456.com.acme.shared'],
  ],
  [
    'groups that the profile names',
    'keychain-access-groups',
    ['com.apple.token'],
    ['NEWTEAM456.*', 'com.apple.token'],
    ['com.apple.token'],
  ],
  [
    'groups of others go',
    'keychain-access-groups',
    ['OTHER12345.x'],
    ['NEWTEAM456.*'],
    undefined,
    'is left out: the profile does not allow OTHER12345.x',
  ],
  [
    'app groups: those that the profile has',
    'com.apple.security.application-groups',
    ['group.a', 'group.b'],
    ['group.b', 'group.c'],
    ['group.b'],
    'changes: the profile does not allow group.a',
  ],
  [
    'app groups: none left',
    'com.apple.security.application-groups',
    ['group.a'],
    ['group.b'],
    undefined,
    'is left out',
  ],
  [
    'app groups: none in the profile',
    'com.apple.security.application-groups',
    ['group.a'],
    undefined,
    undefined,
    'is left out',
  ],
  [
    'domains: any, by a star',
    'com.apple.developer.associated-domains',
    ['applinks:a.example'],
    '*',
    ['applinks:a.example'],
  ],
  ['iCloud services: any, by a star', 'com.apple.developer.icloud-services', ['CloudKit'], '*', ['CloudKit']],
  [
    'key-value store: the team of the profile',
    'com.apple.developer.ubiquity-kvstore-identifier',
    'OLDTEAM123.com.acme.app',
    'NEWTEAM456.*',
    'NEWTEAM456.com.acme.beta',
  ],
  [
    'passes: the team of the profile',
    'com.apple.developer.pass-type-identifiers',
    ['OLDTEAM123.pass.acme'],
    ['NEWTEAM456.*'],
    ['NEWTEAM456.pass.acme'],
  ],
  [
    'an App Clip’s app follows it',
    'com.apple.developer.parent-application-identifiers',
    ['OLDTEAM123.com.acme.app'],
    ['NEWTEAM456.com.acme.beta'],
    ['NEWTEAM456.com.acme.beta'],
  ],
  ['a switch that both have', 'com.apple.developer.healthkit', true, true, true],
  ['a switch that only the app has', 'com.apple.developer.healthkit', true, undefined, undefined, 'is left out'],
  ['a switch that the profile has off', 'com.apple.developer.healthkit', true, false, undefined, 'is left out'],
  ['a switch that only the profile has', 'com.apple.developer.healthkit', undefined, true, undefined],
  ['a switch that the app has off', 'com.apple.developer.healthkit', false, true, false],
  [
    'one of several values',
    'com.apple.developer.nfc.readersession.formats',
    ['TAG', 'NDEF'],
    ['TAG'],
    ['TAG'],
    'does not allow NDEF',
  ],
  ['a value that the profile lists', 'com.example.mode', 'a', ['a', 'b'], 'a'],
  ['a value that the profile does not list', 'com.example.mode', 'c', ['a', 'b'], undefined, 'is left out'],
  [
    'another single value',
    'com.apple.developer.default-data-protection',
    'NSFileProtectionComplete',
    'NSFileProtectionCompleteUnlessOpen',
    'NSFileProtectionCompleteUnlessOpen',
    'changes: the profile has another value',
  ],
]

describe('entitlements for signing again', () => {
  it.each<Row>(RULES)('%s: %s', (_, key, claimed, permitted, expected, note) => {
    const { values, notes } = merge({
      ...(claimed !== undefined && { present: { [key]: claimed } as PlistDict }),
      ...{ permitted: { [key]: permitted } as PlistDict },
    })
    expect(values[key]).toEqual(expected)
    expect(notes.filter((line) => line.includes(key))).toEqual(
      note === undefined ? [] : [expect.stringContaining(note)],
    )
  })

  it('say who the app is by the profile and the new bundle ID, also behind a wildcard', () => {
    expect(merge({}).values).toEqual({
      'application-identifier': 'NEWTEAM456.com.acme.beta',
      'com.apple.developer.team-identifier': 'NEWTEAM456',
      'get-task-allow': false,
    })
    const { values } = mergeEntitlements({
      present: OLD,
      profile: {
        applicationIdentifier: 'NEWTEAM456.*',
        bundleIdentifier: '*',
        teamIds: ['NEWTEAM456'],
        distributionMethod: 'ad-hoc',
        entitlements: { ...PROFILE, 'application-identifier': 'NEWTEAM456.*' },
      },
      bundle: { from: 'com.acme.app', to: 'com.acme.app' },
      app: { from: 'com.acme.app', to: 'com.acme.app' },
    })
    expect(values['application-identifier']).toBe('NEWTEAM456.com.acme.app')
  })

  it('keep the iCloud environment that a development build had', () => {
    const key = 'com.apple.developer.icloud-container-environment'
    const both = { [key]: ['Development', 'Production'] }
    expect(merge({ present: { [key]: 'Development' }, permitted: both, distribution: 'development' }).values[key]).toBe(
      'Development',
    )
  })

  it('of what is not signed are those that say who it is, and nothing else', () => {
    const { values, notes } = mergeEntitlements({
      present: undefined,
      profile: {
        applicationIdentifier: PROFILE['application-identifier'],
        bundleIdentifier: 'com.acme.beta',
        teamIds: ['NEWTEAM456'],
        distributionMethod: 'ad-hoc',
        entitlements: { ...PROFILE, 'com.apple.developer.healthkit': true },
      },
      bundle: { from: 'com.acme.beta', to: 'com.acme.beta' },
      app: { from: 'com.acme.beta', to: 'com.acme.beta' },
    })
    expect(Object.keys(values).sort()).toEqual([
      'application-identifier',
      'com.apple.developer.team-identifier',
      'get-task-allow',
    ])
    expect(notes).toEqual([])
  })

  it('never hold a key that the profile lacks', () => {
    const claimed = Object.fromEntries(RULES.flatMap(([, key, value]) => (value === undefined ? [] : [[key, value]])))
    const { values } = merge({ present: claimed as PlistDict })
    expect(Object.keys(values).filter((key) => !Object.hasOwn(PROFILE, key))).toEqual([])
    expect(Object.keys(claimed).length).toBeGreaterThan(10)
  })
})
