import type { FastifyReply } from 'fastify'
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
  return { status, headers: retry, body: faultBody?.(status, fault.code, fault.detail) }
}

/** Sends an answer; `isCut` stops in the middle of the body. */
export function send(
  reply: FastifyReply,
  answer: Answer,
  headers: Readonly<Record<string, string>>,
  isCut: boolean,
): void {
  const type = answer.body === undefined ? {} : { 'Content-Type': JSON_TYPE }
  const bytes = encode(answer.body)
  reply.code(answer.status).headers({ ...type, ...headers, ...answer.headers })
  if (!isCut || bytes === undefined) {
    reply.send(bytes)
    return
  }
  const half = typeof bytes === 'string' ? bytes.slice(0, bytes.length / 2) : bytes.subarray(0, bytes.length / 2)
  reply.hijack()
  reply.raw.writeHead(answer.status, { ...type, ...headers, ...answer.headers, 'Content-Length': String(bytes.length) })
  reply.raw.write(half, () => reply.raw.destroy())
}

function encode(body: unknown): string | Buffer | undefined {
  if (body === undefined || Buffer.isBuffer(body)) return body
  return JSON.stringify(body)
}
