import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CORPUS, corpusFiles } from '../test/corpus.ts'
import { samplePbxproj } from '../test/sample-project.ts'
import { writeFiles } from '../test/scratch.ts'
import { analyseProject } from './analyse.ts'

/** An app with an XPC service, built for one platform. */
function serviceOf(settings: Readonly<Record<string, string>>, entitlements: string, sdk: string) {
  const folder = writeFiles({
    'App.xcodeproj/project.pbxproj': samplePbxproj({
      settings: { SDKROOT: sdk },
      targets: [
        { name: 'App', settings: { PRODUCT_BUNDLE_IDENTIFIER: 'a.b' }, dependsOn: [['Helper']] },
        {
          name: 'Helper',
          type: 'xpc-service',
          settings: { PRODUCT_BUNDLE_IDENTIFIER: 'a.b.helper', CODE_SIGN_ENTITLEMENTS: 'h.entitlements', ...settings },
        },
      ],
    }),
    'h.entitlements': entitlements,
  })
  const [app, helper] = analyseProject({ path: folder, scheme: 'App' }).targets
  expect(app?.needsProfile).toBe(true)
  return helper
}

const SANDBOX = '"com.apple.security.app-sandbox" = 1; "com.apple.security.hypervisor" = 1;'

describe('an XPC service', () => {
  it.each([
    ['in a Mac app, sandboxed only', 'macosx', {}, SANDBOX, false],
    ['in a Mac app, without entitlements', 'macosx', { CODE_SIGN_ENTITLEMENTS: '' }, '', false],
    ['with a group of the team', 'macosx', {}, '"com.apple.security.application-groups" = ("ABCDE12345.a");', false],
    ['with a group as on iOS', 'macosx', {}, '"com.apple.security.application-groups" = ("group.a");', true],
    ['with a restricted entitlement', 'macosx', {}, `${SANDBOX} "com.apple.vm.networking" = 1;`, true],
    ['with a capability', 'macosx', {}, '"com.apple.developer.networking.networkextension" = ("dns-proxy");', true],
    ['with shared keychain items', 'macosx', {}, '"keychain-access-groups" = ("$(AppIdentifierPrefix)a");', true],
    ['whose project names a profile', 'macosx', { PROVISIONING_PROFILE_SPECIFIER: 'Helper' }, SANDBOX, true],
    [
      'whose profile setting is empty',
      'macosx',
      { PROVISIONING_PROFILE_SPECIFIER: '$(NONE:default=)' },
      SANDBOX,
      false,
    ],
    ['in an app that is not for the Mac', 'iphoneos', {}, SANDBOX, true],
  ])('%s: has a profile of its own or not', (_, sdk, settings, entitlements, expected) => {
    expect(serviceOf(settings, `{${entitlements}}`, sdk)).toMatchObject({ role: 'xpc-service', needsProfile: expected })
  })
})

it.runIf(corpusFiles('UTM.xcodeproj/project.pbxproj').length > 0)('UTM’s helper, as its project is built', () => {
  const helperWith = (overrides: Readonly<Record<string, string>>) =>
    analyseProject({ path: join(CORPUS, 'utmapp+UTM'), scheme: 'macOS', overrides }).targets.find(
      ({ role }) => role === 'xpc-service',
    )
  expect(helperWith({})).toMatchObject({ name: 'QEMUHelper', needsProfile: false })
  expect(helperWith({ DEVELOPER_ACCOUNT_VM_ACCESS: 'YES' })).toMatchObject({ needsProfile: true })
  expect(helperWith({ PROVISIONING_PROFILE_SPECIFIER_HELPER: 'Helper' })).toMatchObject({ needsProfile: true })
})
