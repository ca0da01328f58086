import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { samplePbxproj, sampleScheme } from '../test/sample-project.ts'
import { writeFiles } from '../test/scratch.ts'
import { thrownBy } from '../test/thrown.ts'
import { analyseProject } from './analyse.ts'
import { openProjectFiles } from './files.ts'
import { openProject } from './project.ts'
import { autoCreatedSchemes, listSchemeFiles, readScheme } from './scheme.ts'
import { openWorkspace } from './workspace.ts'

const PROJECT = 'App.xcodeproj/project.pbxproj'
const TARGETS = [
  { name: 'App', settings: { PRODUCT_BUNDLE_IDENTIFIER: 'a.b' } },
  { name: 'Kit', type: 'framework' },
  { name: 'Tests', type: 'bundle.unit-test' },
]

function read(content: string) {
  const folder = writeFiles({ 'App.xcodeproj/xcshareddata/xcschemes/S.xcscheme': content })
  const files = openProjectFiles(folder)
  const [file] = listSchemeFiles(join(folder, 'App.xcodeproj'), files)
  if (file === undefined) throw new Error('no scheme')
  return { folder, scheme: () => readScheme(file, files) }
}

describe('a scheme file', () => {
  it('tells its products, their targets and projects, and what is archived', () => {
    const { folder, scheme } = read(sampleScheme('T0', 'App', 'A &amp; B.app'))
    expect(scheme()).toEqual({
      name: 'S',
      kind: 'shared',
      container: join(folder, 'App.xcodeproj'),
      archiveConfiguration: 'Release',
      buildEntries: [
        {
          isForArchiving: true,
          isForRunning: true,
          isForTesting: true,
          targetId: 'T0',
          targetName: 'App',
          product: 'A & B.app',
          projectPath: join(folder, 'App.xcodeproj'),
        },
      ],
    })
  })

  it('without build action or archive action is read all the same', () => {
    expect(read('<Scheme></Scheme>').scheme()).toMatchObject({ buildEntries: [], archiveConfiguration: undefined })
  })

  it.each([
    ['cut off', sampleScheme('T0', 'App', 'App.app').slice(0, 200)],
    ['something else', '<Workspace></Workspace>'],
    ['empty', ''],
    ['with entities of its own', '<!DOCTYPE Scheme [<!ENTITY a "aaaa">]><Scheme a="&a;"></Scheme>'],
  ])('%s is refused with its path', (_, content) => {
    const error = thrownBy(read(content).scheme)
    expect(error.code).toBe('xcode.scheme_malformed')
    expect(error.details).toMatchObject({ path: 'App.xcodeproj/xcshareddata/xcschemes/S.xcscheme' })
  })
})

describe('auto-created schemes', () => {
  const schemes = (files: Readonly<Record<string, string>>) => {
    const folder = writeFiles({ [PROJECT]: samplePbxproj({ targets: TARGETS }), ...files })
    return autoCreatedSchemes(openProject(join(folder, 'App.xcodeproj'), openProjectFiles(folder))).map(
      ({ name }) => name,
    )
  }

  it('are made for every target that is no test', () => {
    expect(schemes({})).toEqual(['App', 'Kit'])
  })

  it('are not made where the project forbids it', () => {
    const settings = (value: string) => ({
      'App.xcodeproj/project.xcworkspace/xcshareddata/WorkspaceSettings.xcsettings': `<?xml version="1.0"?><plist version="1.0"><dict>
        <key>IDEWorkspaceSharedSettings_AutocreateContextsIfNeeded</key><${value}/></dict></plist>`,
    })
    expect(schemes(settings('false'))).toEqual([])
    expect(schemes(settings('true'))).toEqual(['App', 'Kit'])
  })

  it('stand back as soon as the project has a scheme file', () => {
    const folder = writeFiles({
      [PROJECT]: samplePbxproj({ targets: TARGETS }),
      'App.xcodeproj/xcshareddata/xcschemes/Mine.xcscheme': sampleScheme('T0', 'App', 'App.app'),
    })
    expect(analyseProject({ path: folder }).scheme).toEqual({ name: 'Mine', kind: 'shared' })
    expect(thrownBy(() => analyseProject({ path: folder, scheme: 'App' })).code).toBe('xcode.scheme_not_found')
  })
})

describe('a workspace', () => {
  it('holds projects by every kind of reference, each once', () => {
    const folder = writeFiles({
      'sub/W.xcworkspace/contents.xcworkspacedata': `<?xml version="1.0" encoding="UTF-8"?>
        <Workspace version = "1.0">
          <FileRef location = "group:A.xcodeproj"></FileRef>
          <FileRef location = "container:A.xcodeproj"></FileRef>
          <FileRef location = "group:README.md"></FileRef>
          <FileRef location = "developer:X.xcodeproj"></FileRef>
          <Group location = "container:deep" name = "Deep">
            <Group location = "group:er"><FileRef location = "group:B.xcodeproj"></FileRef></Group>
            <FileRef location = "group:../C.xcodeproj"></FileRef>
          </Group>
          <FileRef location = "absolute:/D.xcodeproj"></FileRef>
        </Workspace>`,
    })
    const { projectPaths } = openWorkspace(join(folder, 'sub/W.xcworkspace'), openProjectFiles(folder))
    expect(projectPaths).toEqual([
      join(folder, 'sub/A.xcodeproj'),
      join(folder, 'sub/deep/er/B.xcodeproj'),
      join(folder, 'sub/C.xcodeproj'),
      '/D.xcodeproj',
    ])
  })

  it('inside a project stands for that project, and its files may lie beside it', () => {
    const settings = { PRODUCT_BUNDLE_IDENTIFIER: 'a.b', CODE_SIGN_ENTITLEMENTS: 'App.entitlements' }
    const folder = writeFiles({
      [PROJECT]: samplePbxproj({ targets: [{ name: 'App', settings }] }),
      'App.xcodeproj/project.xcworkspace/contents.xcworkspacedata':
        '<Workspace version = "1.0"><FileRef location = "self:"></FileRef></Workspace>',
      'App.entitlements': '{}',
    })
    const analysis = analyseProject({ path: join(folder, 'App.xcodeproj/project.xcworkspace') })
    expect(analysis.projectPath).toBe(join(folder, 'App.xcodeproj'))
    expect(analysis.targets[0]?.entitlements.state).toBe('read')
  })

  it('that names a project outside the root reports it and does not read it', () => {
    const app = { name: 'Out', settings: { PRODUCT_BUNDLE_IDENTIFIER: 'a.out' } }
    const folder = writeFiles({
      [`in/${PROJECT}`]: samplePbxproj({ targets: TARGETS }),
      'Out.xcodeproj/project.pbxproj': samplePbxproj({ targets: [app] }),
      'in/W.xcworkspace/contents.xcworkspacedata': `<Workspace version = "1.0">
        <FileRef location = "group:App.xcodeproj"></FileRef><FileRef location = "group:../Out.xcodeproj"></FileRef></Workspace>`,
    })
    const analysis = analyseProject({ path: join(folder, 'in') })
    expect(analysis.targets.map(({ name }) => name)).toEqual(['App'])
    expect(analysis.warnings).toMatchObject([
      { code: 'project_unreadable', message: expect.stringContaining('Out.xcodeproj') },
    ])
    const allowed = analyseProject({ path: join(folder, 'in'), scheme: 'Out', allowedFolders: [folder] })
    expect(allowed.targets.map(({ name }) => name)).toEqual(['Out'])
  })
})
