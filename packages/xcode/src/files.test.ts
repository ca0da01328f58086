import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeFiles } from '../test/scratch.ts'
import { thrownBy } from '../test/thrown.ts'
import { defaultRoot, isInside, openProjectFiles } from './files.ts'

describe('the files of a project', () => {
  it('inside the root are read, also through a symlink that stays inside', () => {
    const folder = writeFiles({ 'a/b.txt': 'b' })
    symlinkSync('a', join(folder, 'link'))
    const files = openProjectFiles(folder)
    expect(Buffer.from(files.read(join(folder, 'link/b.txt'), 'x') ?? []).toString()).toBe('b')
    expect(files.read(join(folder, 'a/none'), 'x')).toBeUndefined()
    expect(files.list(join(folder, 'a'), 'x')).toEqual(['b.txt'])
    expect(files.show(join(folder, 'a/b.txt'))).toBe('a/b.txt')
  })

  it.each(['../outside/secret', 'link/secret', 'dangling', '../root-twin/secret'])(
    'outside the root are refused: %s',
    (path) => {
      const folder = writeFiles({ 'root/x': '', 'outside/secret': 's', 'root-twin/secret': 's' })
      symlinkSync('../outside', join(folder, 'root/link'))
      symlinkSync('../not-there', join(folder, 'root/dangling'))
      const files = openProjectFiles(join(folder, 'root'))
      for (const action of [files.read, files.list, files.isFolder]) {
        const error = thrownBy(() => action(join(folder, 'root', path), 'Info.plist'))
        expect(error.code).toBe('xcode.path_outside_project')
        expect(error.details).toMatchObject({ referredFrom: 'Info.plist' })
      }
      expect(files.allows(join(folder, 'root', path))).toBe(path === 'dangling')
    },
  )

  it('may lie behind a root that is itself a symlink', () => {
    const folder = writeFiles({ 'real/a': 'a' })
    symlinkSync('real', join(folder, 'root'))
    expect(openProjectFiles(join(folder, 'root')).read(join(folder, 'root/a'), 'x')).toBeDefined()
  })

  it('must be regular and of a bearable size', () => {
    const folder = writeFiles({ big: 'x'.repeat(100) })
    mkdirSync(join(folder, 'dir'))
    const files = openProjectFiles(folder)
    expect(thrownBy(() => files.read(join(folder, 'dir'), 'x')).code).toBe('xcode.file_unreadable')
    expect(thrownBy(() => files.read(join(folder, 'big'), 'x', 99)).details).toEqual({
      path: 'big',
      bytes: 100,
      limit: 99,
    })
  })
})

describe('the default root', () => {
  it('is the repository around the project, else the folder of the project', () => {
    const folder = writeFiles({ 'repo/.git/HEAD': '', 'repo/ios/App.xcodeproj/project.pbxproj': '' })
    expect(defaultRoot(join(folder, 'repo/ios/App.xcodeproj'))).toBe(join(folder, 'repo'))
    expect(defaultRoot(join(folder, 'elsewhere/App.xcodeproj'))).toBe(join(folder, 'elsewhere'))
  })
})

describe('isInside', () => {
  it.each([
    ['/a', '/a', true],
    ['/a', '/a/b', true],
    ['/a', '/ab', false],
    ['/a', '/', false],
    ['/a', '/a/..b', true],
  ])('%s, %s: %s', (folder, path, answer) => {
    expect(isInside(folder, path)).toBe(answer)
  })
})
