import fc from 'fast-check'
import { expect, test } from 'vitest'
import { commandLine } from './command-line.ts'

/** Splits a line as `split_line` of Apple's security.c does. */
function split(line: string): string[] {
  const words: string[] = []
  let state: 'blank' | 'bare' | 'quoted' = 'blank'
  let word = ''
  let quote = ''
  const end = () => {
    words.push(word)
    word = ''
    state = 'blank'
  }
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at)
    if (state === 'blank') {
      if (/\s/.test(char)) continue
      if (/["']/.test(char)) {
        quote = char
        state = 'quoted'
        continue
      }
      state = 'bare'
    }
    if (char === '\\') word += line.charAt(++at)
    else if (state === 'quoted' ? char === quote : /\s/.test(char)) end()
    else word += char
  }
  if (state !== 'blank') end()
  return words
}

test('every word that can be passed arrives unchanged, and as one line', () => {
  const passable = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((text) => !/[\0\r\n]/.test(text))
  const property = fc.property(fc.array(passable, { minLength: 1, maxLength: 8 }), (words) => {
    const line = commandLine(words)
    expect(line.indexOf('\n')).toBe(line.length - 1)
    expect(split(line)).toEqual(words)
  })
  fc.assert(property, { numRuns: 500, seed: 1, examples: [[['', '"', '\\', "'", ' a " b \\" ', '\\\\']]] })
})

test.each(['a\nb', 'a\rb', 'a\0b'])('a value with %j in it is refused by the name of its field', (value) => {
  expect(() => commandLine(['import', { field: 'passphrase', value }])).toThrow(
    expect.objectContaining({ code: 'signing.keychain_argument_invalid', details: { field: 'passphrase' } }),
  )
})

test('a line that security would cut in two is refused', () => {
  expect(() => commandLine(['import', 'x'.repeat(4_000)])).toThrow(
    expect.objectContaining({ code: 'signing.keychain_argument_invalid' }),
  )
})
