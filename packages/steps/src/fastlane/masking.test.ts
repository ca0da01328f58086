import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createMasker, masked } from './masking.ts'

test('however a text is cut, what is shown is the same and holds no secret', () => {
  const secret = fc.stringMatching(/^[ab]{4,7}$/)
  const text = fc.array(fc.oneof(secret, fc.stringMatching(/^[abc]{0,3}$/)), { maxLength: 8 })
  fc.assert(
    fc.property(text, fc.array(secret, { maxLength: 3 }), fc.array(fc.nat(40)), (words, secrets, cuts) => {
      const whole = words.join('')
      const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b), whole.length]
      const masker = createMasker(secrets)
      const pieces = places.slice(1).map((place, index) => masker.add(whole.slice(places[index], place)))
      const shown = pieces.join('') + masker.end()
      expect(shown).toBe(masked(whole, secrets))
      for (const one of secrets) for (const part of shown.split('[redacted]')) expect(part).not.toContain(one)
    }),
  )
})

test('a secret that begins another, or reaches into it, hides both', () => {
  expect(masked('x abcdef y', ['abcd', 'abcdef'])).toBe('x [redacted] y')
  expect(masked('x abcdefgh y', ['abcdef', 'efgh'])).toBe('x [redacted] y')
})

test('what cannot become a secret is shown at once', () => {
  const masker = createMasker(['password'])
  expect(masker.add('Continue? [y/n] ')).toBe('Continue? [y/n] ')
  expect(masker.add('pass')).toBe('')
  expect(masker.add('ed')).toBe('passed')
})
