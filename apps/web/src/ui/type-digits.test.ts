import { describe, expect, it } from 'vitest'
import { typeDigits } from './type-digits.ts'

describe('digits typed into the boxes of a code', () => {
  it.each([
    ['one digit', '1', 1, '1', 1],
    ['a whole code with a blank, as some phones copy it', '123 456', 7, '123456', 6],
    ['a sentence around a code', 'Your code is 123456.', 20, '123456', 6],
    ['a digit in the middle of a full code', '12x93456'.replace('x', ''), 3, '129456', 3],
    ['a digit at the end of a full code', '1234567', 7, '123456', 6],
    ['a digit in the middle of a code that is not full', '1923', 2, '1923', 2],
    ['letters only', 'abc', 3, '', 0],
    ['a code of another length', '98765', 5, '9876', 4, 4],
  ])('%s', (_, text, caret, digits, after, length = 6) => {
    expect(typeDigits(text, caret, length)).toEqual({ digits, caret: after })
  })
})
