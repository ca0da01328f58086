import { CordonError } from '@cordon/core/errors'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { divideRefusal, readBody } from './refusal.ts'

const SPEC = { status: 400, title: 'The request is not valid', remedy: 'Correct the named fields.' }

function refused(...names: string[]): CordonError {
  const fields = names.map((field) => ({ field, message: 'must not be empty' }))
  return new CordonError('request.invalid', SPEC, { fields })
}

const shows = (name: string) => ['name', 'note'].includes(name)

describe('what an error says in a form', () => {
  it('stands beside the fields and nowhere else when all of it can', () => {
    expect(divideRefusal(refused('body.name', 'note'), shows)).toEqual({
      messages: { name: 'Must not be empty', note: 'Must not be empty' },
      elsewhere: undefined,
    })
  })

  it('is told as a whole when part of it has no field to stand beside', () => {
    const error = refused('name', 'role')
    expect(divideRefusal(error, shows).elsewhere).toBe(error)
  })

  it('is told as a whole when it names no field', () => {
    const error = new CordonError('account.email_taken', SPEC, {})
    expect(divideRefusal(error, shows)).toEqual({ messages: {}, elsewhere: error })
  })

  it('is nothing when there is no error', () => {
    expect(divideRefusal(undefined, shows)).toEqual({ messages: {}, elsewhere: undefined })
  })
})

describe('the values of a form', () => {
  const schema = z.object({ key: z.object({ keyId: z.string().trim().length(10, 'must have 10 characters') }) })

  it('are read as the server reads them', () => {
    expect(readBody(schema, { key: { keyId: ' 2X9R4HXF34 ' } })).toEqual({ key: { keyId: '2X9R4HXF34' } })
  })

  it('are refused with the messages that the server would give', () => {
    const read = () => readBody(schema, { key: { keyId: 'short' } })
    expect(read).toThrowError(
      expect.objectContaining({
        code: 'request.invalid',
        details: { fields: [{ field: 'key.keyId', message: 'Must have 10 characters' }] },
      }),
    )
  })
})
