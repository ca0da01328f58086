import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { buildBinary } from 'plist'
import { describe, expect, it } from 'vitest'
import { readPlist } from '../src/plist.ts'
import { announceAbsence, corpusFiles, hasProgram } from './corpus.ts'
import { thrownBy } from './thrown.ts'

const XML =
  '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0"><dict><key>a</key><string>b &amp; c</string></dict></plist>'

/** Prints a property list as JSON; what JSON cannot say is written as text. */
const PYTHON = `
import json, plistlib, sys
def plain(v):
    if isinstance(v, dict): return {k: plain(x) for k, x in v.items()}
    if isinstance(v, list): return [plain(x) for x in v]
    if isinstance(v, bool) or isinstance(v, (int, float, str)): return v
    return 'other'
for line in sys.stdin:
    try:
        with open(line.strip(), 'rb') as f: print(json.dumps(plain(plistlib.load(f))))
    except Exception: print('null')
`

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (value instanceof Date || value instanceof Uint8Array) return 'other'
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]))
}

describe('reading a property list', () => {
  it.each([
    ['XML', XML],
    ['XML with a byte order mark', `\ufeff${XML}`],
    ['OpenStep', '{ a = "b & c"; }'],
    ['binary', buildBinary({ a: 'b & c' })],
  ])('%s', (_, content) => {
    expect(readPlist(Buffer.from(content), 'Info.plist')).toEqual({ a: 'b & c' })
  })

  it('in UTF-16', () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{ a = é; }'.replace('é', '"é"'), 'utf16le')])
    expect(readPlist(utf16, 'Info.plist')).toEqual({ a: 'é' })
  })

  it.each([
    ['truncated XML', XML.slice(0, 90)],
    ['truncated OpenStep', '{ a = "b'],
    ['a list', '<plist><array/></plist>'],
    ['truncated binary', Buffer.from(buildBinary({ a: 'b' })).subarray(0, 20)],
    ['nothing', ''],
    ['a prototype key', XML.replace('<key>a', '<key>__proto__')],
    [
      'an entity bomb',
      `<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${XML.replace('b &amp; c', '&b;').slice(39)}`,
    ],
  ])('refuses %s with the path', (_, content) => {
    const error = thrownBy(() => readPlist(Buffer.from(content), 'App/Info.plist'))
    expect(error).toMatchObject({ code: 'xcode.plist_malformed', details: { path: 'App/Info.plist' } })
  })
})

describe('the property lists of real projects', () => {
  it("have the values that Python's plistlib finds", () => {
    const files = [...corpusFiles('.plist'), ...corpusFiles('.entitlements')]
    if (!hasProgram('python3')) return announceAbsence('python3')
    const { stdout } = spawnSync('python3', ['-c', PYTHON], {
      input: files.join('\n'),
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    })
    const answers = stdout.trim().split('\n').filter(Boolean)
    expect(answers).toHaveLength(files.length)
    const compared = files.filter((path, index) => {
      const expected: unknown = JSON.parse(answers[index] ?? 'null')
      if (expected === null || Array.isArray(expected)) return false
      expect(plain(readPlist(readFileSync(path), path)), path).toEqual(expected)
      return true
    })
    if (files.length > 0) expect(compared.length).toBeGreaterThan(files.length * 0.9)
  })
})
