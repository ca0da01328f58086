import { isCordonError } from '@cordon/core/errors'
import type { Registry } from '../app-store-connect/json-api/resource.ts'
import type { Answer, Incoming, Service } from '../http/service.ts'
import type { World } from '../world/world.ts'
import { pageFile } from './page.ts'
import { CONTROL_ROUTES, controlBody } from './routes.ts'

/** The prefix of the control API. */
export const CONTROL_PREFIX = '/_simulator'

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function match(pattern: string, path: string): string[] | undefined {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  const ids: string[] = []
  for (const [index, part] of wanted.entries()) {
    const actual = given[index] ?? ''
    if (part === '*') ids.push(decoded(actual))
    else if (part !== actual) return undefined
  }
  return ids
}

/** A page of another site must not steer a developer's simulator through the browser. */
function isForeignPage(request: Incoming): boolean {
  const { origin, host } = request.headers
  return typeof origin === 'string' && origin !== `http://${host}` && origin !== `https://${host}`
}

async function answer(request: Incoming, world: World, registry: Registry): Promise<Answer> {
  if (isForeignPage(request)) return { status: 403, body: { error: { code: 'simulator.foreign_page' } } }
  const page = pageFile(request.method, request.path)
  if (page !== undefined) return page
  for (const [method, pattern, handler] of CONTROL_ROUTES) {
    const ids = method === request.method ? match(pattern, request.path) : undefined
    if (ids !== undefined) return await handler({ world, registry, request, body: controlBody(request), ids })
  }
  return {
    status: 404,
    body: {
      error: {
        code: 'simulator.unknown_path',
        title: 'The control API has no such request',
        remedy: `Use one of: ${CONTROL_ROUTES.map(([method, path]) => `${method} ${CONTROL_PREFIX}${path}`).join(', ')}`,
      },
    },
  }
}

/** The control API: teams, keys, seeds, faults, clock, log. Not a service of Apple's. */
export function createControl(registry: Registry): Service {
  return {
    name: 'control',
    prefix: CONTROL_PREFIX,
    operationOf: (request) => `${request.method} ${request.path}`,
    async answer(request, _operation, world) {
      try {
        return await answer(request, world, registry)
      } catch (error) {
        if (!isCordonError(error)) throw error
        const { code, title, detail, remedy, details, status } = error
        return { status, body: { error: { code, title, detail, remedy, details } } }
      }
    },
  }
}
