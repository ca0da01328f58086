import { OPERATION_TABLE } from './operations.generated.ts'

/** Letters of the table for a whole resource: method, whether there is an id, and the last part of Apple's operation id. */
export const RESOURCE_LETTERS: Readonly<Record<string, readonly [method: string, hasId: boolean, suffix: string]>> = {
  L: ['GET', false, 'getCollection'],
  C: ['POST', false, 'createInstance'],
  G: ['GET', true, 'getInstance'],
  U: ['PATCH', true, 'updateInstance'],
  D: ['DELETE', true, 'deleteInstance'],
}

/** Letters of the table for a relationship: method, whether the address has `/relationships/` (`/metrics/` for M), and the last part of the id. */
export const RELATIONSHIP_LETTERS: Readonly<
  Record<string, readonly [method: string, isLinkage: boolean, suffix: string]>
> = {
  R: ['GET', false, 'getToManyRelated'],
  r: ['GET', false, 'getToOneRelated'],
  M: ['GET', true, 'getMetrics'],
  L: ['GET', true, 'getToManyRelationship'],
  l: ['GET', true, 'getToOneRelationship'],
  C: ['POST', true, 'createToManyRelationship'],
  P: ['PATCH', true, 'replaceToManyRelationship'],
  D: ['DELETE', true, 'deleteToManyRelationship'],
  U: ['PATCH', true, 'updateToOneRelationship'],
}

/** A row of the table, read: letters of the resource, and of each relationship. */
export interface Row {
  readonly letters: string
  readonly relationships: ReadonlyMap<string, string>
}

/** Reads a row of the table. */
export function readRow(row: string): Row {
  const [letters = '', ...rest] = row.split(' ')
  const relationships = rest.map((item) => {
    const [name = '', own = ''] = item.split(':')
    return [name, own] as const
  })
  return { letters, relationships: new Map(relationships) }
}

function suffixIn(
  letters: string,
  table: typeof RESOURCE_LETTERS,
  method: string,
  isSecondForm: boolean,
): string | undefined {
  for (const letter of letters) {
    const [knownMethod, knownForm, suffix] = table[letter] ?? []
    if (knownMethod === method && knownForm === isSecondForm) return suffix
  }
  return undefined
}

/** Names an operation of Apple's, such as `apps_builds_getToManyRelated`; `undefined` when Apple has none at this address. */
export function appleOperation(method: string, path: string): string | undefined {
  const [version = '', type = '', id, third, fourth, ...rest] = path.split('/').slice(1)
  const key = `${version}/${type}`
  const row = Object.hasOwn(OPERATION_TABLE, key) ? readRow(OPERATION_TABLE[key] ?? '') : undefined
  if (row === undefined || rest.length > 0 || path.endsWith('/')) return undefined
  const name = version === 'v1' ? type : `${type}${version.toUpperCase()}`
  if (third === undefined) {
    const suffix = suffixIn(row.letters, RESOURCE_LETTERS, method, id !== undefined)
    return suffix === undefined ? undefined : `${name}_${suffix}`
  }
  const isLinkage = fourth !== undefined
  const relationship = fourth ?? third
  const suffix = suffixIn(row.relationships.get(relationship) ?? '', RELATIONSHIP_LETTERS, method, isLinkage)
  const between = suffix === 'getMetrics' ? 'metrics' : 'relationships'
  if (suffix === undefined || (isLinkage && third !== between)) return undefined
  return `${name}_${relationship}_${suffix}`
}
