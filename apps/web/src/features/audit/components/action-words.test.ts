import { expect, it } from 'vitest'
import { actionWords } from './action-words.ts'

it.each([
  ['create-profile', 'Profile made'],
  ['use-profile', 'Profile used as it is'],
  ['connection.key_replaced', 'Connection: key replaced'],
  ['credentials.released', 'Credentials: released'],
  ['create profile', 'Create profile'],
])('the action %s reads as "%s"', (action, words) => {
  expect(actionWords(action)).toBe(words)
})
