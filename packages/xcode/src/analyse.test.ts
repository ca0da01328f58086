import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { copyTidepool, samplePbxproj, sampleScheme, TIDEPOOL } from '../test/sample-project.ts'
import { writeFiles } from '../test/scratch.ts'
import { thrownBy } from '../test/thrown.ts'
import { analyseProject } from './analyse.ts'

const PROJECT = 'App.xcodeproj/project.pbxproj'
const SCHEMES = 'App.xcodeproj/xcshareddata/xcschemes'

const bundleIds = (analysis: ReturnType<typeof analyseProject>) =>
  analysis.targets.map(({ name, role, bundleId }) => [
    name,
    role,
    bundleId.state === 'resolved' ? bundleId.value : `! ${bundleId.reason}`,
  ])

describe('the sample project', () => {
  const analysis = analyseProject({ path: TIDEPOOL, root: TIDEPOOL })

  it('is found by its folder, its only scheme is taken, and every embedded target is signed', () => {
    expect(analysis.scheme).toEqual({ name: 'Tidepool', kind: 'shared' })
    expect(analysis.configuration).toBe('Release')
    expect(analysis.warnings).toEqual([])
    expect(bundleIds(analysis)).toEqual([
      ['Tidepool', 'app', 'com.example.tidepool'],
      ['TidepoolWidgets', 'extension', 'com.example.tidepool.widgets'],
      ['TidepoolNotifications', 'extension', 'com.example.tidepool.notifications'],
      ['TidepoolWatch', 'watch-app', 'com.example.tidepool.watchkitapp'],
    ])
  })

  it('tells for each value the file and line it comes from', () => {
    expect(analysis.targets[1]?.bundleId.origins).toEqual([
      {
        layer: 'target',
        file: 'Tidepool.xcodeproj/project.pbxproj',
        line: 540,
        setting: 'PRODUCT_BUNDLE_IDENTIFIER',
        text: '$(BUNDLE_ID_PREFIX).widgets',
      },
      {
        layer: 'project-xcconfig',
        file: 'Config/Tidepool.xcconfig',
        line: 2,
        setting: 'BUNDLE_ID_PREFIX',
        text: 'com.example.tidepool',
      },
    ])
    expect(analysis.targets[0]?.teamId).toMatchObject({ value: 'TIDE123456', origins: [{ layer: 'project-xcconfig' }] })
  })

  it('has its entitlements with settings expanded, but for what only the profile knows', () => {
    expect(analysis.targets[0]?.entitlements).toMatchObject({
      state: 'read',
      path: 'Tidepool/Tidepool.entitlements',
      unresolved: [],
      values: {
        'com.apple.developer.icloud-container-identifiers': ['iCloud.com.example.tidepool'],
        'com.apple.security.application-groups': ['group.com.example.tidepool'],
        'keychain-access-groups': ['$(AppIdentifierPrefix)com.example.tidepool.shared'],
      },
    })
    expect(analysis.targets[3]).toMatchObject({ platform: 'watchos', platformDisplayName: 'watchOS' })
  })

  it('follows an optional xcconfig once it is there', () => {
    const folder = copyTidepool()
    writeFileSync(join(folder, 'Config/Local.xcconfig'), 'BUNDLE_ID_PREFIX = org.example.other\n')
    expect(bundleIds(analyseProject({ path: folder }))[0]?.[2]).toBe('org.example.other')
    expect(bundleIds(analyseProject({ path: folder, overrides: { BUNDLE_ID_PREFIX: 'a.b' } }))[1]?.[2]).toBe(
      'a.b.widgets',
    )
  })
})

