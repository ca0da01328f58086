import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Server as TlsServer } from 'node:https'
import type { Duplex } from 'node:stream'

/** The CONNECT proxy: its server, and an end that also cuts what it has led through. */
export interface ConnectProxy {
  readonly server: Server
  cutAll(): void
}

const TLS_PORT = '443'

function refuse(socket: Duplex, status: string, text: string): void {
  const head = [`HTTP/1.1 ${status}`, 'Content-Type: text/plain', `Content-Length: ${Buffer.byteLength(text)}`]
  socket.end(`${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${text}`)
}

function isApples(target: string, hosts: ReadonlySet<string>): boolean {
  const [, host = '', port = ''] = /^([^:]+):(\d+)$/.exec(target) ?? []
  return port === TLS_PORT && hosts.has(host.toLowerCase())
}

/**
 * A proxy (HTTP CONNECT) that leads the given hosts' port 443 to a TLS server of this process and refuses everything else
 * with 403, so that a client behind it can reach nothing but the simulator.
 */
export function createProxy(tls: TlsServer, hosts: ReadonlySet<string>): ConnectProxy {
  const led = new Set<Duplex>()
  const refusal = `The simulator's proxy leads to these hosts only, port 443: ${[...hosts].join(', ')}\n`
  const server = createServer((_request, response) => {
    response.writeHead(403, { 'Content-Type': 'text/plain' }).end(refusal)
  })
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (!isApples(request.url ?? '', hosts)) {
      refuse(socket, '403 Forbidden', refusal)
      return
    }
    led.add(socket)
    socket.once('close', () => led.delete(socket))
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    tls.emit('connection', socket)
  })
  return {
    server,
    cutAll() {
      for (const socket of led) socket.destroy()
    },
  }
}
