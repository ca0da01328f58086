import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { writeFiles } from '../../test/scratch.ts'
import { thrownBy } from '../../test/thrown.ts'
import { openProjectFiles } from '../files.ts'
import { loadXcconfig } from './load.ts'

function load(folder: string, name: string, allowed: readonly string[] = []) {
  const files = openProjectFiles(join(folder, 'project'), allowed)
  const path = join(folder, 'project', name)
  return loadXcconfig(path, {
    files,
    layer: 'project-xcconfig',
    sourceRoot: files.root,
    referredFrom: 'project.pbxproj',
  })
}

describe('loading an xcconfig file', () => {
  it('takes includes in where they stand and keeps the origin of each value', () => {
    const folder = writeFiles({
      'project/a.xcconfig': 'X = 1\n#include "sub/b.xcconfig"\nX = 3\n',
      'project/sub/b.xcconfig': '#include "c"\nX = 2\n',
      'project/sub/c.xcconfig': 'Y[sdk=iphoneos*] = 1\n',
    })
    expect(load(folder, 'a.xcconfig').assignments.map(({ origin }) => origin)).toEqual([
      { layer: 'project-xcconfig', file: 'a.xcconfig', line: 1, setting: 'X', text: '1' },
      { layer: 'project-xcconfig', file: 'sub/c.xcconfig', line: 1, setting: 'Y[sdk=iphoneos*]', text: '1' },
      { layer: 'project-xcconfig', file: 'sub/b.xcconfig', line: 2, setting: 'X', text: '2' },
      { layer: 'project-xcconfig', file: 'a.xcconfig', line: 3, setting: 'X', text: '3' },
    ])
  })

  it('finds an include beside the including file before the one in the project folder', () => {
    const folder = writeFiles({
      'project/sub/a.xcconfig': '#include "b.xcconfig"\n#include "c.xcconfig"',
      'project/sub/b.xcconfig': 'X = beside',
      'project/b.xcconfig': 'X = project',
      'project/c.xcconfig': 'Y = project',
    })
    expect(load(folder, 'sub/a.xcconfig').assignments.map(({ value }) => value)).toEqual(['beside', 'project'])
  })

  it('reports missing files and goes on', () => {
    const folder = writeFiles({ 'project/a.xcconfig': '#include "gone.xcconfig"\n#include? "Local.xcconfig"\nX = 1' })
    const loaded = load(folder, 'a.xcconfig')
    expect(loaded.assignments).toHaveLength(1)
    expect(loaded.missing).toEqual([
      { path: 'gone.xcconfig', referredFrom: 'a.xcconfig:1', isOptional: false },
      { path: 'Local.xcconfig', referredFrom: 'a.xcconfig:2', isOptional: true },
    ])
    expect(load(folder, 'none.xcconfig').missing).toEqual([
      { path: 'none.xcconfig', referredFrom: 'project.pbxproj', isOptional: false },
    ])
  })

  it('names the files of an include cycle', () => {
    const folder = writeFiles({
      'project/a.xcconfig': '#include "b.xcconfig"',
      'project/b.xcconfig': '#include? "c.xcconfig"',
      'project/c.xcconfig': '#include "b.xcconfig"',
    })
    const error = thrownBy(() => load(folder, 'a.xcconfig'))
    expect(error.code).toBe('xcode.include_cycle')
    expect(error.details).toEqual({ cycle: ['b.xcconfig', 'c.xcconfig', 'b.xcconfig'] })
  })

  it('may include the same file twice when that is no cycle', () => {
    const folder = writeFiles({ 'project/a.xcconfig': '#include "b"\n#include "b"', 'project/b.xcconfig': 'X = 1' })
    expect(load(folder, 'a.xcconfig').assignments).toHaveLength(2)
  })

  it.each([
    ['../ out of the project', '#include "../outside.xcconfig"'],
    ['an optional ../ to a file that exists', '#include? "../outside.xcconfig"'],
    ['an absolute path', '#include "/etc/hostname"'],
    ['../ in the middle of a path', '#include "sub/../../outside.xcconfig"'],
    ['a symlink to a file', '#include "link.xcconfig"'],
    ['a symlink to a folder', '#include "linked/outside.xcconfig"'],
  ])('never follows %s', (_, line) => {
    const folder = writeFiles({ 'project/a.xcconfig': line, 'project/sub/x': '', 'outside.xcconfig': 'SECRET = 1' })
    symlinkSync('../outside.xcconfig', join(folder, 'project/link.xcconfig'))
    symlinkSync('..', join(folder, 'project/linked'))
    const error = thrownBy(() => load(folder, 'a.xcconfig'))
    expect(error.code).toBe('xcode.path_outside_project')
    expect(error.details).toMatchObject({ referredFrom: 'a.xcconfig:1' })
  })

  it('follows it when the folder is allowed', () => {
    const folder = writeFiles({ 'project/a.xcconfig': '#include "../shared/x.xcconfig"', 'shared/x.xcconfig': 'X = 1' })
    expect(load(folder, 'a.xcconfig', [join(folder, 'shared')]).assignments).toHaveLength(1)
  })

  it('takes an optional include that leads outside to where nothing is for absent', () => {
    const folder = writeFiles({ 'project/a.xcconfig': '#include? "../../nothing-there/x.xcconfig"\nX = 1' })
    expect(load(folder, 'a.xcconfig').missing).toMatchObject([{ isOptional: true }])
  })
})
