import { scaled } from '@cordon/testkit/scale'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Assignment, parseSettingKey } from './assignment.ts'
import { createBuildSettings } from './resolve.ts'

/** Lines such as `A[sdk=x] = b`, lowest layer first. */
function settingsOf(lines: readonly string[], context: Readonly<Record<string, string>> = {}) {
  const assignments = lines.map((line, index): Assignment => {
    const equals = line.indexOf(' = ')
    const setting = line.slice(0, equals)
    const value = line.slice(equals + 3)
    return { ...parseSettingKey(setting), value, origin: { layer: 'target', line: index + 1, setting, text: value } }
  })
  return createBuildSettings(assignments, new Map(Object.entries(context)))
}

const resolveText = (lines: readonly string[], name: string, context?: Readonly<Record<string, string>>) => {
  const resolution = settingsOf(lines, context).resolve(name)
  return resolution?.state === 'unresolved' ? `! ${resolution.reason}` : resolution?.value
}

describe('resolving a build setting', () => {
  it.each([
    ['the last assignment wins', ['A = 1', 'A = 2'], '2'],
    ['nothing defined', ['B = 1'], undefined],
    ['$(X)', ['X = x', 'A = a$(X)c'], 'axc'],
    ['$ with braces', ['X = x', `A = a$\{X}c`], 'axc'],
    ['$[X]', ['X = x', 'A = a$[X]c'], 'axc'],
    ['$X', ['X = x', 'A = a-$X-c'], 'a-x-c'],
    ['$$ is a dollar', ['X = x', 'A = $$(X)'], '$(X)'],
    ['a lone dollar stays', ['A = 5$ and $'], '5$ and $'],
    ['a chain', ['C = c', 'B = $(C)b', 'A = $(B)a'], 'cba'],
    ['a nested name', ['T = Q1', 'S_Q1_App = Manual', 'N = App', 'A = $(S_$(T)_$(N))'], 'Manual'],
    ['$(inherited) goes on below', ['A = 1', 'A = $(inherited) 2', 'A = $(inherited) 3'], '1 2 3'],
    ['$(inherited) without anything below is empty', ['A = $(inherited)x'], 'x'],
    ['inherited in braces too', ['A = 1', `A = $\{inherited}x`], '1x'],
    ['a setting that names itself goes on below', ['A = 1', 'A = $(A) 2'], '1 2'],
    ['a setting that names itself with nothing below is empty', ['A = x$(A)'], 'x'],
    ['a name met again through another goes on below', ['A = low', 'B = [$(A)]', 'A = $(B)'], '[low]'],
    ['a default for what is not defined', ['A = $(X:default=d)'], 'd'],
    ['a default for what is empty', ['X = ', 'A = $(X:default=d)'], 'd'],
    ['no default for what has a value', ['X = x', 'A = $(X:default=d)'], 'x'],
    ['a default that refers on', ['D = d', 'A = $(X:default=$(D:upper))'], 'D'],
    ['an empty default', ['A = $(X:default=)'], ''],
    ['operators in a row', ['X = Ab/Cd.ef', 'A = $(X:file:upper)'], 'CD.EF'],
    ['an undefined name is empty', ['A = a$(X)b'], 'ab'],
    ['an undefined $X stays as written', ['A = a $X b'], 'a $X b'],
  ])('%s', (_, lines, value) => {
    expect(resolveText(lines, 'A')).toBe(value)
  })

  it.each([
    ['upper', 'aB', 'AB'],
    ['lower', 'aB', 'ab'],
    ['identifier', '7-a b', '__a_b'],
    ['c99extidentifier', 'Ünder tab-2', 'Ünder_tab_2'],
    ['rfc1034identifier', 'My App', 'My-App'],
    ['rfc1034identifier', '7ab', '-ab'],
    ['rfc1034identifier', 'Café_x', 'Cafe--x'],
    ['dir', 'a/b/c.d', 'a/b/'],
    ['dir', 'c.d', './'],
    ['file', 'a/b/c.d', 'c.d'],
    ['base', 'a/b/c.d', 'c'],
    ['suffix', 'a/b/c.d', '.d'],
    ['standardizepath', '/a/./b/../c', '/a/c'],
    ['not', 'YES', 'NO'],
    ['not', 'NO', 'YES'],
    ['truncatedversion', '1.2.3.4', '1.2.3'],
    ['dir=/x', 'a/b.c', '/x/b.c'],
    ['file=z.q', 'a/b.c', 'a/z.q'],
    ['base=z', 'a/b.c', 'a/z.c'],
    ['suffix=.q', 'a/b.c', 'a/b.q'],
    ['relativeto=/a/d', '/a/b', '../d'],
    ['isancestor=/a', '/a/b', 'YES'],
    ['isancestor=/a', '/ab', 'NO'],
  ])('$(X:%s) of %s is %s', (operator, value, result) => {
    expect(resolveText([`X = ${value}`, `A = $(X:${operator})`], 'A')).toBe(result)
  })

  it.each([
    ['a pattern with a star', ['A = 0', 'A[sdk=iphoneos*] = 1'], { sdk: 'iphoneos' }, '1'],
    ['a pattern that does not match', ['A = 0', 'A[sdk=macosx*] = 1'], { sdk: 'iphoneos' }, '0'],
    ['text order counts, not the number of conditions', ['A[sdk=*] = 1', 'A = 0'], { sdk: 'iphoneos' }, '0'],
    ['all conditions must hold', ['A = 0', 'A[sdk=*][config=Debug] = 1'], { sdk: 'x', config: 'Release' }, '0'],
    [
      'two conditions in one bracket',
      ['A = 0', 'A[sdk=i*,config=R*] = 1'],
      { sdk: 'iphoneos', config: 'Release' },
      '1',
    ],
    ['an unknown parameter matches only a star', ['A = 0', 'A[foo=*] = 1', 'A[foo=b*] = 2'], {}, '1'],
    ['a question mark is one character', ['A = 0', 'A[config=Debu?] = 1'], { config: 'Debug' }, '1'],
    ['$(inherited) skips what does not hold', ['A = 0', 'A[sdk=m*] = 1', 'A = $(inherited)x'], { sdk: 'i' }, '0x'],
    ['only conditional', ['A[sdk=macosx*] = 1'], { sdk: 'iphoneos' }, undefined],
    [
      'a version of the SDK is not known here',
      ['A = 0', 'A[sdk=iphoneos17*] = 1'],
      { sdk: 'iphoneos' },
      '! "A[sdk=iphoneos17*]" depends on the version of the SDK',
    ],
  ] as const)('conditions: %s', (_, lines, context, value) => {
    expect(resolveText(lines, 'A', context)).toBe(value)
  })

  it.each([
    ['a circle', ['B = $(C)', 'C = $(A)', 'A = $(B)'], 'the settings go in a circle: A → B → C → A'],
    ['an unknown operator', ['X = x', 'A = $(X:shout)'], '"$(X:shout)" uses the unknown operator "shout"'],
    ['a bracket that is not closed', ['A = $(X'], 'a reference in "$(X" is not closed'],
    ['too deep nesting', [`A = ${'$('.repeat(50)}X${')'.repeat(50)}`], expect.stringContaining('is not closed')],
    [
      'a long chain',
      Array.from({ length: 150 }, (_, index) => `A${index} = $(A${index + 1})`).concat('A = $(A0)'),
      'the settings refer to each other too deeply',
    ],
  ])('says why not: %s', (_, lines, reason) => {
    expect(settingsOf(lines).resolve('A')).toMatchObject({ state: 'unresolved', reason })
  })

  it('ends soon when settings multiply each other', () => {
    const lines = Array.from(
      { length: 40 },
      (_, index) => `A${index} = $(A${index + 1})$(A${index + 1})$(A${index + 1})`,
    )
    const resolution = settingsOf([...lines, 'A40 = lol', 'A = $(A0)']).resolve('A')
    expect(resolution?.state).toBe('unresolved')
    expect(resolution).toMatchObject({ reason: 'the settings refer to each other too often' })
  })

  it('whatever the settings say, the answer is a value or a reason', () => {
    const piece = fc.constantFrom(
      '$',
      '$(',
      `$\{`,
      '$[',
      ')',
      '}',
      ']',
      ':',
      '=',
      'A',
      'B',
      'inherited',
      'default',
      'upper',
      '$(A)',
      '$(B:default=$(A))',
    )
    const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
    const line = fc
      .tuple(fc.constantFrom('A', 'B', 'A[sdk=i*]', 'AB'), text)
      .map(([name, value]) => `${name} = ${value}`)
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 6 }), (lines) => {
        const resolution = settingsOf(lines, { sdk: 'iphoneos' }).resolve('A')
        expect([undefined, 'resolved', 'unresolved']).toContain(resolution?.state)
      }),
      { numRuns: scaled(2_000, 200_000), seed: 20261124 },
    )
  })

  it('tells every line that made a value, the winner first, and what counted as empty', () => {
    const settings = settingsOf(['P = com.x', 'A = old', 'A = $(P).app$(SUFFIX)'])
    expect(settings.resolve('A')).toMatchObject({
      value: 'com.x.app',
      undefinedNames: ['SUFFIX'],
      origins: [
        { line: 3, setting: 'A' },
        { line: 1, setting: 'P' },
      ],
    })
    expect(settings.originsOf('A').map(({ line }) => line)).toEqual([3, 2])
  })

  it('does not take an undefined name for empty when there is a reason not to', () => {
    const settings = createBuildSettings([], new Map(), (name) =>
      name === 'X' ? 'Local.xcconfig is missing' : undefined,
    )
    expect(settings.expand('a$(X)')).toMatchObject({
      state: 'unresolved',
      reason: '"$(X)" is not defined here: Local.xcconfig is missing',
      undefinedNames: ['X'],
    })
    expect(settings.expand('a$(Y)')).toMatchObject({ state: 'resolved', value: 'a' })
  })
})
