import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { Clock } from '@cordon/core/instant'
import type { FastifyInstance } from 'fastify'
import { createApp } from './app.ts'
import { systemClock } from './platform/clock.ts'
import type { Config } from './platform/config.ts'
import { sessionCookie } from './platform/http/cookie.ts'
import { createFastify } from './platform/http/fastify.ts'
import { createLookups } from './platform/http/lookups.ts'
import { serveOwnRoutes } from './platform/http/own-routes.ts'
import { createRateLimit } from './platform/http/rate-limit.ts'
import { createServer, type Server } from './platform/http/serve.ts'
import { serveWeb } from './platform/http/web.ts'
import type { RandomBytes } from './platform/ids.ts'
import type { Worker } from './platform/jobs/worker.ts'
import { createLog, type Log } from './platform/log.ts'
import { openPlatform } from './platform/open-platform.ts'
import type { Platform } from './platform/platform.ts'
import { type Sleep, systemSleep } from './platform/sleep.ts'

/** What may be given instead of the real outside world. */
export interface StartOptions {
  readonly config: Config
  readonly clock?: Clock
  readonly randomBytes?: RandomBytes
  readonly log?: Log
  readonly fetch?: typeof fetch
  readonly sleep?: Sleep
  /** Milliseconds of a clock that only goes forward; limits of requests follow it. */
  readonly monotonic?: () => number
  /** Folder of the built web app. */
  readonly webRoot?: string
}

/** A server that answers. */
export interface RunningServer {
  /** Where it listens: `http://127.0.0.1:7420`. */
  readonly url: string
  readonly platform: Platform
  readonly server: Server
  /** Runs by itself; tests that move the clock need not wait for it. */
  readonly worker: Worker
  /** One-time link that makes the first administrator; undefined when that is done. Show it to whoever starts the server. */
  readonly setUpUrl: string | undefined
  /** Finishes running requests, then lets go of everything. */
  close(): Promise<void>
}

/** Starts the whole server. Whatever fails, nothing stays open. */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const { config } = options
  let listening = ''
  const publicUrl = () => config.publicUrl ?? listening
  const log = options.log ?? createLog(config.logLevel)
  const { platform, close } = await openPlatform(config, {
    clock: options.clock ?? systemClock,
    randomBytes: options.randomBytes ?? randomBytes,
    log,
    fetch: options.fetch ?? fetch,
    sleep: options.sleep ?? systemSleep,
    publicUrl,
  })
  const secure = config.publicUrl?.startsWith('https://') ?? false
  const fastify = createFastify({ ...platform, secure, trustedProxy: config.trustedProxy })
  let worker: Worker | undefined
  const stop = async () => {
    await fastify.close()
    await worker?.stop()
    await platform.audit.drain()
    await close()
  }
  try {
    const cookie = sessionCookie(secure)
    const server = createServer(fastify, {
      lookups: createLookups(platform),
      cookie,
      publicUrl,
      rateLimit: rateLimitOf(options),
    })
    serveOwnRoutes(server, platform.db)
    const app = await createApp({ platform, server, cookie, fastify })
    await serveWeb(fastify, options.webRoot)
    listening = await listen(fastify, config)
    worker = app.worker
    worker.start()
    return { url: listening, platform, server, worker, setUpUrl: await app.setUpUrl(), close: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function rateLimitOf({ config, monotonic = () => performance.now() }: StartOptions) {
  const { addressRequestsPerMinute: addressPerMinute, credentialRequestsPerMinute: credentialPerMinute } = config
  return createRateLimit({ addressPerMinute, credentialPerMinute, now: monotonic })
}

async function listen(fastify: FastifyInstance, { host, port }: Config): Promise<string> {
  await fastify.listen({ host, port })
  const { port: taken } = fastify.server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${taken}`
}
