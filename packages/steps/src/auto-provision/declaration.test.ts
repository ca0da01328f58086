import { describe, expect, test } from 'vitest'
import { collectInputs } from '../inputs.ts'
import { OUTPUTS } from '../project-provisioning/declaration.ts'
import { INPUTS } from './declaration.ts'

interface Documented {
  readonly name: string
  readonly defaultValue: string
  /** Values that its documentation lists; each is taken, or refused with a reason of its own. */
  readonly values?: readonly string[]
}

const YES_NO = ['yes', 'no']

/** iOS Auto Provision with App Store Connect API, 2.2.8. */
const API_STEP: readonly Documented[] = [
  {
    name: 'connection',
    defaultValue: 'automatic',
    values: [
      'automatic',
      'api_key',
      'off',
      'enterprise_with_apple_id',
      'apple_id',
      'enterprise-with-apple-id',
      'apple-id',
    ],
  },
  { name: 'api_key_path', defaultValue: '' },
  { name: 'api_issuer', defaultValue: '' },
  { name: 'apple_id_team_id', defaultValue: '' },
  {
    name: 'distribution_type',
    defaultValue: 'development',
    values: ['development', 'app-store', 'ad-hoc', 'enterprise'],
  },
  { name: 'project_path', defaultValue: '$BITRISE_PROJECT_PATH' },
  { name: 'scheme', defaultValue: '$BITRISE_SCHEME' },
  { name: 'configuration', defaultValue: '' },
  { name: 'sign_uitest_targets', defaultValue: 'no', values: YES_NO },
  { name: 'register_test_devices', defaultValue: 'no', values: YES_NO },
  { name: 'min_profile_days_valid', defaultValue: '0' },
  { name: 'verbose_log', defaultValue: 'no', values: YES_NO },
  { name: 'certificate_urls', defaultValue: '$BITRISE_CERTIFICATE_URL' },
  { name: 'passphrases', defaultValue: '$BITRISE_CERTIFICATE_PASSPHRASE' },
  { name: 'keychain_path', defaultValue: '$HOME/Library/Keychains/login.keychain' },
  { name: 'keychain_password', defaultValue: '$BITRISE_KEYCHAIN_PASSWORD' },
  { name: 'build_api_token', defaultValue: '$BITRISE_BUILD_API_TOKEN' },
  { name: 'build_url', defaultValue: '$BITRISE_BUILD_URL' },
]

/** Manage iOS Code Signing, and the signing inputs of Xcode Archive & Export, which name some of the same differently. */
const SUCCESSORS: Readonly<Record<string, string>> = {
  apple_service_connection: 'connection',
  distribution_method: 'distribution_type',
  project_path: 'project_path',
  scheme: 'scheme',
  configuration: 'configuration',
  sign_uitest_targets: 'sign_uitest_targets',
  register_test_devices: 'register_test_devices',
  test_device_list_path: 'test_device_list_path',
  min_profile_validity: 'min_profile_days_valid',
  apple_team_id: 'apple_id_team_id',
  fallback_provisioning_profile_url_list: 'fallback_provisioning_profile_url_list',
  certificate_url_list: 'certificate_urls',
  passphrase_list: 'passphrases',
  keychain_path: 'keychain_path',
  keychain_password: 'keychain_password',
  build_url: 'build_url',
  build_api_token: 'build_api_token',
  api_key_path: 'api_key_path',
  api_key_id: 'api_key_id',
  api_key_issuer_id: 'api_issuer',
  api_key_enterprise_account: 'api_key_enterprise_account',
  verbose_log: 'verbose_log',
}

const DOCUMENTED_OUTPUTS = [
  'BITRISE_EXPORT_METHOD',
  'BITRISE_DEVELOPER_TEAM',
  'BITRISE_DEVELOPMENT_CODESIGN_IDENTITY',
  'BITRISE_DEVELOPMENT_PROFILE',
  'BITRISE_PRODUCTION_CODESIGN_IDENTITY',
  'BITRISE_PRODUCTION_PROFILE',
]

const declared = (name: string) => INPUTS.find((input) => input.name === name)
/** What else an input may be, so that one can be tried alone. */
const accepted = (name: string, value: string) =>
  collectInputs(
    INPUTS.filter((input) => input.name === name),
    { [name]: value },
    {},
  )

describe('inputs as they are documented elsewhere', () => {
  test.each(API_STEP)('$name has its name, its default and its values', ({ name, defaultValue, values }) => {
    expect(declared(name)?.defaultValue).toBe(defaultValue)
    for (const value of values ?? []) {
      const refusal = declared(name)?.refusals?.[value]
      const meant = declared(name)?.choiceAliases?.[value] ?? value
      if (refusal === undefined) expect(accepted(name, value)[name], value).toBe(meant)
      else expect(() => accepted(name, value)).toThrow(refusal)
    }
  })

  test.each(Object.entries(SUCCESSORS))('%s is understood as %s', (theirs, ours) => {
    const input = declared(ours)
    const value = input?.choices ? (Object.keys(input.choiceAliases ?? {})[0] ?? input.choices[0] ?? '') : 'yes'
    const given = input?.type === 'integer' ? '7' : value
    const [collected] = Object.values(collectInputs(input === undefined ? [] : [input], {}, { [theirs]: given }))
    expect(collected).toBe(input?.choiceAliases?.[given] ?? given)
  })

  test('their spelling of the kind of connection is taken', () => {
    expect(collectInputs([...INPUTS].slice(0, 1), {}, { apple_service_connection: 'api-key' })).toEqual({
      connection: 'api_key',
    })
  })
})

test('outputs have their documented names', () => {
  expect(OUTPUTS.map(({ name }) => name)).toEqual(expect.arrayContaining(DOCUMENTED_OUTPUTS))
})

test('what may hold a secret is taken from the environment only', () => {
  const secret = INPUTS.filter(({ sensitive }) => sensitive).map(({ name }) => name)
  expect(secret).toEqual(
    expect.arrayContaining(['certificate_urls', 'passphrases', 'keychain_password', 'build_api_token']),
  )
})
