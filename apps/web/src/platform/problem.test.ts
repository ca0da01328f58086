import { CordonError } from '@cordon/core/errors'
import { describe, expect, it } from 'vitest'
import { fieldMessages, hasCode, viewProblem } from './problem.ts'

const SPEC = { status: 400, title: 'The request is not valid', remedy: 'Correct the named fields.' }

describe('an error as a person sees it', () => {
  it('has title, remedy and request id, and no detail that only repeats the title', () => {
    const error = new CordonError('request.invalid', SPEC, { requestId: 'req_1' }, { detail: SPEC.title })
    expect(viewProblem(error)).toEqual({
      code: 'request.invalid',
      title: SPEC.title,
      detail: undefined,
      remedy: SPEC.remedy,
      requestId: 'req_1',
    })
  })

  it('shows nothing of an error that is not of the catalogue', () => {
    const view = viewProblem(new TypeError('secret internals'))
    expect(JSON.stringify(view)).not.toContain('internals')
    expect(view.remedy).toBe('Reload the page and try again.')
  })

  it('gives messages by field, wherever in the request the field is', () => {
    const fields = [
      { field: 'body.key.keyId', message: 'must be 10 characters' },
      { field: 'name', message: 'must not be empty' },
    ]
    expect(fieldMessages(new CordonError('request.invalid', SPEC, { fields }))).toEqual({
      'key.keyId': 'must be 10 characters',
      name: 'must not be empty',
    })
  })

  it('puts an error about one field beside that field', () => {
    const details = { field: 'key.privateKey', problem: 'rsa' }
    const detail = 'The text in "key.privateKey" is an RSA key.'
    const error = new CordonError('connection.private_key_unreadable', SPEC, details, { detail })
    expect(fieldMessages(error)).toEqual({ 'key.privateKey': 'The file is an RSA key.' })
    expect(hasCode(error, 'connection.private_key_unreadable')).toBe(true)
  })
})
