import { connect, type Socket } from 'node:net'

/** What a load consists of; every connection sends its next request when the last answer is complete. */
export interface LoadPlan {
  readonly port: number
  /** Requests that the connections send in turn, each complete with its head's end. */
  readonly requests: readonly string[]
  readonly connections: number
  readonly seconds: number
}

/** What came of a load. */
export interface LoadResult {
  readonly requestsPerSecond: number
  readonly p99Ms: number
  /** Answers other than 200. */
  readonly failed: number
}

const HEAD_END = Buffer.from('\r\n\r\n')

/** Sends a load over loopback on bare sockets, so that the sender costs as little as can be. */
export async function sendLoad({ port, requests, connections, seconds }: LoadPlan): Promise<LoadResult> {
  const latenciesMs: number[] = []
  let failed = 0
  const startedMs = performance.now()
  const endMs = startedMs + seconds * 1_000
  const bytes = requests.map((request) => Buffer.from(request))
  let sent = 0
  const nextRequest = () => {
    sent += 1
    return bytes[sent % bytes.length] ?? Buffer.alloc(0)
  }
  await Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = await open(port)
      while (performance.now() < endMs) {
        const sentMs = performance.now()
        if ((await exchange(socket, nextRequest())) !== 200) failed += 1
        latenciesMs.push(performance.now() - sentMs)
      }
      socket.destroy()
    }),
  )
  const elapsedSeconds = (performance.now() - startedMs) / 1_000
  return { requestsPerSecond: latenciesMs.length / elapsedSeconds, p99Ms: percentile(latenciesMs, 0.99), failed }
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.once('error', reject)
  })
}

/** Sends one request and gives the status of the complete answer. */
function exchange(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    let received: Buffer = Buffer.alloc(0)
    const onData = (chunk: Buffer) => {
      received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
      const status = completeStatus(received)
      if (status === undefined) return
      socket.off('data', onData)
      socket.off('error', reject)
      resolve(status)
    }
    socket.on('data', onData)
    socket.once('error', reject)
    socket.write(request)
  })
}

function completeStatus(received: Buffer): number | undefined {
  const headEnd = received.indexOf(HEAD_END)
  if (headEnd < 0) return undefined
  const head = received.toString('latin1', 0, headEnd)
  const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`an answer without content-length:\n${head}`)
  if (received.length < headEnd + HEAD_END.length + Number(length)) return undefined
  return Number(head.slice(9, 12))
}

function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}
