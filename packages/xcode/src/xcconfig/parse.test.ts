import { describe, expect, it } from 'vitest'
import { parseXcconfig } from './parse.ts'

const assignment = (
  line: number,
  name: string,
  value: string,
  conditions: readonly (readonly [string, string])[] = [],
) => ({
  kind: 'assignment',
  line,
  name,
  value,
  conditions: conditions.map(([parameter, pattern]) => ({ parameter, pattern })),
})

describe('reading an xcconfig file', () => {
  it.each([
    ['an assignment', 'A = b', [assignment(1, 'A', 'b')]],
    ['an empty value', 'A =', [assignment(1, 'A', '')]],
    ['a value with equals signs', 'A = -D X=1', [assignment(1, 'A', '-D X=1')]],
    ['a comment to the end of the line', 'A = b // c', [assignment(1, 'A', 'b')]],
    ['a comment begins even inside a URL', 'A = https://example.com', [assignment(1, 'A', 'https:')]],
    ['a semicolon at the end is dropped', 'A = b ;', [assignment(1, 'A', 'b')]],
    ['one condition', 'A[sdk=iphoneos*] = b', [assignment(1, 'A', 'b', [['sdk', 'iphoneos*']])]],
    [
      'several conditions',
      'A[config=Debug][sdk=*] [arch=arm64]=b',
      [
        assignment(1, 'A', 'b', [
          ['config', 'Debug'],
          ['sdk', '*'],
          ['arch', 'arm64'],
        ]),
      ],
    ],
    ['a backslash joins the next line', 'A = b \\\n  c\nD = e', [assignment(1, 'A', 'b c'), assignment(3, 'D', 'e')]],
    ['a backslash on the last line', 'A = b \\', [assignment(1, 'A', 'b')]],
    ['a byte order mark', '\ufeffA = b', [assignment(1, 'A', 'b')]],
    [
      'all line endings',
      'A=1\r\nB=2\rC=3\u2028D=4\u2029E=5',
      [
        assignment(1, 'A', '1'),
        assignment(2, 'B', '2'),
        assignment(3, 'C', '3'),
        assignment(4, 'D', '4'),
        assignment(5, 'E', '5'),
      ],
    ],
    ['an include', '#include "a b.xcconfig"', [{ kind: 'include', line: 1, path: 'a b.xcconfig', isOptional: false }]],
    [
      'an optional include',
      '\n#include? "../a.xcconfig" // mine',
      [{ kind: 'include', line: 2, path: '../a.xcconfig', isOptional: true }],
    ],
    [
      'an unknown directive',
      '#if 1',
      [{ kind: 'problem', line: 1, reason: 'expected #include "file" or #include? "file"' }],
    ],
    ['a line without equals sign', 'A b', [{ kind: 'problem', line: 1, reason: 'expected "=" after "A"' }]],
    ['a line without name', '= b', [{ kind: 'problem', line: 1, reason: 'expected the name of a setting' }]],
  ])('%s', (_, text, lines) => {
    expect(parseXcconfig(text)).toEqual(lines)
  })
})
