import { isCordonError } from '@cordon/core/errors'
import { scaled } from '@cordon/testkit/scale'
import fc from 'fast-check'
import { build } from 'plist'
import { describe, expect, it } from 'vitest'
import { find, type PbxPlain, plainOf, ROOT, textOf } from './document.ts'
import { applySplices, setText } from './edit.ts'
import { lineOf } from './lines.ts'
import { parsePbxproj } from './parse.ts'
import { writeValue } from './write.ts'

const RUNS = scaled(5_000, 1_000_000)

const parse = (text: string) => parsePbxproj(Buffer.from(text), 'App.xcodeproj/project.pbxproj')
const rootText = (text: string, key: string) => textOf(parse(text), find(parse(text), ROOT, key))

function thrownBy(action: () => unknown) {
  try {
    action()
  } catch (error) {
    if (isCordonError(error)) return { code: error.code, ...error.details }
    throw error
  }
  return undefined
}

const SMALL = `// !$*UTF8*$!
{
	archiveVersion = 1;
	objects = {
/* Begin PBXProject section */
		0000A1 /* Project object */ = {
			isa = PBXProject;
			attributes = {LastUpgradeCheck = 0730; "odd key" = 'single'; };
			targets = (
				0000A2 /* App */,
			);
			data = <0fbd 77>;
			note = "a \\"quoted\\" \\U00e9\\n";
		};
/* End PBXProject section */
	};
	rootObject = 0000A1 /* Project object */;
}
`

