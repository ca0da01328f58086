import { existsSync, readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'
import { applyOverlay, EXTRA_OPERATIONS, EXTRA_STATUSES } from './overlay.ts'

/** Where Apple’s document lies on machines that have it. */
export const DOCUMENT = new URL('../../../../shared/apple/app-store-connect-openapi.json', import.meta.url)

type Json = Record<string, unknown>

interface Operation {
  readonly operationId: string
  readonly responses: Record<string, { content?: Record<string, { schema?: { $ref?: string } }> }>
}

/** Apple's OpenAPI document, ready to judge answers; undefined where it is not present. */
export interface AppleDocument {
  /** Findings about one answer: empty when it is as documented. */
  check(method: string, path: string, status: number, body: unknown): string[]
  /** Operations × statuses that were checked. */
  readonly covered: Set<string>
}

function pathMatchers(paths: Record<string, Json>): { readonly pattern: RegExp; readonly operations: Json }[] {
  return Object.entries(paths)
    .sort(([a], [b]) => a.split('{').length - b.split('{').length)
    .map(([path, operations]) => ({ pattern: new RegExp(`^${path.replace(/\{[^}]+\}/g, '[^/]+')}$`), operations }))
}

function load(): AppleDocument | undefined {
  if (!existsSync(DOCUMENT)) return undefined
  const document = JSON.parse(readFileSync(DOCUMENT, 'utf8'))
  const matchers = pathMatchers(document.paths)
  const schemas: Record<string, Json> = document.components.schemas
  const ajv = new Ajv({ strict: false, allErrors: true, discriminator: false })
  ajv.addFormat('date-time', /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/)
  ajv.addFormat('uri', /^https?:\/\//)
  ajv.addFormat('uri-reference', /^[^\s[\]]+$/)
  ajv.addFormat('email', true)
  ajv.addFormat('int64', true)
  const used = usedSchemas(schemas)
  ajv.addSchema({ $id: 'apple', components: { schemas: applyOverlay(used) } })
  const compiled = new Map<string, ValidateFunction>()
  const validator = (ref: string): ValidateFunction => {
    const known = compiled.get(ref) ?? ajv.compile({ $ref: `apple${ref}` })
    compiled.set(ref, known)
    return known
  }
  const covered = new Set<string>()
  return {
    covered,
    check(method, path, status, body) {
      const operation = matchers.find(({ pattern }) => pattern.test(path))?.operations[method.toLowerCase()] as
        | Operation
        | undefined
      const isExtra = EXTRA_OPERATIONS.some(([known, at]) => known === method && at === path)
      if (operation === undefined)
        return isExtra || isErrorStatus(status) ? [] : [`${method} ${path} is no operation of Apple's`]
      const response = operation.responses[String(status)]
      covered.add(`${operation.operationId} ${status}`)
      if (response === undefined) {
        const isKnown = EXTRA_STATUSES.some(
          ([id, extra]) => extra === status && (id === '*' || id === operation.operationId),
        )
        return isKnown ? [] : [`${operation.operationId} does not declare ${status}`]
      }
      const ref = response.content?.['application/json']?.schema?.$ref
      if (ref === undefined) return body === undefined ? [] : [`${operation.operationId} ${status} has no body`]
      const validate = validator(ref)
      if (validate(body)) return []
      return (validate.errors ?? []).map(
        (error) =>
          `${operation.operationId} ${status} ${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
      )
    },
  }
}

function isErrorStatus(status: number): boolean {
  return status >= 400
}

/** The schemas that answers of the simulated resources reach; compiling all 1,393 would take long. */
function usedSchemas(schemas: Record<string, Json>): Record<string, Json> {
  const roots = Object.keys(schemas).filter(
    (name) =>
      /^(AgeRating|App|Beta|Build|BundleId|BundleIdCapabilit|Certificate|Device|MerchantId|PassType|PreRelease|Prerelease|Profile|Review|User|Webhook)/.test(
        name,
      ) || name === 'ErrorResponse',
  )
  const used: Record<string, Json> = {}
  const visit = (name: string) => {
    const schema = schemas[name]
    if (schema === undefined || used[name] !== undefined) return
    used[name] = schema
    for (const [, ref = ''] of JSON.stringify(schema).matchAll(/#\/components\/schemas\/(\w+)/g)) visit(ref)
  }
  roots.forEach(visit)
  return used
}

/** Apple's document, loaded once in a test process; undefined where `../shared/apple` is absent. */
export const appleDocument: AppleDocument | undefined = load()
