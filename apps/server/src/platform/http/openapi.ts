import { problem } from '@cordon/api/problem'
import type { Access, Route } from '@cordon/api/route'
import { z } from 'zod'

/** An OpenAPI document: plain JSON. */
export type OpenApiDocument = Readonly<Record<string, unknown>>

type Json = Record<string, unknown>

// How each kind of caller is known; an empty entry says that it also goes without.
const SECURITY: { readonly [W in Access['who']]: readonly Json[] } = {
  anyone: [],
  person: [{ session: [] }, { personalToken: [] }],
  administrator: [{ session: [] }, { personalToken: [] }],
  member: [{ session: [] }, { personalToken: [] }],
  'build-viewer': [{ session: [] }, { personalToken: [] }],
  build: [{ buildToken: [] }],
  trigger: [{ triggerToken: [] }],
}

const SECURITY_SCHEMES = {
  session: {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-cordon',
    description: 'Session cookie; named "cordon" where the public address is http on loopback.',
  },
  personalToken: { type: 'http', scheme: 'bearer', description: 'Personal token: cdn_pat_…' },
  triggerToken: { type: 'http', scheme: 'bearer', description: 'Trigger token of an app: cdn_trg_…' },
  buildToken: { type: 'apiKey', in: 'header', name: 'BUILD_API_TOKEN', description: 'Token of a running build.' },
}

/** The OpenAPI 3.1 document of a list of routes. */
export function openApiDocument(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Cordon', version, license: { name: 'MIT', identifier: 'MIT' } },
    paths,
    components: { securitySchemes: SECURITY_SCHEMES, schemas: { Problem: schemaOf(problem, 'output') } },
  }
}

function operationOf(route: Route): Json {
  const status = String(route.status ?? 200)
  return {
    operationId: route.id,
    tags: [route.id.split('.')[0]],
    summary: route.summary,
    'x-access': route.access,
    security: route.credential === 'session' ? [{ session: [] }] : SECURITY[route.access.who],
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(route.body === undefined ? {} : { requestBody: { required: true, ...contentOf(route.body, 'input') } }),
    responses: {
      [status]: {
        description: 'Success',
        ...(route.response === undefined ? {} : contentOf(route.response, 'output')),
      },
      default: {
        description: 'Refused or failed',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

function contentOf(schema: z.ZodType, side: 'input' | 'output'): Json {
  return { content: { 'application/json': { schema: schemaOf(schema, side) } } }
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return []
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: property,
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
