import type { RequestListener } from 'node:http'
import { createServer, type Server as TlsServer } from 'node:https'
import { listen, SERVER_OPTIONS, shut } from '../http/serving.ts'
import { keptAuthority } from './authority-folder.ts'
import { APPLE_HOSTS } from './hosts.ts'
import { newServerIdentity, newTlsAuthority, type PemIdentity } from './issue.ts'
import { type ConnectProxy, createProxy } from './proxy.ts'

/** How Apple's host names are served. */
export interface HostOptions {
  /** Port on which all of Apple's hosts answer by name (TLS); 0 takes a free one; absent: only the proxy leads there. */
  readonly tlsPort?: number
  /** Port of the CONNECT proxy; 0 takes a free one; absent: no proxy. */
  readonly proxyPort?: number
  /** Where the machine's authority is kept; absent: one that lives as long as the simulator. */
  readonly caFolder?: string
}

/** Apple's host names, served. */
export interface ServedHosts {
  readonly hosts: readonly string[]
  readonly tlsPort: number | null
  /** `http://ADDRESS:PORT` of the CONNECT proxy. */
  readonly proxyUrl: string | null
  /** The certificate that clients have to trust, PEM. */
  readonly caPem: string
  /** The file that holds it; null when it lives in memory only. */
  readonly caFile: string | null
  close(): Promise<void>
}

async function authorityFor(
  folder: string | undefined,
  nowMs: number,
): Promise<PemIdentity & { caFile: string | null }> {
  if (folder !== undefined) return await keptAuthority(folder, nowMs)
  return { ...(await newTlsAuthority(nowMs)), caFile: null }
}

async function openProxy(tls: TlsServer, port: number, host: string): Promise<{ proxy: ConnectProxy; url: string }> {
  const proxy = createProxy(tls, new Set(Object.keys(APPLE_HOSTS)))
  const taken = await listen(proxy.server, port, host)
  return { proxy, url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}` }
}

/** Serves Apple's host names with a certificate of the machine's own authority, and opens the proxy that leads to them. */
export async function serveHosts(
  options: HostOptions,
  listener: RequestListener,
  address: string,
  nowMs: number,
): Promise<ServedHosts> {
  const authority = await authorityFor(options.caFolder, nowMs)
  const hosts = Object.keys(APPLE_HOSTS)
  const leaf = await newServerIdentity(authority, hosts, nowMs)
  const tls = createServer(
    { ...SERVER_OPTIONS, key: leaf.privateKey, cert: `${leaf.certificate}${authority.certificate}` },
    listener,
  )
  // A client that does not trust the authority breaks off: its own affair.
  tls.on('tlsClientError', (_error, socket) => socket.destroy())
  const tlsPort = options.tlsPort === undefined ? null : await listen(tls, options.tlsPort, address)
  const opened =
    options.proxyPort === undefined
      ? undefined
      : await openProxy(tls, options.proxyPort, address).catch(async (error: unknown) => {
          await shut(tls)
          throw error
        })
  return {
    hosts,
    tlsPort,
    proxyUrl: opened?.url ?? null,
    caPem: authority.certificate,
    caFile: authority.caFile,
    async close() {
      opened?.proxy.cutAll()
      await Promise.all([shut(tls), ...(opened === undefined ? [] : [shut(opened.proxy.server)])])
    },
  }
}
