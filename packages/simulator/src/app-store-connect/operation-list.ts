import type { Registry } from './json-api/resource.ts'
import { routeOf } from './json-api/route.ts'
import { OPERATION_TABLE } from './operations.generated.ts'
import { RELATIONSHIP_LETTERS, RESOURCE_LETTERS, readRow } from './operations.ts'
import { isSimulated } from './service.ts'

/** An operation of Apple's document. */
export interface ListedOperation {
  /** Apple's id, such as `apps_builds_getToManyRelated`. */
  readonly id: string
  readonly method: string
  /** With `{id}` for a resource's id. */
  readonly path: string
  /** `v1`, `v2`, … */
  readonly version: string
  readonly type: string
  /** The id without the resource: `getCollection`, `builds_getToManyRelated`. */
  readonly name: string
}

function ownOperations(version: string, type: string, letters: string, idOf: (name: string) => string) {
  return [...letters].flatMap((letter): ListedOperation[] => {
    const [method, hasId, name] = RESOURCE_LETTERS[letter] ?? []
    if (method === undefined || name === undefined) return []
    const path = `/${version}/${type}${hasId ? '/{id}' : ''}`
    return [{ id: idOf(name), method, path, version, type, name }]
  })
}

function relatedOperations(
  version: string,
  type: string,
  relationship: string,
  letters: string,
  idOf: (name: string) => string,
) {
  return [...letters].flatMap((letter): ListedOperation[] => {
    const [method, isLinkage, suffix] = RELATIONSHIP_LETTERS[letter] ?? []
    if (method === undefined || suffix === undefined) return []
    const between = suffix === 'getMetrics' ? 'metrics/' : isLinkage ? 'relationships/' : ''
    const name = `${relationship}_${suffix}`
    return [{ id: idOf(name), method, path: `/${version}/${type}/{id}/${between}${relationship}`, version, type, name }]
  })
}

/** Every operation of Apple's document, in its order of resources. */
export function listAppleOperations(): ListedOperation[] {
  return Object.entries(OPERATION_TABLE).flatMap(([key, text]) => {
    const [version = '', type = ''] = key.split('/')
    const { letters, relationships } = readRow(text)
    const idOf = (name: string) => `${type}${version === 'v1' ? '' : version.toUpperCase()}_${name}`
    const related = [...relationships].flatMap(([name, own]) => relatedOperations(version, type, name, own, idOf))
    return [...ownOperations(version, type, letters, idOf), ...related]
  })
}

/** Whether the simulator plays an operation; all others answer 501. */
export function isPlayed(operation: ListedOperation, registry: Registry): boolean {
  if (operation.version !== 'v1') return false
  const route = routeOf(operation.method, operation.path.replace(/^\/v1/, '').replace('{id}', 'ID'), registry)
  return route !== undefined && isSimulated(route, registry)
}
