import { describe, expect, it } from 'vitest'
import { find, ROOT } from './document.ts'
import { applySplices, insertEntry, setText } from './edit.ts'
import { parsePbxproj } from './parse.ts'

function afterSetting(text: string, path: readonly string[], values: readonly (readonly [string, string])[]): string {
  const document = parsePbxproj(Buffer.from(text), 'p')
  const dictionary = find(document, ROOT, ...path) ?? -1
  const splices = values.flatMap(([key, value]) => setText(document, dictionary, key, value) ?? [])
  return applySplices(document, splices).toString('utf8')
}

describe('setting a key', () => {
  it.each([
    [
      'replaces the value and keeps the comment',
      '{\n\ta = 1 /* one */;\n}',
      [['a', 'x y']],
      '{\n\ta = "x y" /* one */;\n}',
    ],
    ['changes nothing when the value is there already', '{\n\ta = "b";\n}', [['a', 'b']], '{\n\ta = "b";\n}'],
    ['puts a new key at its place', '{\n\ta = 1;\n\tc = 3;\n}', [['b', '2']], '{\n\ta = 1;\n\tb = 2;\n\tc = 3;\n}'],
    ['puts a last key at the end', '{\n\ta = 1;\n}', [['b', '2']], '{\n\ta = 1;\n\tb = 2;\n}'],
    ['leaves isa first', '{\n\tisa = X;\n\tb = 1;\n}', [['a', '2']], '{\n\tisa = X;\n\ta = 2;\n\tb = 1;\n}'],
    ['puts capitals before small letters', '{\n\ta = 1;\n}', [['B', '2']], '{\n\tB = 2;\n\ta = 1;\n}'],
    [
      'puts a conditional key behind the plain one',
      '{\n\tK = 1;\n\tL = 1;\n}',
      [['K[sdk=iphoneos*]', '2']],
      '{\n\tK = 1;\n\t"K[sdk=iphoneos*]" = 2;\n\tL = 1;\n}',
    ],
    ['keeps CRLF', '{\r\n\ta = 1;\r\n}\r\n', [['b', '2']], '{\r\n\ta = 1;\r\n\tb = 2;\r\n}\r\n'],
    ['keeps a lone CR', '{\r\ta = 1;\r}', [['b', '2']], '{\r\ta = 1;\r\tb = 2;\r}'],
    ['keeps the byte order mark', '\ufeff{\n\ta = 1;\n}', [['a', '2']], '\ufeff{\n\ta = 2;\n}'],
    ['uses the indentation of the neighbour', '{\n    a = 1;\n}', [['b', '2']], '{\n    a = 1;\n    b = 2;\n}'],
    ['stays on one line where the others are', '{a = 1; c = 3; }', [['b', '2']], '{a = 1; b = 2; c = 3; }'],
    ['fills an empty dictionary', '{\n}', [['a', '1']], '{\n\ta = 1;\n}'],
    ['fills an empty dictionary on one line', '{}', [['a', '1']], '{a = 1; }'],
    [
      'keeps several new keys in order',
      '{\n\ta = 1;\n}',
      [
        ['b', '2'],
        ['c', ''],
      ],
      '{\n\ta = 1;\n\tb = 2;\n\tc = "";\n}',
    ],
    ['replaces a list', '{\n\ta = (\n\t\tb,\n\t);\n}', [['a', 'c']], '{\n\ta = c;\n}'],
    [
      'is not misled by a semicolon in a comment',
      '{\n\ta = 1 /* ; */;\n}',
      [['b', '2']],
      '{\n\ta = 1 /* ; */;\n\tb = 2;\n}',
    ],
  ] as const)('%s', (_, before, values, after) => {
    expect(afterSetting(before, [], values)).toBe(after)
  })

  it('writes a nested dictionary over several lines', () => {
    const document = parsePbxproj(Buffer.from('{\r\n\ta = {\r\n\t\tB = 1;\r\n\t};\r\n}'), 'p')
    const splice = insertEntry(document, find(document, ROOT, 'a') ?? -1, 'A', {
      entries: [
        ['k', 'v w'],
        ['l', ['m']],
      ],
    })
    expect(applySplices(document, [splice]).toString()).toBe(
      '{\r\n\ta = {\r\n\t\tA = {\r\n\t\t\tk = "v w";\r\n\t\t\tl = (\r\n\t\t\t\tm,\r\n\t\t\t);\r\n\t\t};\r\n\t\tB = 1;\r\n\t};\r\n}',
    )
  })

  it('refuses splices that overlap, which would lose text', () => {
    const document = parsePbxproj(Buffer.from('{a = 1;}'), 'p')
    const splices = [
      { start: 1, end: 4, text: '' },
      { start: 2, end: 5, text: '' },
    ]
    expect(() => applySplices(document, splices)).toThrow(RangeError)
  })
})