describe('finding the project', () => {
  it.each([
    ['a path that does not exist', 'none', 'xcode.not_found'],
    ['a path with a NUL', 'a\0b', 'xcode.not_found'],
    ['a path of a megabyte', 'x'.repeat(1_000_000), 'xcode.not_found'],
    ['a file', 'file.txt', 'xcode.not_a_project'],
    ['a folder without project', 'empty', 'xcode.no_project_in_folder'],
    ['a folder with two projects', 'two', 'xcode.several_projects_in_folder'],
    ['a project folder without project file', 'Hollow.xcodeproj', 'xcode.not_found'],
    ['a property list that is no project', 'Other.xcodeproj', 'xcode.not_a_project'],
    ['a truncated project', 'Cut.xcodeproj', 'xcode.project_truncated'],
    ['a workspace that is no XML', 'Bad.xcworkspace', 'xcode.workspace_malformed'],
  ])('%s is refused', (_, path, code) => {
    const whole = samplePbxproj({ targets: [{ name: 'App' }] })
    const folder = writeFiles({
      'file.txt': '',
      'empty/x': '',
      'two/A.xcodeproj/x': '',
      'two/B.xcodeproj/x': '',
      'Hollow.xcodeproj/x': '',
      'Other.xcodeproj/project.pbxproj': '{ rootObject = A; objects = { A = { isa = PBXGroup; }; }; }',
      'Cut.xcodeproj/project.pbxproj': whole.slice(0, whole.length / 2),
      'Bad.xcworkspace/contents.xcworkspacedata': '<Workspace',
    })
    expect(thrownBy(() => analyseProject({ path: join(folder, path) })).code).toBe(code)
  })

  it('lists the projects of a folder with several', () => {
    const folder = writeFiles({ 'A.xcodeproj/x': '', 'B.xcodeproj/x': '' })
    expect(thrownBy(() => analyseProject({ path: folder })).details).toMatchObject({
      found: ['A.xcodeproj', 'B.xcodeproj'],
    })
  })

  it('prefers the only workspace, and reads the projects it holds in groups', () => {
    const folder = writeFiles({
      'All.xcworkspace/contents.xcworkspacedata': `<Workspace version = "1.0">
        <Group location = "group:apps" name = "x"><FileRef location = "group:App.xcodeproj"></FileRef></Group>
        <FileRef location = "container:Pods/Pods.xcodeproj"></FileRef></Workspace>`,
      [`apps/${PROJECT}`]: samplePbxproj({
        targets: [{ name: 'App', settings: { PRODUCT_BUNDLE_IDENTIFIER: 'a.b' } }],
      }),
    })
    mkdirSync(join(folder, 'Decoy.xcodeproj'))
    const analysis = analyseProject({ path: folder })
    expect(analysis.projectPath).toBe(join(folder, 'apps/App.xcodeproj'))
    expect(analysis.scheme).toEqual({ name: 'App', kind: 'auto-created' })
    expect(analysis.warnings).toMatchObject([
      { code: 'project_unreadable', message: expect.stringContaining('Pods/Pods.xcodeproj') },
    ])
  })
})

