import { describe, expect, test } from 'vitest'
import { renderError } from './error-text.ts'
import { printable, printableLine } from './printable.ts'
import { table } from './terminal.ts'

const ERASE_LINE = '\u001b[2K\r'

describe('what steers a terminal is shown and not done', () => {
  test.each([
    ['erasing a line', `${ERASE_LINE}intact`, '\\u001b[2K\\u000dintact'],
    ['colours, begun by one character', '\u009b31mred', '\\u009b31mred'],
    ['the deletion', '\u007f', '\\u007f'],
    ['writing that turns round', 'gpj.\u202eexe', 'gpj.\\u202eexe'],
  ])('%s', (_, text, shown) => {
    expect(printable(text)).toBe(shown)
    expect(JSON.parse(`"${shown}"`)).toBe(text)
  })

  test('other writing, emoji, tabs and line breaks stay', () => {
    const text = 'Café\tשלום\n👩‍💻\n'
    expect(printable(text)).toBe(text)
  })
})

test('a row of a table is one line, whatever is in it', () => {
  expect(table(['NOTE', 'ID'], [['for Kim\ninv_1  fake', `x${ERASE_LINE}`]], 'none')).toBe(
    'NOTE                 ID\nfor Kim inv_1  fake  x\\u001b[2K\n',
  )
  expect(printableLine('a\r\n\tb')).toBe('a b')
})

test('an error of something else than Cordon is no exception', () => {
  expect(renderError(new Error(ERASE_LINE))).toBe('error: \\u001b[2K\\u000d\n')
})
