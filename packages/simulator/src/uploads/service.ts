import { createHash } from 'node:crypto'
import type { Answer, Incoming, Service } from '../http/service.ts'
import type { World } from '../world/world.ts'
import { partsOf, UPLOAD_PREFIX } from './store.ts'

const BODY_LIMIT_BYTES = 8 * 1024 * 1024

/** A refusal in the form of the object stores behind Apple's upload addresses. */
function refused(status: number, code: string, message: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>\n`
  return { status, headers: { 'Content-Type': 'application/xml' }, body: Buffer.from(body) }
}

function put(request: Incoming, world: World): Answer {
  const upload = world.uploads.get(request.path.slice(1))
  if (upload === undefined) return refused(404, 'NoSuchUpload', 'The upload does not exist')
  if (upload.endsAt <= world.clock.now()) return refused(403, 'AccessDenied', 'Request has expired')
  const parameters = new URLSearchParams(request.query)
  const [offset, length] = [Number(parameters.get('offset')), Number(parameters.get('length'))]
  if (!partsOf(upload.size).some((part) => part.offset === offset && part.length === length)) {
    return refused(403, 'SignatureDoesNotMatch', 'The address was not given out')
  }
  if (request.headers['content-type'] !== upload.contentType) {
    return refused(403, 'SignatureDoesNotMatch', `The header Content-Type must be ${upload.contentType}`)
  }
  if (request.body?.length !== length) return refused(400, 'IncompleteBody', `The body must have ${length} bytes`)
  upload.parts.set(offset, request.body)
  const digest = createHash('md5').update(request.body).digest('hex').toUpperCase()
  return { status: 200, headers: { ETag: `"${digest}"` } }
}

/** The host that files are uploaded to: the addresses that reservations give out. */
export function createUploads(): Service {
  return {
    name: 'uploads',
    prefix: UPLOAD_PREFIX,
    bodyLimitBytes: BODY_LIMIT_BYTES,
    operationOf: (request) => (request.method === 'PUT' ? 'uploads_put' : `uploads ${request.method}`),
    answer: async (request, _operation, world) =>
      request.method === 'PUT' ? put(request, world) : refused(405, 'MethodNotAllowed', 'Only PUT is allowed'),
  }
}
