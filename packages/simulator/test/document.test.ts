import { describe, expect, it } from 'vitest'
import { appleDocument } from './document.ts'

const links = { self: 'https://x.test/v1/bundleIds' }
const paging = { meta: { paging: { total: 1, limit: 20 } } }
const resource = {
  type: 'bundleIds',
  id: 'A',
  attributes: { name: 'x', identifier: 'a.b', platform: 'IOS', seedId: 'T' },
  links: { self: 'https://x.test/v1/bundleIds/A' },
}

if (appleDocument === undefined) {
  process.stdout.write(
    'simulator: ../shared/apple is absent, so answers are not checked against Apple’s OpenAPI document\n',
  )
}

describe.runIf(appleDocument !== undefined)('the check against Apple’s document', () => {
  const check = (body: unknown, status = 200, path = '/v1/bundleIds', method = 'GET') =>
    appleDocument?.check(method, path, status, body) ?? []

  it('finds nothing in an answer as documented', () => {
    expect(check({ data: [resource], links, ...paging })).toEqual([])
    expect(check({ data: [{ ...resource, attributes: { name: null } }], links })).toEqual([])
    expect(check(undefined, 204, '/v1/bundleIds/A', 'DELETE')).toEqual([])
  })

  it.each([
    ['a missing links object', { data: [resource] }],
    ['data that is no list', { data: resource, links }],
    ['a misspelled attribute', { data: [{ ...resource, attributes: { nmae: 'x' } }], links }],
    ['a value out of its set', { data: [{ ...resource, attributes: { platform: 'TV' } }], links }],
    ['another type', { data: [{ ...resource, type: 'bundles' }], links }],
    ['a text where a number belongs', { data: [], links, meta: { paging: { limit: '20' } } }],
    ['an unknown member', { data: [], links, extra: 1 }],
    ['an address with raw brackets', { data: [], links: { self: 'https://x.test/?filter[name]=x' } }],
  ])('finds %s', (_name, body) => {
    expect(check(body).length).toBeGreaterThan(0)
  })

  it('finds a status that is not declared and a success at an unknown address', () => {
    expect(check({ errors: [] }, 418)).toHaveLength(1)
    expect(check({}, 200, '/v1/nonsense')).toHaveLength(1)
    expect(
      check({ errors: [{ status: '409', code: 'X', title: 'no detail' }] }, 409, '/v1/bundleIds', 'POST').length,
    ).toBeGreaterThan(0)
  })
})
