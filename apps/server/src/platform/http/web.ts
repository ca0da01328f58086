import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { requestErrors } from '@cordon/api/errors'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const ASSET_MAX_AGE = 'public, max-age=31536000, immutable'

/**
 * Serves the web app from a folder, if it is there. Any other address that a browser opens is a page of the web app;
 * everything else that has no route is `request.unknown_route`.
 */
export async function serveWeb(fastify: FastifyInstance, folder: string | undefined): Promise<void> {
  const isBuilt = folder !== undefined && existsSync(join(folder, 'index.html'))
  if (isBuilt) await serveFiles(fastify, folder)
  fastify.setNotFoundHandler((request, reply) => {
    if (!isBuilt || !isPage(request)) throw requestErrors.unknown_route()
    return reply.sendFile('index.html')
  })
}

async function serveFiles(fastify: FastifyInstance, root: string): Promise<void> {
  await fastify.register(fastifyStatic, {
    root,
    cacheControl: false,
    setHeaders: (reply, path) => {
      // The names of assets hold a hash of their content; everything else may change with the next version.
      reply.header('cache-control', path.startsWith(join(root, 'assets')) ? ASSET_MAX_AGE : 'no-cache')
    },
  })
}

function isPage({ method, url, headers }: FastifyRequest): boolean {
  const reads = method === 'GET' || method === 'HEAD'
  return reads && !url.startsWith('/api/') && (headers.accept ?? '').includes('text/html')
}
