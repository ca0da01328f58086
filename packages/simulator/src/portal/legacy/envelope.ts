import type { Answer, Incoming } from '../../http/service.ts'
import { newUuid } from '../../world/random.ts'
import type { World } from '../../world/world.ts'
import type { Member } from '../member.ts'
import type { Result } from './action.ts'
import type { LegacyError } from './errors.ts'
import { legacyDate, roleFlags } from './teams.ts'

const PROTOCOL = 'QH65B2'
const JSON_TYPE = 'application/json;charset=UTF-8'
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => ESCAPES[mark] ?? mark)
}

function commonKeys(request: Incoming, world: World, httpCode: number): Result {
  return {
    creationTimestamp: legacyDate(world.clock.now()),
    userLocale: 'en_US',
    protocolVersion: PROTOCOL,
    requestId: newUuid(world.random),
    responseId: newUuid(world.random),
    requestUrl: `${request.base}${request.path}`,
    httpCode,
    pageNumber: null,
    pageSize: null,
    totalRecords: null,
  }
}

const NO_ROLE = { isAdmin: false, isMember: false, isAgent: false }

/** The JSON of an action that succeeded. */
export function succeeded(request: Incoming, world: World, member: Member | undefined, result: Result): Answer {
  const flags = member === undefined ? NO_ROLE : roleFlags(member)
  const body = { ...commonKeys(request, world, 200), resultCode: 0, ...flags, ...result }
  return { status: 200, headers: { 'Content-Type': JSON_TYPE }, body }
}

/** The JSON of a refusal: HTTP 200 all the same, but for the few that carry a status of their own. */
export function refused(
  request: Incoming,
  world: World,
  member: Member | undefined,
  error: LegacyError,
  status = 200,
): Answer {
  const flags = member === undefined ? NO_ROLE : roleFlags(member)
  const body = {
    ...commonKeys(request, world, status),
    resultCode: error.resultCode,
    resultString: escaped(error.resultString),
    userString: escaped(error.message),
    validationMessages: error.validationMessages.map(({ validationKey, validationUserMessage }) => ({
      validationKey,
      validationUserMessage: escaped(validationUserMessage),
    })),
    ...flags,
    ...error.more,
  }
  return { status, headers: { 'Content-Type': JSON_TYPE }, body }
}