describe('reading a project file', () => {
  it.each([
    ['a bare number keeps its zeros', '{a = 0730;}', '0730'],
    ['a bare path may hold slashes', '{a = path/to.swift;}', 'path/to.swift'],
    ['a quoted text loses its escapes', '{a = "x\\ty\\n\\"\\\\";}', 'x\ty\n"\\'],
    ['single quotes are quotes', "{a = 'it is';}", 'it is'],
    ['\\U names a UTF-16 unit', '{a = "\\U00e9\\U2713";}', 'é✓'],
    ['octal names a NextStep character', '{a = "\\341\\256\\101";}', 'ÆﬁA'],
    ['text in UTF-8 stays', '{a = "Überblick 名";}', 'Überblick 名'],
    ['comments may stand anywhere', '/*1*/{/*2*/a/*3*/=/*4*/b/*5*/;/*6*/}/*7*/ // 8', 'b'],
    ['of a key that is there twice the last counts', '{a = 1; a = 2;}', '2'],
    ['a byte order mark is allowed', '\ufeff{a = b;}', 'b'],
  ])('%s', (_, text, value) => {
    expect(rootText(text, 'a')).toBe(value)
  })

  it('takes __proto__ for a key like any other', () => {
    const plain = plainOf(parse('{__proto__ = {polluted = yes;};}'), ROOT) as ReadonlyMap<string, PbxPlain>
    expect([...plain.keys()]).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('tells the line of a value for every kind of line ending', () => {
    for (const ending of ['\n', '\r\n', '\r']) {
      const document = parse(['{', 'a = 1;', 'b = 2;', '}'].join(ending))
      expect(lineOf(document, find(document, ROOT, 'b') ?? -1)).toBe(3)
    }
  })

  it('reads a project written as XML, but does not edit it', () => {
    const xml = build({ archiveVersion: '1', objects: { A: { isa: 'PBXProject', n: 7, yes: true } } })
    const document = parsePbxproj(Buffer.from(xml), 'p')
    expect(textOf(document, find(document, ROOT, 'objects', 'A', 'isa'))).toBe('PBXProject')
    expect(thrownBy(() => applySplices(document, []))?.code).toBe('xcode.project_not_editable')
  })
})

describe('refusing what is no complete project file', () => {
  it.each([
    ['an empty file', '', 'xcode.project_truncated', 1],
    ['a file cut inside a dictionary', '{\n\ta = 1;\n', 'xcode.project_truncated', 3],
    ['a file cut inside a key', '{\n\ta', 'xcode.project_truncated', 2],
    ['a file cut inside a quoted text', '{\n\ta = "b;\n}\n', 'xcode.project_truncated', 2],
    ['a comment that is not closed', '{\n\ta = 1; /* b\n}\n', 'xcode.project_truncated', 2],
    ['text after the last brace', '{\n}\nextra', 'xcode.project_malformed', 3],
    ['a missing semicolon', '{\n\ta = 1\n}\n', 'xcode.project_malformed', 3],
    ['a missing equals sign', '{\n\ta 1;\n}\n', 'xcode.project_malformed', 2],
    ['a missing comma', '{\n\ta = (\n\t\tb\n\t\tc\n\t);\n}', 'xcode.project_malformed', 4],
    ['a list instead of a dictionary', '(a, b)', 'xcode.project_malformed', 1],
    ['letters in binary data', '{\n\ta = <0g>;\n}', 'xcode.project_malformed', 2],
    ['broken XML', '<?xml version="1.0"?><plist><dict><key>a</key>', 'xcode.project_malformed', 1],
  ])('%s', (_, text, code, line) => {
    expect(thrownBy(() => parse(text))).toMatchObject({ code, line, path: 'App.xcodeproj/project.pbxproj' })
  })

  it('names the line of a merge conflict', () => {
    const text = '{\n\ta = (\n<<<<<<< HEAD\n\t\tb,\n=======\n\t\tc,\n>>>>>>> branch\n\t);\n}\n'
    expect(thrownBy(() => parse(text))).toMatchObject({ code: 'xcode.merge_conflict', line: 3 })
    expect(thrownBy(() => parse(text.replaceAll('\n', '\r\n')))).toMatchObject({
      code: 'xcode.merge_conflict',
      line: 3,
    })
  })

  it('stops at a nesting that no project has, long before the stack does', () => {
    const deep = `${'{a = '.repeat(100_000)}`
    expect(thrownBy(() => parse(deep))).toMatchObject({ code: 'xcode.project_too_deep', limit: 64 })
    expect(thrownBy(() => parse(`{a = ${'('.repeat(100_000)}`))?.code).toBe('xcode.project_too_deep')
  })
})

describe('any damage to a project file', () => {
  const alphabet = [...'{}()<>=;,"\'\\/* \n\r\tA0_$', 'é', '\u0000', '<<<<<<< ']

  it('gives an error of the catalogue or a parse that can be written back, 5,000 times', () => {
    const bytes = Buffer.from(SMALL)
    const damage = fc.array(
      fc.record({
        at: fc.nat(bytes.length),
        remove: fc.nat(12),
        insert: fc.array(fc.constantFrom(...alphabet), { maxLength: 3 }),
      }),
      { minLength: 1, maxLength: 4 },
    )
    let parsed = 0
    fc.assert(
      fc.property(damage, (edits) => {
        const damaged = edits.reduce(
          (text, { at, remove, insert }) =>
            Buffer.concat([text.subarray(0, at), Buffer.from(insert.join('')), text.subarray(at + remove)]),
          bytes,
        )
        const failure = thrownBy(() => {
          const document = parsePbxproj(damaged, 'p')
          plainOf(document, ROOT)
          expect(applySplices(document, []).equals(damaged)).toBe(true)
          parsed++
        })
        if (failure !== undefined) expect(failure.code).toMatch(/^xcode\.(project_|merge_conflict)/)
      }),
      { numRuns: RUNS, seed: 20261124 },
    )
    expect(parsed).toBeGreaterThan(50)
    expect(parsed).toBeLessThan(RUNS * 0.99)
  })
})

describe('writing values', () => {
  it('any text survives being written and read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(rootText(`{a = ${writeValue(text, '', '\n')};}`, 'a')).toBe(text)
      }),
    )
  })

  it('after an edit the value is the new one and all others are as before', () => {
    const keys = ['isa', 'attributes', 'note', 'targets', 'brandNew', 'ZZ[sdk=iphoneos*]']
    fc.assert(
      fc.property(fc.constantFrom(...keys), fc.string(), (key, value) => {
        const document = parse(SMALL)
        const dictionary = find(document, ROOT, 'objects', '0000A1') ?? -1
        const splice = setText(document, dictionary, key, value)
        const edited = parsePbxproj(applySplices(document, splice === undefined ? [] : [splice]), 'p')
        const before = new Map(plainOf(document, dictionary) as ReadonlyMap<string, PbxPlain>)
        const after = plainOf(edited, find(edited, ROOT, 'objects', '0000A1') ?? -1)
        expect(after).toEqual(before.set(key, value))
        expect(setText(edited, find(edited, ROOT, 'objects', '0000A1') ?? -1, key, value)).toBeUndefined()
      }),
    )
  })
})
