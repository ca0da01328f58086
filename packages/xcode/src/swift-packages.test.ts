import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { samplePbxproj, sampleScheme } from '../test/sample-project.ts'
import { writeFiles } from '../test/scratch.ts'
import { thrownBy } from '../test/thrown.ts'
import { analyseProject } from './analyse.ts'

const APP = samplePbxproj({ targets: [{ name: 'App', settings: { PRODUCT_BUNDLE_IDENTIFIER: 'a.b' } }] })
const MANIFEST = '// swift-tools-version:5.9\n'

/** A package whose scheme archives the app of a project in it, and the project. */
const PACKAGE = {
  'Package.swift': MANIFEST,
  '.swiftpm/xcode/xcshareddata/xcschemes/Preview.xcscheme': sampleScheme('T0', 'App', 'App.app'),
  'App.xcodeproj/xcshareddata/xcschemes/App.xcscheme': sampleScheme('T0', 'App', 'App.app'),
}

const project = (objects: string) => APP.replace('objects = {', `objects = {\n${objects}`)
const folderReference = (type: string, path: string) =>
  `R = {isa = PBXFileReference; lastKnownFileType = ${type}; path = "${path}"; sourceTree = "<group>"; };`
const localReference = (path: string) => `R = {isa = XCLocalSwiftPackageReference; relativePath = "${path}"; };`

const kit = (folder: string) => ({
  [`${folder}/Package.swift`]: MANIFEST,
  // Xcode reads references in the scheme from the folder of the package.
  [`${folder}/.swiftpm/xcode/xcshareddata/xcschemes/Kit.xcscheme`]: sampleScheme('T0', 'App', 'App.app').replace(
    'container:App.xcodeproj',
    `container:${folder.replace(/[^/]+/g, '..')}/App.xcodeproj`,
  ),
})

describe('schemes of a Swift package', () => {
  it.each([
    ['the folder', 'pkg', { 'pkg/Package.swift': MANIFEST }],
    ['its manifest', 'pkg/Package.swift', { 'pkg/Package.swift': MANIFEST }],
    ['the folder of one known by its schemes alone', 'pkg', {}],
    [
      "Xcode's workspace for it",
      'pkg/.swiftpm/xcode/package.xcworkspace',
      { 'pkg/.swiftpm/xcode/package.xcworkspace/contents.xcworkspacedata': '<Workspace/>' },
    ],
  ])('are found by %s', (_, path, files) => {
    const scheme = sampleScheme('T0', 'App', 'App.app').replace('container:App', 'container:app/App')
    const folder = writeFiles({
      ...files,
      'pkg/.swiftpm/xcode/xcuserdata/jo.xcuserdatad/xcschemes/Preview.xcscheme': scheme,
      'pkg/app/App.xcodeproj/project.pbxproj': APP,
    })
    const { projectPath, scheme: found, targets } = analyseProject({ path: join(folder, path) })
    expect(projectPath).toBe(join(folder, 'pkg/app/App.xcodeproj'))
    expect(found).toEqual({ name: 'Preview', kind: 'user' })
    expect(targets.map(({ name }) => name)).toEqual(['App'])
  })

  it('are not looked for when the folder holds a project, unless the project holds the package', () => {
    const alone = writeFiles({ ...PACKAGE, 'App.xcodeproj/project.pbxproj': APP })
    expect(thrownBy(() => analyseProject({ path: alone, scheme: 'Preview' })).details).toEqual({
      scheme: 'Preview',
      available: ['App'],
    })
    const within = writeFiles({ ...PACKAGE, 'App.xcodeproj/project.pbxproj': project(folderReference('folder', '.')) })
    expect(analyseProject({ path: within, scheme: 'Preview' }).targets.map(({ name }) => name)).toEqual(['App'])
  })

  it.each([
    ['a folder among the files', folderReference('folder', 'libs/Kit')],
    ['a folder as older Xcode writes it', folderReference('wrapper', 'libs/Kit')],
    ['a local package reference', localReference('libs/Kit')],
  ])('are found through %s of the project', (_, reference) => {
    const folder = writeFiles({ 'App.xcodeproj/project.pbxproj': project(reference), ...kit('libs/Kit') })
    expect(analyseProject({ path: folder, scheme: 'Kit' }).targets.map(({ name }) => name)).toEqual(['App'])
  })

  it('are found through a workspace, and once only', () => {
    const folder = writeFiles({
      'App.xcodeproj/project.pbxproj': project(localReference('Kit')),
      'W.xcworkspace/contents.xcworkspacedata': `<Workspace version = "1.0"><Group location = "container:">
        <FileRef location = "group:App.xcodeproj"></FileRef><FileRef location = "group:Kit"></FileRef></Group></Workspace>`,
      ...kit('Kit'),
    })
    expect(thrownBy(() => analyseProject({ path: folder })).details).toEqual({ available: ['App', 'Kit'] })
    expect(analyseProject({ path: folder, scheme: 'Kit' }).projectPath).toBe(join(folder, 'App.xcodeproj'))
  })

  it('of a package outside the root are not read, and do not stop the analysis', () => {
    const folder = writeFiles({
      'in/App.xcodeproj/project.pbxproj': project(localReference('../Kit')),
      ...kit('Kit'),
    })
    const path = join(folder, 'in')
    expect(analyseProject({ path }).targets.map(({ name }) => name)).toEqual(['App'])
    expect(thrownBy(() => analyseProject({ path, scheme: 'Kit' })).code).toBe('xcode.scheme_not_found')
  })

  it('whose app the package itself builds are refused with the reason', () => {
    const scheme = sampleScheme('Play', 'Play', 'Play.app').replace('container:App.xcodeproj', 'container:')
    const folder = writeFiles({
      'Package.swift': MANIFEST,
      '.swiftpm/xcode/xcshareddata/xcschemes/Play.xcscheme': scheme,
    })
    expect(thrownBy(() => analyseProject({ path: folder, scheme: 'Play' })).detail).toBe(
      'scheme "Play": "Play.app" is built by a Swift package, not by a target of a project',
    )
  })
})
