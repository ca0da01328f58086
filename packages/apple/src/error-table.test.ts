import { expect, test } from 'vitest'
import { appleError, ERROR_TABLE, nameAppleError } from './error-table.ts'
import { appleErrors } from './errors.ts'

test.each(ERROR_TABLE.map((row, index) => [row.error, index, row] as const))(
  'row %s (%i) is what its own example turns into',
  (name, _index, row) => {
    const { status, ...problem } = row.example
    expect(nameAppleError(status, [problem])).toBe(name)
    expect(row.seen).not.toBe('')
  },
)

test.each([
  [400, 'invalid_request'],
  [401, 'key_rejected'],
  [403, 'forbidden_role'],
  [404, 'not_found'],
  [409, 'refused'],
  [422, 'invalid_request'],
  [429, 'rate_limited'],
  [500, 'service_failed'],
  [503, 'service_failed'],
  [302, 'unexpected_answer'],
  [418, 'unexpected_answer'],
] as const)('an answer %i without JSON still has a name: %s', (status, name) => {
  expect(nameAppleError(status, [])).toBe(name)
})

test('a code with an unknown suffix falls under its general code', () => {
  expect(nameAppleError(409, [{ code: 'ENTITY_ERROR.ATTRIBUTE.INVALID.SOMETHING_NEW' }])).toBe('invalid_request')
  expect(nameAppleError(403, [{ code: 'FORBIDDEN.REQUIRED_ROLE' }])).toBe('forbidden_role')
})

test('one telling problem among several decides', () => {
  const problems = [
    { code: 'ENTITY_ERROR' },
    { code: 'ENTITY_ERROR', detail: "A device with number 'X' already exists on this team." },
  ]
  expect(nameAppleError(409, problems)).toBe('device_exists')
})

test('what Apple said is kept, cut to a readable length', () => {
  const error = appleError(409, [{ code: 'ENTITY_ERROR', detail: 'x'.repeat(10_000), source: '/data/id' }], {
    operation: 'POST /v1/profiles',
    appleRequestId: 'R1',
  })
  expect(error).toMatchObject({
    code: 'apple.refused',
    kind: 'upstream',
    details: {
      operation: 'POST /v1/profiles',
      appleStatus: 409,
      appleCode: 'ENTITY_ERROR',
      appleDetail: 'x'.repeat(500),
      appleSource: '/data/id',
      appleRequestId: 'R1',
    },
  })
})

test('every error tells whose move it is, beginning with a verb', () => {
  for (const [name, spec] of Object.entries(appleErrors.$specs)) {
    expect(spec.remedy, name).toMatch(/^[A-Z][a-z]+ .*\.$/)
    expect(spec.title, name).not.toMatch(/\.$/)
  }
})
