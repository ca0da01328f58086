import { describe, expect, test } from 'vitest'
import { collectInputs } from '../inputs.ts'
import type { StepContext } from '../step.ts'
import { INPUTS } from './declaration.ts'
import { readDeliverOptions } from './deliver-options.ts'
import { readDeployInputs } from './inputs.ts'

const YES_NO = ['yes', 'no']

interface Documented {
  readonly name: string
  readonly defaultValue: string
  readonly required?: true
  readonly sensitive?: true
  readonly values?: readonly string[]
}

/** Deploy to App Store Connect with Deliver, 2.22. */
const DELIVER_STEP: readonly Documented[] = [
  {
    name: 'connection',
    defaultValue: 'automatic',
    required: true,
    values: ['automatic', 'api_key', 'apple_id', 'off'],
  },
  { name: 'api_key_path', defaultValue: '' },
  { name: 'api_issuer', defaultValue: '' },
  { name: 'itunescon_user', defaultValue: '', sensitive: true },
  { name: 'password', defaultValue: '', sensitive: true },
  { name: 'app_password', defaultValue: '', sensitive: true },
  { name: 'team_id', defaultValue: '' },
  { name: 'team_name', defaultValue: '' },
  { name: 'ipa_path', defaultValue: '$BITRISE_IPA_PATH' },
  { name: 'pkg_path', defaultValue: '$BITRISE_PKG_PATH' },
  { name: 'platform', defaultValue: 'ios', required: true, values: ['ios', 'osx', 'appletvos'] },
  { name: 'app_id', defaultValue: '' },
  { name: 'bundle_id', defaultValue: '' },
  { name: 'submit_for_review', defaultValue: 'no', required: true, values: YES_NO },
  { name: 'skip_metadata', defaultValue: 'yes', required: true, values: YES_NO },
  { name: 'skip_screenshots', defaultValue: 'yes', required: true, values: YES_NO },
  { name: 'skip_app_version_update', defaultValue: 'no', required: true, values: YES_NO },
  { name: 'gemfile_path', defaultValue: './Gemfile' },
  { name: 'fastlane_version', defaultValue: 'latest-stable', values: ['latest-stable', 'latest', '2.228.0', ''] },
  { name: 'options', defaultValue: '' },
  { name: 'itms_upload_parameters', defaultValue: '', values: ['', '-t DAV'] },
  { name: 'verbose_log', defaultValue: 'no', required: true, values: YES_NO },
]

const context = { workingFolder: '/work', platform: 'linux' } as StepContext
const read = (given: Readonly<Record<string, string>>, variables = {}) =>
  readDeployInputs(collectInputs(INPUTS, given, variables), context)

describe('inputs as they are documented for the deliver step', () => {
  test.each(DELIVER_STEP)('$name has its name, its default and its values', (documented) => {
    const input = INPUTS.find(({ name }) => name === documented.name)
    expect(input).toMatchObject({ defaultValue: documented.defaultValue })
    expect(input?.required).toBe(documented.required)
    // A path to a key is no secret; what is one never gets on a command line.
    expect(input?.sensitive).toBe(documented.sensitive)
    for (const value of documented.values ?? [])
      expect(collectInputs(input === undefined ? [] : [input], { [documented.name]: value }, {})[documented.name]).toBe(
        value,
      )
  })
})

describe('what is read', () => {
  const FILES = { ipa_path: 'a.ipa', pkg_path: 'b.pkg' }

  test('an .ipa wins over a .pkg, and the file may come from the build', () => {
    expect(read(FILES).file).toBe('/work/a.ipa')
    expect(read({ pkg_path: 'b.pkg' }).file).toBe('/work/b.pkg')
    expect(read({}, { BITRISE_IPA_PATH: '/out/c.ipa' }).file).toBe('/out/c.ipa')
  })

  test('what fastlane needed is named as without effect when it was set', () => {
    expect(read(FILES).withoutEffect).toEqual([])
    expect(read({ ...FILES, gemfile_path: 'ci/Gemfile', fastlane_version: '2.1' }).withoutEffect).toEqual([
      'gemfile_path',
      'fastlane_version',
    ])
  })

  test.each<[string, Record<string, string>, string]>([
    ['nothing to deploy', { bundle_id: 'com.acme.app' }, 'deploy.nothing_to_deploy'],
    ['a store page of no app', { skip_metadata: 'no' }, 'step.input_missing'],
    ['a key without its issuer', { ...FILES, api_key_path: 'k.p8' }, 'step.input_missing'],
    ['an issuer without a key', { ...FILES, api_issuer: 'i' }, 'step.input_missing'],
    ['a password without an Apple ID', { ...FILES, password: 'x' }, 'step.input_missing'],
    ['an Apple ID without a password', { ...FILES, itunescon_user: 'a@b.c' }, 'step.input_missing'],
    [
      'a key and an Apple ID at once',
      { ...FILES, api_key_path: 'k.p8', api_issuer: 'i', itunescon_user: 'a@b.c', password: 'x' },
      'step.input_invalid',
    ],
    ['an app id that is none', { ...FILES, app_id: 'com.acme.app' }, 'step.input_invalid'],
    ['a key over http', { ...FILES, api_key_path: 'http://ci.test/k.p8', api_issuer: 'i' }, 'step.insecure_address'],
    [
      'an argument of deliver that is not understood',
      { ...FILES, options: '--price_tier 1' },
      'deploy.options_unsupported',
    ],
    ['a quote that is not closed', { ...FILES, options: '--app_version "1' }, 'step.input_invalid'],
  ])('refused: %s', (_, given, code) => {
    expect(() => read(given)).toThrow(expect.objectContaining({ code }))
  })
})

test.each([
  ['', {}],
  ['--app_version 2.0 --force', { appVersion: '2.0' }],
  ['--app_version="2.0" --force true --run_precheck_before_submit false', { appVersion: '2.0' }],
])('options of deliver: %s', (text, options) => {
  expect(readDeliverOptions(text)).toEqual(options)
})

test('every argument that is not understood is named', () => {
  expect(() => readDeliverOptions('--force --price_tier 1 -z')).toThrow(
    expect.objectContaining({ details: { arguments: ['--price_tier', '1', '-z'] } }),
  )
})
