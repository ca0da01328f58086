import { chmodSync, lstatSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { diffLines } from '@cordon/testkit/line-diff'
import { build } from 'plist'
import { describe, expect, it } from 'vitest'
import { copyTidepool, samplePbxproj } from '../test/sample-project.ts'
import { writeFiles } from '../test/scratch.ts'
import { thrownBy } from '../test/thrown.ts'
import { analyseProject } from './analyse.ts'
import { openProjectFiles } from './files.ts'
import { planManualSigning, restoreProject, setManualSigning } from './manual-signing.ts'
import { openProject } from './project.ts'

const SIGNING = {
  teamId: 'ABCDE12345',
  identity: '0123456789ABCDEF0123456789ABCDEF01234567',
  profileUuid: '12345678-90ab-cdef-1234-567890abcdef',
  profileName: 'Cordon Tidepool app-store',
}
const PROJECT = 'App.xcodeproj/project.pbxproj'

const open = (folder: string, name = 'App') => openProject(join(folder, `${name}.xcodeproj`), openProjectFiles(folder))
const one = (name: string, configuration = 'Release') => [{ ...SIGNING, name, configuration }]

describe('setting manual signing in the sample project', () => {
  const expectedChanges = {
    removed: ['"CODE_SIGN_IDENTITY[sdk=iphoneos*]" = "Apple Development";', 'CODE_SIGN_STYLE = Automatic;'],
    added: [
      'DevelopmentTeam = ABCDE12345;',
      'ProvisioningStyle = Manual;',
      'CODE_SIGN_IDENTITY = 0123456789ABCDEF0123456789ABCDEF01234567;',
      '"CODE_SIGN_IDENTITY[sdk=iphoneos*]" = 0123456789ABCDEF0123456789ABCDEF01234567;',
      'CODE_SIGN_STYLE = Manual;',
      'DEVELOPMENT_TEAM = ABCDE12345;',
      'PROVISIONING_PROFILE = "12345678-90ab-cdef-1234-567890abcdef";',
      'PROVISIONING_PROFILE_SPECIFIER = "";',
    ],
  }

  it('changes only the lines it must', () => {
    const result = setManualSigning({ project: open(copyTidepool(), 'Tidepool'), targets: one('Tidepool') })
    const written = readFileSync(result.path)
    expect(written.equals(result.edited)).toBe(true)
    expect(diffLines(Buffer.from(result.original).toString(), written.toString())).toEqual(expectedChanges)
  })

  it('tells each change with the value before and after and where it was', () => {
    const { changes } = planManualSigning({ project: open(copyTidepool(), 'Tidepool'), targets: one('Tidepool') })
    expect(changes).toHaveLength(expectedChanges.added.length)
    expect(changes).toContainEqual({
      target: 'Tidepool',
      configuration: 'Release',
      setting: 'CODE_SIGN_STYLE',
      before: 'Automatic',
      after: 'Manual',
      where: expect.stringMatching(/^Tidepool\.xcodeproj\/project\.pbxproj:\d+$/),
    })
    expect(changes).toContainEqual(
      expect.objectContaining({ configuration: undefined, setting: 'ProvisioningStyle', before: undefined }),
    )
  })

  it('is what the analysis then finds, for every target', () => {
    const folder = copyTidepool()
    const { project, configuration, targets } = analyseProject({ path: folder })
    setManualSigning({ project, targets: targets.map(({ name }) => ({ ...SIGNING, name, configuration })) })
    const after = analyseProject({ path: folder })
    for (const target of after.targets) {
      expect(target).toMatchObject({ teamId: { value: 'ABCDE12345' }, signingStyle: { value: 'manual' } })
    }
    expect(after.targets.map(({ bundleId }) => bundleId)).toMatchObject(
      targets.map(({ bundleId }) => (bundleId.state === 'resolved' ? { value: bundleId.value } : {})),
    )
  })

  it('a second time changes nothing and writes nothing', () => {
    const folder = copyTidepool()
    const { path } = setManualSigning({ project: open(folder, 'Tidepool'), targets: one('Tidepool') })
    const before = statSync(path, { bigint: true })
    const again = setManualSigning({ project: open(folder, 'Tidepool'), targets: one('Tidepool') })
    expect(again.changes).toEqual([])
    expect(statSync(path, { bigint: true })).toMatchObject({ ino: before.ino, mtimeNs: before.mtimeNs })
  })

  it('can be undone, keeps the mode of the file, and leaves no other file behind', () => {
    const folder = copyTidepool()
    const path = join(folder, 'Tidepool.xcodeproj/project.pbxproj')
    const before = readFileSync(path)
    chmodSync(path, 0o640)
    const result = setManualSigning({ project: open(folder, 'Tidepool'), targets: one('Tidepool') })
    expect(statSync(path).mode & 0o777).toBe(0o640)
    restoreProject(result)
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(statSync(path).mode & 0o777).toBe(0o640)
    expect(readdirSync(join(folder, 'Tidepool.xcodeproj')).sort()).toEqual([
      'project.pbxproj',
      'project.xcworkspace',
      'xcshareddata',
    ])
  })

  it('does not overwrite what somebody else has written meanwhile', () => {
    const folder = copyTidepool()
    const path = join(folder, 'Tidepool.xcodeproj/project.pbxproj')
    const project = open(folder, 'Tidepool')
    const others = `${readFileSync(path, 'utf8')}// theirs\n`
    writeFileSync(path, others)
    expect(thrownBy(() => setManualSigning({ project, targets: one('Tidepool') })).code).toBe('xcode.project_changed')
    expect(readFileSync(path, 'utf8')).toBe(others)
    const result = setManualSigning({ project: open(folder, 'Tidepool'), targets: one('Tidepool') })
    rmSync(path)
    expect(thrownBy(() => restoreProject(result)).code).toBe('xcode.project_not_writable')
    writeFileSync(path, others)
    expect(thrownBy(() => restoreProject(result)).code).toBe('xcode.project_changed')
  })
})

describe('setting manual signing', () => {
  it('gives conditional twins the same value, since they would win', () => {
    const settings = {
      'CODE_SIGN_IDENTITY[sdk=macosx*]': '-',
      'DEVELOPMENT_TEAM[sdk=iphoneos*]': 'OLD',
      'PROVISIONING_PROFILE_SPECIFIER[sdk=iphoneos*]': 'match AppStore a.b',
      'OTHER[sdk=iphoneos*]': 'stays',
    }
    const folder = writeFiles({ [PROJECT]: samplePbxproj({ targets: [{ name: 'App', settings }] }) })
    const { edited, changes } = planManualSigning({ project: open(folder), targets: one('App') })
    const text = Buffer.from(edited).toString()
    expect(text).toContain(`"CODE_SIGN_IDENTITY[sdk=macosx*]" = ${SIGNING.identity};`)
    expect(text).toContain('"DEVELOPMENT_TEAM[sdk=iphoneos*]" = ABCDE12345;')
    expect(text).toContain('"PROVISIONING_PROFILE_SPECIFIER[sdk=iphoneos*]" = "";')
    expect(text).toContain('"OTHER[sdk=iphoneos*]" = "stays";')
    expect(changes.filter(({ setting }) => setting.includes('['))).toHaveLength(3)
  })

  it('empties the name of the team only where there is one', () => {
    const attributes = { DevelopmentTeamName: 'Old Team', ProvisioningStyle: 'Automatic' }
    const folder = writeFiles({
      [PROJECT]: samplePbxproj({
        targets: [
          { name: 'App', attributes },
          { name: 'B', attributes: { X: '1' } },
        ],
      }),
    })
    const { changes } = planManualSigning({ project: open(folder), targets: [...one('App'), ...one('B')] })
    const ofTarget = (name: string) =>
      changes
        .filter(({ target, configuration }) => target === name && configuration === undefined)
        .map(({ setting }) => setting)
    expect(ofTarget('App')).toEqual(['DevelopmentTeam', 'DevelopmentTeamName', 'ProvisioningStyle'])
    expect(ofTarget('B')).toEqual(['DevelopmentTeam', 'ProvisioningStyle'])
  })

  it('adds attributes for a target that has none', () => {
    const folder = writeFiles({ [PROJECT]: samplePbxproj({ targets: [{ name: 'App' }] }) })
    const result = setManualSigning({ project: open(folder), targets: one('App') })
    expect(result.changes.filter(({ configuration }) => configuration === undefined)).toHaveLength(2)
    expect(analyseProject({ path: folder }).targets).toHaveLength(1)
    expect(setManualSigning({ project: open(folder), targets: one('App') }).changes).toEqual([])
  })

  it('adds attributes of several targets in the order of their ids', () => {
    const folder = writeFiles({ [PROJECT]: samplePbxproj({ targets: [{ name: 'A' }, { name: 'B' }, { name: 'C' }] }) })
    const targets = ['C', 'A', 'B'].flatMap((name) => one(name))
    const text = Buffer.from(planManualSigning({ project: open(folder), targets }).edited).toString()
    expect(/TargetAttributes = \{(.*?)\};\s*\};/s.exec(text)?.[1]?.match(/T\d(?= = )/g)).toEqual(['T0', 'T1', 'T2'])
  })

  it('adds build settings to a configuration that has none', () => {
    const text = samplePbxproj({ targets: [{ name: 'App' }] })
    const folder = writeFiles({ [PROJECT]: text.replace(/(CT0 = .*) buildSettings = \{\};/, '$1') })
    expect(open(folder).targets[0]?.configurations.configurations[0]?.settings).toBeUndefined()
    setManualSigning({ project: open(folder), targets: one('App') })
    expect(analyseProject({ path: folder }).targets[0]).toMatchObject({ signingStyle: { value: 'manual' } })
    expect(setManualSigning({ project: open(folder), targets: one('App') }).changes).toEqual([])
  })

  it('writes through a symlink and leaves it one', () => {
    const folder = writeFiles({ 'real.pbxproj': samplePbxproj({ targets: [{ name: 'App' }] }), 'App.xcodeproj/x': '' })
    symlinkSync('../real.pbxproj', join(folder, PROJECT))
    setManualSigning({ project: open(folder), targets: one('App') })
    expect(lstatSync(join(folder, PROJECT)).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'real.pbxproj'), 'utf8')).toContain('CODE_SIGN_STYLE = Manual;')
  })

  it('leaves a profile out for what is signed without one', () => {
    const folder = writeFiles({ [PROJECT]: samplePbxproj({ targets: [{ name: 'App', type: 'xpc-service' }] }) })
    const { profileUuid: _, profileName: __, ...signing } = SIGNING
    const targets = [{ ...signing, name: 'App', configuration: 'Release' }]
    const { changes } = planManualSigning({ project: open(folder), targets })
    expect(changes.find(({ setting }) => setting === 'PROVISIONING_PROFILE')).toMatchObject({ after: '' })
  })

  it('keeps CRLF on every line', () => {
    const text = readFileSync(join(copyTidepool(), 'Tidepool.xcodeproj/project.pbxproj'), 'utf8').replaceAll(
      '\n',
      '\r\n',
    )
    const folder = writeFiles({ 'Tidepool.xcodeproj/project.pbxproj': text })
    const { edited } = planManualSigning({ project: open(folder, 'Tidepool'), targets: one('Tidepool') })
    expect(Buffer.from(edited).toString().replaceAll('\r\n', '')).not.toContain('\n')
  })

  it.each([
    ['teamId', { teamId: 'abc' }, 'xcode.signing_value_invalid'],
    ['identity', { identity: 'Apple Development' }, 'xcode.signing_value_invalid'],
    ['profileUuid', { profileUuid: '../x' }, 'xcode.signing_value_invalid'],
    ['target', { name: 'Nope' }, 'xcode.target_not_found'],
    ['configuration', { configuration: 'Nope' }, 'xcode.configuration_not_found'],
  ])('refuses a wrong %s and writes nothing', (_, wrong, code) => {
    const folder = writeFiles({ [PROJECT]: samplePbxproj({ targets: [{ name: 'App' }] }) })
    const before = readFileSync(join(folder, PROJECT))
    const targets = [...one('App'), { ...SIGNING, name: 'App', configuration: 'Release', ...wrong }]
    expect(thrownBy(() => setManualSigning({ project: open(folder), targets })).code).toBe(code)
    expect(readFileSync(join(folder, PROJECT)).equals(before)).toBe(true)
  })

  it('refuses a project written as XML', () => {
    const xml = build({ objects: { P: { isa: 'PBXProject', targets: [] } }, rootObject: 'P' })
    const folder = writeFiles({ [PROJECT]: xml })
    expect(thrownBy(() => setManualSigning({ project: open(folder), targets: [] })).code).toBe(
      'xcode.project_not_editable',
    )
  })
})
