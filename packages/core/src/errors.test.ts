import { expect, test } from 'vitest'
import { CordonError, defineErrors, details, isCordonError } from './errors.ts'

const errors = defineErrors('thing', {
  missing: { status: 404, title: 'No such thing', remedy: 'Check the id.' },
  broken: {
    status: 502,
    kind: 'upstream',
    title: 'The thing is broken',
    remedy: 'Ask its owner.',
    details: details<{ thingId: string }>(),
  },
})

test('an error carries its code, status, texts and details', () => {
  const error = errors.broken({ thingId: 't1' }, { detail: '"t1" fell apart', cause: new Error('inner') })
  expect(error).toBeInstanceOf(CordonError)
  expect(error).toMatchObject({
    code: 'thing.broken',
    status: 502,
    kind: 'upstream',
    title: 'The thing is broken',
    remedy: 'Ask its owner.',
    detail: '"t1" fell apart',
    details: { thingId: 't1' },
  })
  expect((error.cause as Error).message).toBe('inner')
})

test('a factory recognises its own errors only', () => {
  expect(errors.missing.is(errors.missing())).toBe(true)
  expect(errors.missing.is(errors.broken({ thingId: 'x' }))).toBe(false)
  expect(errors.missing.is(new Error('no such thing'))).toBe(false)
  expect(isCordonError('text')).toBe(false)
})
