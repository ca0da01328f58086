import type { ServerResponse } from 'node:http'
import type { Fault } from './faults.ts'
import type { Answer } from './service.ts'

const GATEWAY_PAGES: ReadonlySet<number> = new Set([502, 503, 504])
const JSON_TYPE = 'application/json'

/** The answer that a `status` fault gives: Apple's form, or a gateway's HTML where Apple's gateways answer. */
export function faultAnswer(
  fault: Fault,
  faultBody: ((status: number, code: string | undefined, detail: string | undefined) => unknown) | undefined,
): Answer {
  const status = fault.status ?? 500
  const retry = fault.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(fault.retryAfterSeconds) }
  if (fault.code === undefined && GATEWAY_PAGES.has(status)) {
    const page = `<html>\n<head><title>${status}</title></head>\n<body><center><h1>${status}</h1></center></body>\n</html>\n`
    return { status, headers: { ...retry, 'Content-Type': 'text/html' }, body: Buffer.from(page) }
  }
  const body = faultBody?.(status, fault.code, fault.detail)
  const type = Buffer.isBuffer(body) ? { 'Content-Type': 'text/plain;charset=UTF-8' } : {}
  return { status, headers: { ...retry, ...type }, body }
}

/** Sends an answer; `isCut` stops in the middle of the body. */
export function send(
  response: ServerResponse,
  answer: Answer,
  headers: Readonly<Record<string, string>>,
  isCut = false,
): void {
  const all: Record<string, string | number | string[]> = { ...headers, ...answer.headers }
  const body = encode(answer.body)
  if (body === undefined) {
    if (answer.status !== 204) all['Content-Length'] = 0
    response.writeHead(answer.status, all).end()
    return
  }
  all['Content-Type'] ??= JSON_TYPE
  all['Content-Length'] = Buffer.byteLength(body)
  response.writeHead(answer.status, all)
  // A text goes out together with the head, in one write.
  if (!isCut) response.end(body)
  else {
    const bytes = Buffer.from(body)
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy())
  }
}

function encode(body: unknown): string | Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body
  return JSON.stringify(body)
}