describe('choosing the scheme', () => {
  const targets = [
    { name: 'Café', settings: { PRODUCT_BUNDLE_IDENTIFIER: 'a.cafe' } },
    { name: 'Kit', type: 'framework' },
  ]
  const files = {
    [PROJECT]: samplePbxproj({ targets }),
    [`${SCHEMES}/Café.xcscheme`.normalize('NFD')]: sampleScheme('T0', 'Café', 'Café.app'),
    [`${SCHEMES}/Kit.xcscheme`]: sampleScheme('T1', 'Kit', 'Kit.framework'),
    [`${SCHEMES}/Off.xcscheme`]: sampleScheme('T0', 'Café', 'Café.app', 'NO'),
    'App.xcodeproj/xcuserdata/me.xcuserdatad/xcschemes/Mine.xcscheme': sampleScheme('T0', 'Café', 'Café.app'),
  }

  it('compares names as people read them', () => {
    const folder = writeFiles(files)
    expect(analyseProject({ path: folder, scheme: 'Café'.normalize('NFC') }).targets).toHaveLength(1)
    expect(analyseProject({ path: folder, scheme: 'Mine' }).scheme.kind).toBe('user')
  })

  it.each([
    ['one that does not exist', 'Nope', 'xcode.scheme_not_found', ['Café', 'Kit', 'Off', 'Mine']],
    ['a framework', 'Kit', 'xcode.scheme_without_app', ['Café', 'Mine']],
    ['one that does not archive', 'Off', 'xcode.scheme_without_app', ['Café', 'Mine']],
    ['none where several archive an app', undefined, 'xcode.scheme_ambiguous', ['Café', 'Mine']],
  ])('%s is refused with the schemes there are', (_, scheme, code, available) => {
    const folder = writeFiles(files)
    const error = thrownBy(() => analyseProject({ path: folder, ...(scheme !== undefined && { scheme }) }))
    expect(error.code).toBe(code)
    const listed = error.details.available
    expect(Array.isArray(listed) && listed.toSorted()).toEqual(available.toSorted())
  })

  it('a broken scheme file is a warning, and an error only when it is the one', () => {
    const folder = writeFiles({ ...files, [`${SCHEMES}/Broken.xcscheme`]: '<Scheme' })
    expect(analyseProject({ path: folder, scheme: 'Mine' }).warnings).toMatchObject([{ code: 'scheme_unreadable' }])
    expect(thrownBy(() => analyseProject({ path: folder, scheme: 'Broken' })).code).toBe('xcode.scheme_malformed')
  })

  it('a configuration that a target lacks is refused with those there are', () => {
    const folder = writeFiles(files)
    const error = thrownBy(() => analyseProject({ path: folder, scheme: 'Mine', configuration: 'Beta' }))
    expect(error).toMatchObject({ code: 'xcode.configuration_not_found', details: { available: ['Release'] } })
  })
})

describe('which targets are signed', () => {
  const settings = { PRODUCT_BUNDLE_IDENTIFIER: 'a.$(TARGET_NAME:rfc1034identifier)' }
  const analyse = (targets: Parameters<typeof samplePbxproj>[0]['targets'], options = {}) =>
    analyseProject({ path: writeFiles({ [PROJECT]: samplePbxproj({ targets, settings }) }), scheme: 'App', ...options })

  it('all that the app depends on, also through frameworks, each once', () => {
    const analysis = analyse([
      { name: 'App', dependsOn: [['Kit'], ['Share Ext'], ['Watch']] },
      { name: 'Kit', type: 'framework', dependsOn: [['Intents']] },
      { name: 'Share Ext', type: 'app-extension', dependsOn: [['Kit']] },
      { name: 'Intents', type: 'extensionkit-extension' },
      { name: 'Watch', type: 'application.watchapp2', settings: { SDKROOT: 'watchos' }, dependsOn: [['WatchExt']] },
      { name: 'WatchExt', type: 'watchkit2-extension', settings: { SDKROOT: 'watchos' } },
      { name: 'Clip', type: 'application.on-demand-install-capable' },
      { name: 'Tests', type: 'bundle.unit-test', dependsOn: [['App']] },
      { name: 'UITests', type: 'bundle.ui-testing', dependsOn: [['App']] },
    ])
    expect(bundleIds(analysis)).toEqual([
      ['App', 'app', 'a.App'],
      ['Share Ext', 'extension', 'a.Share-Ext'],
      ['Watch', 'watch-app', 'a.Watch'],
      ['Intents', 'extension', 'a.Intents'],
      ['WatchExt', 'watch-extension', 'a.WatchExt'],
    ])
    expect(analysis.uiTestTargets).toMatchObject([{ name: 'UITests', runnerBundleId: 'a.UITests.xctrunner' }])
  })

  it('a circle of dependencies ends', () => {
    expect(
      analyse([
        { name: 'App', dependsOn: [['B']] },
        { name: 'B', dependsOn: [['App']] },
      ]).targets,
    ).toHaveLength(2)
  })

  it('a dependency for another platform does not count', () => {
    const targets = [
      {
        name: 'App',
        settings: { SUPPORTED_PLATFORMS: 'iphoneos macosx', SDKROOT: 'auto' },
        dependsOn: [
          ['M', 'macos'],
          ['I', 'ios'],
        ] as const,
      },
      { name: 'M', type: 'app-extension' },
      { name: 'I', type: 'app-extension' },
    ]
    expect(bundleIds(analyse(targets)).map(([name]) => name)).toEqual(['App', 'I'])
    expect(bundleIds(analyse(targets, { platform: 'macosx' })).map(([name]) => name)).toEqual(['App', 'M'])
  })

  it('two targets with the same bundle ID are reported', () => {
    const same = { PRODUCT_BUNDLE_IDENTIFIER: 'a.same' }
    const analysis = analyse([
      { name: 'App', settings: same, dependsOn: [['B']] },
      { name: 'B', type: 'app-extension', settings: same },
    ])
    expect(analysis.warnings).toEqual([{ code: 'same_bundle_id', message: 'App and B share the bundle ID a.same' }])
  })
})

