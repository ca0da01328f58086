import { secret } from '@cordon/core/secret'
import { describe, expect, it } from 'vitest'
import {
  describeGaps,
  emptyValues,
  type FieldDescriptor,
  findGaps,
  keyIdIn,
  readKeyFile,
  shownFields,
  toBody,
} from './form-values.ts'

function field(name: string, change: Partial<FieldDescriptor> = {}): FieldDescriptor {
  return {
    name,
    label: name,
    kind: 'text',
    help: '',
    placeholder: '',
    pattern: null,
    accepted: '',
    choices: [],
    hiddenWhen: null,
    optional: false,
    ...change,
  }
}

const FIELDS = [
  field('name'),
  field('key.kind', {
    kind: 'choice',
    choices: [
      { value: 'team', label: 'Team', help: '' },
      { value: 'individual', label: 'Individual', help: '' },
    ],
  }),
  field('key.issuerId', { hiddenWhen: { field: 'key.kind', values: ['individual'] } }),
  field('key.keyId', { pattern: '[A-Z0-9]{10}' }),
  field('key.privateKey', { kind: 'file' }),
]

describe('the form of a connection', () => {
  it('names every field that is still empty, in the order of the form', () => {
    expect(describeGaps(findGaps(FIELDS, emptyValues(FIELDS)))).toBe(
      'Still missing: name, key.issuerId, key.keyId, and key.privateKey.',
    )
  })

  it('asks for no issuer when the key is an individual one, and sends none', () => {
    const values = {
      texts: { name: 'Mine', 'key.kind': 'individual', 'key.issuerId': 'left over', 'key.keyId': '2X9R4HXF34' },
      files: { 'key.privateKey': { fileName: 'ApiKey_2X9R4HXF34.p8', text: secret('PEM') } },
    }
    expect(shownFields(FIELDS, values).map(({ name }) => name)).not.toContain('key.issuerId')
    expect(describeGaps(findGaps(FIELDS, values))).toBe('')
    expect(toBody(FIELDS, values)).toEqual({
      name: 'Mine',
      key: { kind: 'individual', keyId: '2X9R4HXF34', privateKey: 'PEM' },
    })
  })

  it('asks to check a value that is not in the accepted form', () => {
    const values = {
      texts: { name: 'Mine', 'key.kind': 'individual', 'key.keyId': 'short' },
      files: { 'key.privateKey': { fileName: 'x.p8', text: secret('PEM') } },
    }
    expect(describeGaps(findGaps(FIELDS, values))).toBe('Please check: key.keyId.')
  })
})

describe('the form of an Apple ID', () => {
  const fields = [
    field('accountName'),
    field('password', { kind: 'password' }),
    field('appSpecificPassword', { kind: 'password', optional: true, pattern: '[a-z]{4}(-[a-z]{4}){3}' }),
  ]

  it('sends a password as it was typed, and no optional field that is empty', () => {
    const values = { texts: { accountName: ' kim@example.com ', password: ' blanks count ' }, files: {} }
    expect(describeGaps(findGaps(fields, values))).toBe('')
    expect(toBody(fields, values)).toEqual({ accountName: 'kim@example.com', password: ' blanks count ' })
  })

  it('checks an optional field that is filled', () => {
    const values = { texts: { accountName: 'kim@example.com', password: 'x', appSpecificPassword: 'abcd' }, files: {} }
    expect(describeGaps(findGaps(fields, values))).toBe('Please check: appSpecificPassword.')
  })
})

describe('the key id in a file name', () => {
  it.each([
    ['AuthKey_2X9R4HXF34.p8', '2X9R4HXF34'],
    ['ApiKey_2X9R4HXF34.p8', '2X9R4HXF34'],
    ['AuthKey_2X9R4HXF34 (1).p8', '2X9R4HXF34'],
    ['AuthKey_2X9R4HXF34(2).p8', '2X9R4HXF34'],
    ['AuthKey_2X9R4HXF3.p8', undefined],
    ['AuthKey_2X9R4HXF34.p12', undefined],
    ['key.p8', undefined],
  ])('%s gives %s', (fileName, keyId) => {
    expect(keyIdIn(fileName)).toBe(keyId)
  })
})

describe('a chosen file', () => {
  it.each([
    ['empty.p8', '', '"empty.p8" is empty.'],
    ['blank.p8', ' \n\n', '"blank.p8" is empty.'],
    [
      'big.p8',
      'A'.repeat(20_000),
      '"big.p8" is too large for a private key: it has 20000 bytes, a .p8 file about 260.',
    ],
  ])('%s is no key, and is not sent', async (name, text, problem) => {
    expect(await readKeyFile(new File([text], name))).toEqual({ problem })
  })

  it('is read', async () => {
    expect(await readKeyFile(new File(['-----BEGIN'], 'a.p8'))).toEqual({ text: '-----BEGIN' })
  })
})
