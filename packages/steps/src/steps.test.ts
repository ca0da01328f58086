import { expect, test } from 'vitest'
import { findStep, librarySteps } from './library/catalogue.ts'
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

test('each step has its versions in its own declaration, the newest first, and a successor that is there', () => {
  const newestFirst = (a: string, b: string) => b.localeCompare(a, 'en', { numeric: true })
  for (const { id, versions, deprecated } of STEPS) {
    const numbers = versions.map(({ version }) => version)
    expect(numbers, id).toEqual([...new Set(numbers)].sort(newestFirst))
    for (const number of numbers) expect(number, id).toMatch(/^\d+\.\d+\.\d+$/)
    if (deprecated) expect(STEPS.map((one) => one.id).filter((one) => one !== id)).toContain(deprecated.successor)
  }
})

test('what is told of a step is its declaration and nothing beside it', () => {
  for (const step of librarySteps()) expect(STEPS).toContain(step)
  expect(findStep('manage ios code signing')?.id).toBe('auto-provision')
  expect(findStep('iOS Auto Provision with Apple ID')?.deprecated?.successor).toBe('auto-provision')
})
