import { errorBody } from '../app-store-connect/json-api/errors.ts'
import type { Answer, Caller, Incoming, Service } from '../http/service.ts'
import type { World } from '../world/world.ts'
import { answerJsonApi, JSON_API_BASE, jsonApiOperation } from './json-api/answer.ts'
import { LEGACY_BASE, legacyOperation } from './legacy/actions.ts'
import { answerLegacy } from './legacy/answer.ts'
import { refused } from './legacy/envelope.ts'
import { underMaintenance } from './legacy/errors.ts'
import { answerXcodeList, isXcodeList } from './legacy/xcode-list.ts'

/** One of the hosts of the developer portal. */
export interface PortalHost {
  readonly name: string
  /** Path prefix on the plain address. */
  readonly prefix: string
  /** Whether the setting `portalMaintenance` closes it; the second host stays open. */
  readonly closesForMaintenance: boolean
}

function isJsonApi(request: Incoming): boolean {
  return request.path.startsWith(`${JSON_API_BASE}/`)
}

function isLegacy(request: Incoming): boolean {
  return request.path.startsWith(`${LEGACY_BASE}/`)
}

function html(status: number, title: string): Answer {
  const page = `<html>\n<head><title>${title}</title></head>\n<body><h1>${title}</h1></body>\n</html>\n`
  return { status, headers: { 'Content-Type': 'text/html;charset=UTF-8' }, body: Buffer.from(page) }
}

/** What a closed portal answers: a page, or in the legacy form a result code. */
function closed(request: Incoming, world: World): Answer {
  if (world.settings.portalMaintenance === 'result-code' && isLegacy(request)) {
    return refused(request, world, undefined, underMaintenance())
  }
  return html(503, '503 Service Temporarily Unavailable')
}

async function answer(request: Incoming, world: World, caller: Caller): Promise<Answer> {
  if (isJsonApi(request)) return await answerJsonApi(request, world, caller)
  if (isLegacy(request)) return await answerLegacy(request, world, caller)
  if (isXcodeList(request)) return await answerXcodeList(request, world, caller)
  return html(404, 'Page Not Found - Apple Developer')
}

function operationOf(request: Incoming): string {
  if (isJsonApi(request)) return jsonApiOperation(request)
  if (isLegacy(request)) return legacyOperation(request)
  return isXcodeList(request) ? 'xcode_listProvisioningProfiles' : `portal ${request.path}`
}

/** Makes the service of one host of the developer portal. */
export function createPortal(host: PortalHost): Service {
  const isClosed = (world: World) => host.closesForMaintenance && world.settings.portalMaintenance !== 'none'
  return {
    name: host.name,
    prefix: host.prefix,
    operationOf,
    answer: async (request, _operation, world, caller) =>
      isClosed(world) ? closed(request, world) : await answer(request, world, caller),
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
