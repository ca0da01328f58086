import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { generateTable, isDocumentPresent, listOperations, TABLE_FILE } from '../../test/operation-table.ts'
import { appleOperation } from './operations.ts'

describe('the table of operations', () => {
  it('names operations and knows what Apple does not have', () => {
    expect(appleOperation('GET', '/v1/apps/123/builds')).toBe('apps_builds_getToManyRelated')
    expect(appleOperation('PATCH', '/v1/builds/1/relationships/appEncryptionDeclaration')).toBe(
      'builds_appEncryptionDeclaration_updateToOneRelationship',
    )
    expect(appleOperation('GET', '/v2/inAppPurchases/1')).toBe('inAppPurchasesV2_getInstance')
    for (const path of [
      '/v1/constructor',
      '/v1/apps/1/2/3/4',
      '/v9/apps',
      '/v1/appz',
      '/',
      '/v1/apps/1/links/builds',
    ]) {
      expect(appleOperation('GET', path)).toBeUndefined()
    }
    expect(appleOperation('PUT', '/v1/apps')).toBeUndefined()
  })

  it.runIf(isDocumentPresent)('is in step with the document and names every operation by its id', () => {
    expect(readFileSync(TABLE_FILE, 'utf8')).toBe(generateTable())
    const operations = listOperations()
    expect(operations.length).toBeGreaterThan(1_200)
    const wrong = operations.filter(
      ({ method, path, id }) => appleOperation(method, path.replace(/\{[^}]+\}/g, 'x')) !== id,
    )
    expect(wrong).toEqual([])
  })
})
