import { expect, test } from 'vitest'
import { appleReached, isMixed } from './stand-in.ts'

const APPLES = { baseUrl: 'https://api.example', enterpriseBaseUrl: 'https://enterprise.example' }
const KEYS = { baseUrl: 'http://127.0.0.1:4180' }
const ENTERPRISE = { enterpriseBaseUrl: 'http://127.0.0.1:4180/enterprise' }
const IDS = { appleIdBaseUrl: 'http://127.0.0.1:4180' }

test.each([
  ['nothing stands in', {}, ['api_keys', 'enterprise_keys', 'apple_ids'], false],
  ['keys only', KEYS, ['enterprise_keys', 'apple_ids'], true],
  ['Apple IDs only', IDS, ['api_keys', 'enterprise_keys'], true],
  ['keys and Apple IDs', { ...KEYS, ...IDS }, ['enterprise_keys'], false],
  ['Enterprise keys only', ENTERPRISE, ['api_keys', 'apple_ids'], false],
  ['everything', { ...KEYS, ...ENTERPRISE, ...IDS }, [], false],
])('%s', (_name, standIns, reached, mixed) => {
  const used = { ...APPLES, ...standIns }
  expect(appleReached(used, APPLES)).toEqual(reached)
  expect(isMixed(used, APPLES)).toBe(mixed)
})
