import { errorBody } from '../app-store-connect/json-api/errors.ts'
import type { Answer, Caller, Incoming, Service } from '../http/service.ts'
import type { World } from '../world/world.ts'
import { answerJsonApi, JSON_API_BASE, jsonApiOperation } from './json-api/answer.ts'

/** One of the hosts of the developer portal. */
export interface PortalHost {
  readonly name: string
  /** Path prefix on the plain address. */
  readonly prefix: string
}

function isJsonApi(request: Incoming): boolean {
  return request.path.startsWith(`${JSON_API_BASE}/`)
}

function nothingThere(): Answer {
  const page = '<html><head><title>Page Not Found - Apple Developer</title></head><body></body></html>\n'
  return { status: 404, headers: { 'Content-Type': 'text/html;charset=UTF-8' }, body: Buffer.from(page) }
}

async function answer(request: Incoming, world: World, caller: Caller): Promise<Answer> {
  return isJsonApi(request) ? await answerJsonApi(request, world, caller) : nothingThere()
}

/** Makes the service of one host of the developer portal. */
export function createPortal(host: PortalHost): Service {
  return {
    ...host,
    operationOf: (request) => (isJsonApi(request) ? jsonApiOperation(request) : `portal ${request.path}`),
    answer: (request, _operation, world, caller) => answer(request, world, caller),
    faultBody: (status, code, detail) =>
      errorBody(status, [
        {
          code: code ?? 'UNEXPECTED_ERROR',
          title: 'An unexpected error occurred.',
          detail: detail ?? 'An unexpected error occurred on the server side.',
        },
      ]),
  }
}
