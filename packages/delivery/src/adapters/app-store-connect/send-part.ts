import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { MINUTE_MS } from '@cordon/core/instant'
import type { BuildUploadPort } from '../../engine/builds/port.ts'

/** A connection on which nothing moves for so long is given up. */
const SILENCE_MS = MINUTE_MS

/**
 * Sends parts to Apple's storage over connections that are kept. The bytes go out from the buffer they are in: `fetch` would copy them,
 * and the memory of an upload would grow with its speed.
 */
export function createPartSender(): BuildUploadPort['sendPart'] {
  const agents = { 'http:': new HttpAgent({ keepAlive: true }), 'https:': new HttpsAgent({ keepAlive: true }) }
  return async ({ method, url, headers }, body, signal) => {
    const target = new URL(url)
    const isPlain = target.protocol === 'http:'
    const send = isPlain ? requestHttp : requestHttps
    const given = Object.fromEntries(headers.map(({ name, value }) => [name, value]))
    return new Promise((resolve, reject) => {
      const outgoing = send(
        target,
        {
          method,
          headers: { ...given, 'content-length': body.byteLength },
          agent: isPlain ? agents['http:'] : agents['https:'],
          ...(signal !== undefined && { signal }),
        },
        (answer) => finish(answer, resolve, reject),
      )
      outgoing.setTimeout(SILENCE_MS, () => outgoing.destroy(silence()))
      outgoing.on('error', reject)
      outgoing.end(body)
    })
  }
}

function silence(): Error {
  return Object.assign(new Error('nothing moved for a minute'), { code: 'ETIMEDOUT' })
}

function finish(
  answer: IncomingMessage,
  resolve: (value: { status: number; entityTag: string | undefined }) => void,
  reject: (error: Error) => void,
): void {
  answer.resume()
  answer.on('end', () =>
    resolve({ status: answer.statusCode ?? 0, entityTag: answer.headers.etag?.replaceAll('"', '') }),
  )
  answer.on('error', reject)
}