describe('what a target says about signing', () => {
  const one = (project: Omit<Parameters<typeof samplePbxproj>[0], 'targets'>, target = {}, files = {}) => {
    const folder = writeFiles({
      ...files,
      [PROJECT]: samplePbxproj({ ...project, targets: [{ name: 'App', ...target }] }),
    })
    const analysis = analyseProject({ path: folder })
    const [app] = analysis.targets
    if (app === undefined) throw new Error('no target')
    return { ...app, warnings: analysis.warnings }
  }

  it('is taken from the highest layer that defines it', () => {
    const files = {
      'p.xcconfig': 'A = project file',
      't.xcconfig': 'B = $(A)\nPRODUCT_BUNDLE_IDENTIFIER = from.target-file',
    }
    const project = {
      settings: { PRODUCT_BUNDLE_IDENTIFIER: 'from.project' },
      projectFile: 'p.xcconfig',
      targetFiles: { App: 't.xcconfig' },
    }
    expect(one(project, {}, files).bundleId).toMatchObject({
      value: 'from.target-file',
      origins: [{ layer: 'target-xcconfig' }],
    })
    const target = { settings: { PRODUCT_BUNDLE_IDENTIFIER: 'x.$(inherited)' } }
    expect(one(project, target, files).bundleId).toMatchObject({
      value: 'x.from.target-file',
      origins: [{ layer: 'target' }, {}],
    })
  })

  it('falls back to CFBundleIdentifier, expanded', () => {
    const plist = '{ CFBundleIdentifier = "com.example.$(PRODUCT_NAME:rfc1034identifier)"; }'
    const target = { settings: { INFOPLIST_FILE: '$(SRCROOT)/Info.plist', PRODUCT_NAME: 'My App' } }
    expect(one({}, target, { 'Info.plist': plist }).bundleId).toMatchObject({
      value: 'com.example.My-App',
      origins: [
        { layer: 'info-plist', file: 'Info.plist' },
        { layer: 'target', setting: 'PRODUCT_NAME' },
      ],
    })
  })

  it.each([
    ['nothing is set', {}, 'PRODUCT_BUNDLE_IDENTIFIER is not set, nor is INFOPLIST_FILE'],
    [
      'the Info.plist is missing',
      { INFOPLIST_FILE: 'I.plist' },
      'PRODUCT_BUNDLE_IDENTIFIER is not set and the Info.plist "I.plist" does not exist',
    ],
    [
      'an undefined prefix leaves no bundle ID',
      { PRODUCT_BUNDLE_IDENTIFIER: '$(P).app' },
      '".app" is no bundle ID; nothing defines $(P)',
    ],
    [
      'the value is made by Xcode',
      { PRODUCT_BUNDLE_IDENTIFIER: 'a.$(USER)' },
      '"$(USER)" is not defined here: Xcode gives it a value when it builds',
    ],
  ])('says why there is no bundle ID: %s', (_, settings, reason) => {
    expect(one({}, { settings }).bundleId).toMatchObject({ state: 'unresolved', reason })
  })

  it('does not guess what a missing xcconfig would have said', () => {
    const project = { projectFile: 'Secret.xcconfig' }
    const target = { settings: { PRODUCT_BUNDLE_IDENTIFIER: 'com.example.app$(SUFFIX)' } }
    const { bundleId, warnings } = one(project, target)
    expect(bundleId).toMatchObject({
      state: 'unresolved',
      reason: '"$(SUFFIX)" is not defined here: Secret.xcconfig could not be read',
    })
    expect(warnings).toMatchObject([{ code: 'xcconfig_missing' }])
    const known = one({ projectFile: 'Known.xcconfig' }, target, { 'Known.xcconfig': '#include? "Local.xcconfig"' })
    expect(known.bundleId).toMatchObject({ state: 'resolved', value: 'com.example.app' })
    expect(known.warnings).toMatchObject([{ code: 'setting_undefined', message: expect.stringContaining('$(SUFFIX)') }])
  })

  it('warns when the bundle ID changes with the team that signs', () => {
    const settings = { PRODUCT_BUNDLE_IDENTIFIER: 'com.example.app$(ID)', ID: '$(DEVELOPMENT_TEAM)' }
    const folder = writeFiles({ [PROJECT]: samplePbxproj({ targets: [{ name: 'App', settings }] }) })
    const before = analyseProject({ path: folder })
    expect(before.warnings.map(({ code }) => code)).toContain('bundle_id_depends_on_team')
    const after = analyseProject({ path: folder, overrides: { DEVELOPMENT_TEAM: 'ABCDE12345' } })
    expect(bundleIds(after)).toEqual([['App', 'app', 'com.example.appABCDE12345']])
  })

  it('team and style come from the target attributes when no setting names them', () => {
    const attributes = { DevelopmentTeam: 'ABCDE12345', ProvisioningStyle: 'Manual' }
    expect(one({}, { attributes })).toMatchObject({
      teamId: { value: 'ABCDE12345', origins: [{ layer: 'target-attributes' }] },
      signingStyle: { value: 'manual' },
    })
    const settings = { DEVELOPMENT_TEAM: 'ZZZZZ99999', CODE_SIGN_STYLE: 'Automatic' }
    expect(one({}, { attributes, settings })).toMatchObject({
      teamId: { value: 'ZZZZZ99999' },
      signingStyle: { value: 'automatic' },
    })
    expect(one({})).toMatchObject({ teamId: undefined, signingStyle: { value: 'automatic', origin: undefined } })
  })

  it('entitlements may differ by SDK, and a missing file is a warning', () => {
    const settings = {
      PRODUCT_BUNDLE_IDENTIFIER: 'a.b',
      CODE_SIGN_ENTITLEMENTS: 'mac.entitlements',
      'CODE_SIGN_ENTITLEMENTS[sdk=iphoneos*]': '$(CONFIGURATION)/ios.entitlements',
    }
    const files = { 'Release/ios.entitlements': '{ "aps-environment" = production; g = "group.$(GONE:default=x)"; }' }
    expect(one({}, { settings }, files).entitlements).toMatchObject({
      path: 'Release/ios.entitlements',
      values: { g: 'group.x' },
    })
    const missing = one({}, { settings })
    expect(missing.entitlements).toMatchObject({ state: 'missing', path: 'Release/ios.entitlements' })
    expect(missing.warnings).toMatchObject([{ code: 'entitlements_missing' }])
  })

  it.each(['a\0b', 'x'.repeat(10_000)])('a name that can name no file is reported as missing', (name) => {
    const settings = { PRODUCT_BUNDLE_IDENTIFIER: 'a.b', CODE_SIGN_ENTITLEMENTS: `${name}x` }
    expect(one({}, { settings }).entitlements.state).toBe('missing')
  })

  it.each(['../outside.entitlements', 'link.entitlements', '/etc/hostname'])(
    'nothing is read outside the project: %s',
    (name) => {
      const settings = { PRODUCT_BUNDLE_IDENTIFIER: 'a.b', CODE_SIGN_ENTITLEMENTS: name }
      const folder = writeFiles({
        'outside.entitlements': '{}',
        [`in/${PROJECT}`]: samplePbxproj({ targets: [{ name: 'App', settings }] }),
      })
      symlinkSync('../outside.entitlements', join(folder, 'in/link.entitlements'))
      const error = thrownBy(() => analyseProject({ path: join(folder, 'in') }))
      expect(error.code).toBe('xcode.path_outside_project')
      expect(String(error.details.referredFrom)).toMatch(/^App\.xcodeproj\/project\.pbxproj:\d+$/)
    },
  )

  it('a project folder that is a symlink to the outside is not read', () => {
    const folder = writeFiles({ [`real/${PROJECT}`]: samplePbxproj({ targets: [{ name: 'App' }] }), 'in/x': '' })
    symlinkSync('../real/App.xcodeproj', join(folder, 'in/App.xcodeproj'))
    expect(thrownBy(() => analyseProject({ path: join(folder, 'in') })).code).toBe('xcode.path_outside_project')
    rmSync(join(folder, 'in/App.xcodeproj'))
    renameSync(join(folder, 'real/App.xcodeproj'), join(folder, 'in/App.xcodeproj'))
    expect(analyseProject({ path: join(folder, 'in') }).targets).toHaveLength(1)
  })
})

