import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { secret } from '@cordon/core/secret'
import { onTestFinished } from 'vitest'
import {
  type AppStoreConnect,
  type AppStoreConnectOptions,
  createAppStoreConnect,
} from '../src/app-store-connect/client.ts'
import { type FakeTime, fakeTime } from './fake-time.ts'

/** One request as it arrived. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly body: unknown
  readonly authorization: string
}

export type Reply =
  | {
      readonly status: number
      readonly json?: unknown
      readonly text?: string
      readonly headers?: Record<string, string>
    }
  /** Closes the connection without an answer. */
  | 'drop'
  /** Announces more than it sends, then closes. */
  | 'cut'
  /** Never answers. */
  | 'hang'

export type Script = (request: Received, base: string) => Reply | Promise<Reply>

export interface ScriptedApple {
  readonly baseUrl: string
  readonly received: readonly Received[]
  readonly arrived: (count: number) => Promise<void>
}

/** A server on a loopback port that answers as its script says, until the test ends. It sends no Date header. */
export async function scriptedApple(script: Script): Promise<ScriptedApple> {
  const received: Received[] = []
  const waiting: { count: number; resolve: () => void }[] = []
  const server = createServer(async (incoming, response) => {
    const request = await readRequest(incoming)
    received.push(request)
    for (const waiter of waiting) if (received.length >= waiter.count) waiter.resolve()
    send(response, await script(request, baseUrl))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const arrived = (count: number) =>
    received.length >= count ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ count, resolve }))
  return { baseUrl, received, arrived }
}

/** A loopback port at which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function readRequest(incoming: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const text = Buffer.concat(chunks).toString()
  const url = new URL(incoming.url ?? '', 'http://x')
  return {
    method: incoming.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    body: text === '' ? undefined : JSON.parse(text),
    authorization: incoming.headers.authorization ?? '',
  }
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply === 'hang') return
  if (reply === 'drop') {
    response.destroy()
    return
  }
  response.sendDate = false
  if (reply === 'cut') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"data":', () => response.destroy())
    return
  }
  const body = reply.text ?? (reply.json === undefined ? '' : JSON.stringify(reply.json))
  response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers })
  response.end(body)
}

/** Answers in turn, the last one forever. */
export function inTurn(...replies: readonly (Reply | Script)[]): Script {
  let turn = 0
  return (request, base) => {
    const reply = replies[Math.min(turn++, replies.length - 1)] ?? 'drop'
    return typeof reply === 'function' ? reply(request, base) : reply
  }
}

/** An error answer in Apple's form. */
export function refusal(status: number, code: string, detail?: string, more: Record<string, unknown> = {}): Reply {
  return {
    status,
    json: { errors: [{ id: 'e1', status: String(status), code, title: 'Title', ...(detail && { detail }), ...more }] },
    headers: { 'x-request-id': 'REQUESTID0123456789ABCDEFG' },
  }
}

/** A list answer. */
export function listOf(data: readonly unknown[], more: Record<string, unknown> = {}): Reply {
  return { status: 200, json: { data, links: { self: 'x' }, ...more } }
}

const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
export const publicKey: KeyObject = pair.publicKey
export const KEY_PEM = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
export const ISSUER_ID = '57246542-96fe-1a63-e053-0824d011072a'
export const KEY_ID = '2X9R4HXF34'

export const TEAM_KEY = { kind: 'team', keyId: KEY_ID, issuerId: ISSUER_ID, privateKey: secret(KEY_PEM) } as const

export interface Rig {
  readonly apple: ScriptedApple
  readonly client: AppStoreConnect
  readonly time: FakeTime
}

/** A client that talks to a scripted server, on a clock that waits for nobody. */
export async function rig(script: Script, options: Partial<AppStoreConnectOptions> = {}): Promise<Rig> {
  const time = fakeTime()
  const apple = await scriptedApple(script)
  const client = createAppStoreConnect({
    key: TEAM_KEY,
    baseUrl: apple.baseUrl,
    fetch,
    clock: time.clock,
    sleep: time.sleep,
    random: () => 1,
    ...options,
  })
  return { apple, client, time }
}
