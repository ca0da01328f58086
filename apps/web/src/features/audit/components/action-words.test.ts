import { STEP_ACTIONS } from '@cordon/api/builds/step-actions'
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

it('a name that every object has is no action that is known', () => {
  expect(actionWords('constructor')).toBe('Constructor')
})

it.each(STEP_ACTIONS)('the action %s of a step has words of its own', (action) => {
  const spelledOut = action.charAt(0).toUpperCase() + action.slice(1).replaceAll('-', ' ')
  expect(actionWords(action)).not.toBe(spelledOut)
})