describe('Mac Catalyst', () => {
  const app = (settings: Readonly<Record<string, string>>) =>
    writeFiles({
      [PROJECT]: samplePbxproj({
        targets: [
          {
            name: 'App',
            settings: { PRODUCT_BUNDLE_IDENTIFIER: 'com.acme.app', ...settings },
            dependsOn: [
              ['Mac', 'maccatalyst'],
              ['Phone', 'ios'],
            ],
          },
          {
            name: 'Mac',
            type: 'app-extension',
            settings: { PRODUCT_BUNDLE_IDENTIFIER: 'com.acme.app.mac', ...settings },
          },
          {
            name: 'Phone',
            type: 'app-extension',
            settings: { PRODUCT_BUNDLE_IDENTIFIER: 'com.acme.app.phone', ...settings },
          },
        ],
      }),
      [`${SCHEMES}/App.xcscheme`]: sampleScheme('T0', 'App', 'App.app'),
    })

  it('an app that supports it has its own platform, and what is for iOS alone stays out', () => {
    const path = app({ SUPPORTS_MACCATALYST: 'YES', 'CODE_SIGN_IDENTITY[sdk=macosx*]': 'x' })
    const { targets } = analyseProject({ path, macCatalyst: true })
    expect(
      targets.map(({ name, platformDisplayName, isMacCatalyst }) => [name, platformDisplayName, isMacCatalyst]),
    ).toEqual([
      ['App', 'Mac Catalyst', true],
      ['Mac', 'Mac Catalyst', true],
    ])
    expect(bundleIds(analyseProject({ path })).map(([name]) => name)).toEqual(['App', 'Phone'])
  })

  it('its bundle ID is derived where the project asks for that, and the line that asks is told', () => {
    const settings = { SUPPORTS_MACCATALYST: 'YES', DERIVE_MACCATALYST_PRODUCT_BUNDLE_IDENTIFIER: 'YES' }
    const { targets } = analyseProject({ path: app(settings), macCatalyst: true })
    expect(targets[0]?.bundleId).toMatchObject({ value: 'maccatalyst.com.acme.app' })
    expect(targets[0]?.bundleId.origins.at(-1)?.setting).toBe('DERIVE_MACCATALYST_PRODUCT_BUNDLE_IDENTIFIER')
    expect(analyseProject({ path: app(settings) }).targets[0]?.bundleId).toMatchObject({ value: 'com.acme.app' })
  })

  it('an app that does not support it is read for its own platform', () => {
    expect(analyseProject({ path: app({}), macCatalyst: true }).targets[0]).toMatchObject({
      isMacCatalyst: false,
      platform: 'iphoneos',
    })
  })
})
