import { type ClientRequest, type IncomingMessage, request } from 'node:http'

/** A request whose headers are sent and whose body is not. */
export interface Held {
  /** Waits until the server has let the request in, as `isIn` tells. Throws when it was answered before. */
  until(isIn: () => Promise<boolean>): Promise<void>
  /** Sends the body and gives the answer. */
  finish(): Promise<{ readonly status: number; readonly code: string | undefined }>
}

/** Sends the headers of a request with a JSON body, and of the body the first byte. */
export function hold(
  url: string,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): Held {
  const bytes = Buffer.from(JSON.stringify(body))
  const sent = request(url + path, {
    method,
    agent: false,
    headers: { ...headers, 'content-type': 'application/json', 'content-length': String(bytes.length) },
  })
  const answer = answerOf(sent)
  let early: number | undefined
  answer.then(
    ({ statusCode }) => {
      early = statusCode
    },
    () => {},
  )
  sent.write(bytes.subarray(0, 1))
  return {
    until: async (isIn) => {
      while (!(await isIn())) if (early !== undefined) throw new Error(`answered ${early} before the body came`)
    },
    finish: async () => {
      sent.end(bytes.subarray(1))
      const response = await answer
      const text = await textOf(response)
      const { code } = text === '' ? { code: undefined } : (JSON.parse(text) as { code?: string })
      return { status: response.statusCode ?? 0, code }
    },
  }
}

function answerOf(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve)
    sent.once('error', reject)
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of response) text += String(chunk)
  return text
}
