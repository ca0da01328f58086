import { expect, test } from 'vitest'
import { STEPS } from './steps.ts'

test('step ids are unique, and inputs and outputs of a step as well', () => {
  expect(new Set(STEPS.map(({ id }) => id)).size).toBe(STEPS.length)
  for (const { id, inputs, outputs } of STEPS) {
    expect(new Set(inputs.map(({ name }) => name)).size, id).toBe(inputs.length)
    expect(new Set(outputs.map(({ name }) => name)).size, id).toBe(outputs.length)
  }
})

test('a choice lists its values, and its default is one of them', () => {
  for (const { inputs } of STEPS) {
    for (const input of inputs.filter(({ type }) => type === 'choice'))
      expect(input.choices, input.name).toContain(input.defaultValue)
  }
})
