import { CordonError } from '@cordon/core/errors'
import { deliveryErrors } from '@cordon/delivery/engine/builds/errors'
import { testflightErrors } from '@cordon/delivery/engine/testflight/errors'
import { provisioningErrors } from '@cordon/provisioning/engine/errors'
import { signingErrors } from '@cordon/signing/errors'
import { xcodeErrors } from '@cordon/xcode/errors'
import { expect, test } from 'vitest'
import { INPUT_HINTS, withInputNames } from './input-hints.ts'
import { STEPS } from './steps.ts'

const inputsOf = (id: string) => STEPS.find((step) => step.id === id)?.inputs ?? []
const KNOWN: Readonly<Record<string, unknown>> = {
  delivery: deliveryErrors.$specs,
  provisioning: provisioningErrors.$specs,
  testflight: testflightErrors.$specs,
  signing: signingErrors.$specs,
  xcode: xcodeErrors.$specs,
}

test.each(Object.entries(INPUT_HINTS))('%s: the hint names inputs that the step has', (code, { inputs, remedy }) => {
  const [namespace = '', name = ''] = code.split('.')
  expect(KNOWN[namespace]).toHaveProperty([name])
  for (const input of inputs) expect(remedy).toContain(input)
  const error = new CordonError(
    code,
    { status: 422, title: 'Title', remedy: 'Of the catalogue' },
    { a: 1 },
    { detail: 'd' },
  )
  const step = STEPS.find((one) => inputs.every((name) => one.inputs.some((input) => input.name === name)))
  expect(withInputNames(error, inputsOf(step?.id ?? ''))).toMatchObject({
    ...{ code, status: 422, title: 'Title', remedy, details: { a: 1 }, detail: 'd' },
  })
})

test('a step without those inputs, other errors and what is no error of the catalogue stay as they are', () => {
  const scheme = xcodeErrors.scheme_ambiguous({ available: [] })
  expect(withInputNames(scheme, inputsOf('resign'))).toBe(scheme)
  const other = xcodeErrors.merge_conflict({ path: 'p', line: 1 })
  expect(withInputNames(other, inputsOf('auto-provision'))).toBe(other)
  const mistake = new TypeError('a mistake')
  expect(withInputNames(mistake, inputsOf('auto-provision'))).toBe(mistake)
})
