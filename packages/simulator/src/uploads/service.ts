import type { Answer, Incoming, Service } from '../http/service.ts'
import type { World } from '../world/world.ts'
import { entityTagOf, type Part, type PendingUpload, partsOf, signedQuery, UPLOAD_PREFIX } from './store.ts'

/** A refusal in the form of the object stores behind Apple's upload addresses. */
function refused(status: number, code: string, message: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>\n`
  return { status, headers: { 'Content-Type': 'application/xml' }, body: Buffer.from(body) }
}

/** The part whose address was asked for; undefined when the address was not given out. */
function partAt(upload: PendingUpload, query: string): Part | undefined {
  const partNumber = Number(new URLSearchParams(query).get('partNumber'))
  const part = partsOf(upload)[partNumber - 1]
  return part !== undefined && signedQuery(upload, part) === query ? part : undefined
}

/** What is wrong with a request before its bytes are looked at. */
function refusalOf(request: Incoming, upload: PendingUpload, part: Part | undefined, now: number): Answer | undefined {
  const { authorization, 'content-type': contentType, 'content-length': contentLength } = request.headers
  // The address is the permission. A token that is sent along has got to a host that must not have it.
  if (authorization !== undefined) return refused(400, 'InvalidArgument', 'Only one auth mechanism allowed')
  if (part === undefined) return refused(403, 'SignatureDoesNotMatch', 'The address was not given out')
  if (upload.endsAt <= now) return refused(403, 'AccessDenied', 'Request has expired')
  if (contentType !== upload.contentType) {
    return refused(403, 'SignatureDoesNotMatch', `The header Content-Type must be ${upload.contentType}`)
  }
  if (contentLength === undefined) return refused(411, 'MissingContentLength', 'You must provide Content-Length')
  if (Number(contentLength) === part.length) return undefined
  return refused(400, 'IncompleteBody', `The body must have ${part.length} bytes`)
}

async function put(request: Incoming, world: World): Promise<Answer> {
  const upload = world.uploads.get(request.path.slice(1))
  if (upload === undefined) return refused(404, 'NoSuchUpload', 'The upload does not exist')
  const part = partAt(upload, request.query)
  const refusal = refusalOf(request, upload, part, world.clock.now())
  if (refusal !== undefined || part === undefined || request.stream === undefined) {
    return refusal ?? refused(400, 'IncompleteBody', 'There is no body')
  }
  let written: Awaited<ReturnType<typeof upload.spool.write>>
  try {
    written = await upload.spool.write(request.stream, part.length)
  } catch {
    return refused(400, 'RequestTimeout', 'The connection was closed before the body was complete')
  }
  const times = (upload.parts.get(part.offset)?.times ?? 0) + 1
  upload.parts.set(part.offset, { ...written, times })
  return { status: 200, headers: { ETag: `"${entityTagOf(written)}"` } }
}

/** The host that files are uploaded to: the addresses that reservations give out. */
export function createUploads(): Service {
  return {
    name: 'uploads',
    prefix: UPLOAD_PREFIX,
    takesStreams: true,
    operationOf: (request) => (request.method === 'PUT' ? 'uploads_put' : `uploads ${request.method}`),
    answer: async (request, _operation, world) =>
      request.method === 'PUT' ? await put(request, world) : refused(405, 'MethodNotAllowed', 'Only PUT is allowed'),
  }
}
