import type { Registry, Resource } from './resource.ts'

/** What an address and a method mean, before anybody asks whether Apple offers it. */
export type Route =
  | { readonly kind: 'collection' | 'create'; readonly resource: Resource }
  | { readonly kind: 'instance' | 'update' | 'delete'; readonly resource: Resource; readonly id: string }
  | {
      readonly kind: 'related' | 'linkage' | 'link'
      readonly resource: Resource
      readonly id: string
      readonly relationship: string
      readonly method: string
    }

const COLLECTION: Readonly<Record<string, 'collection' | 'create'>> = { GET: 'collection', POST: 'create' }
const INSTANCE: Readonly<Record<string, 'instance' | 'update' | 'delete'>> = {
  GET: 'instance',
  PATCH: 'update',
  DELETE: 'delete',
}
const LINK: Readonly<Record<string, 'linkage' | 'link'>> = {
  GET: 'linkage',
  POST: 'link',
  PATCH: 'link',
  DELETE: 'link',
}

function relationshipRoute(
  resource: Resource,
  id: string,
  relationship: string,
  method: string,
  isLinkage: boolean,
): Route | undefined {
  const known = resource.relationships[relationship]
  if (known === undefined || known.hasLinks === false) return undefined
  // Of one resource there is nothing to add or to take away.
  if (isLinkage && known.kind === 'one' && !['GET', 'PATCH'].includes(method)) return undefined
  const kind = isLinkage ? LINK[method] : method === 'GET' ? 'related' : undefined
  return kind === undefined ? undefined : { kind, resource, id, relationship, method }
}

/** Reads a path below `/v1`, such as `/bundleIds/AB12CD34EF/profiles`. `undefined`: nothing the registry knows. */
export function routeOf(method: string, path: string, registry: Registry): Route | undefined {
  const [type = '', id, third, fourth, ...rest] = path.split('/').slice(1)
  const resource = registry.get(type)
  if (resource === undefined || rest.length > 0 || path.endsWith('/')) return undefined
  if (id === undefined) {
    const kind = COLLECTION[method]
    return kind === undefined ? undefined : { kind, resource }
  }
  if (third === undefined) {
    const kind = INSTANCE[method]
    return kind === undefined ? undefined : { kind, resource, id }
  }
  if (fourth === undefined) return relationshipRoute(resource, id, third, method, false)
  return third === 'relationships' ? relationshipRoute(resource, id, fourth, method, true) : undefined
}

const OPERATION_SUFFIX: Readonly<Record<string, string>> = {
  collection: 'getCollection',
  create: 'createInstance',
  instance: 'getInstance',
  update: 'updateInstance',
  delete: 'deleteInstance',
}
const LINK_SUFFIX: Readonly<Record<string, string>> = {
  POST: 'createToManyRelationship',
  PATCH: 'replaceToManyRelationship',
  DELETE: 'deleteToManyRelationship',
}

/** Apple's operation id of a route, such as `profiles_createInstance`. */
export function operationId(route: Route): string {
  const { type } = route.resource
  if (!('relationship' in route)) return `${type}_${OPERATION_SUFFIX[route.kind]}`
  const side = route.resource.relationships[route.relationship]?.kind === 'many' ? 'ToMany' : 'ToOne'
  const suffix =
    route.kind === 'related'
      ? `get${side}Related`
      : route.kind === 'linkage'
        ? `get${side}Relationship`
        : side === 'ToOne'
          ? 'updateToOneRelationship'
          : (LINK_SUFFIX[route.method] ?? route.method)
  return `${type}_${route.relationship}_${suffix}`
}

/** The operations that Apple offers on a resource, in the spelling of its 403. */
export function allowedOperations(resource: Resource): string[] {
  return [
    ...(resource.list === undefined ? [] : ['GET_COLLECTION']),
    ...(resource.create === undefined ? [] : ['CREATE']),
    ...(resource.isReadable ? ['GET_INSTANCE'] : []),
    ...(resource.update === undefined ? [] : ['UPDATE']),
    ...(resource.remove === undefined ? [] : ['DELETE']),
  ]
}
