import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** How long a handler may take, and how often it is looked at; in milliseconds. */
export interface Deadline {
  readonly limitMs: number
  readonly lookEveryMs: number
}

/**
 * Answers a request whose handler does not end, by `late`; what the handler gives afterwards is dropped. One look at the oldest requests every now
 * and then: a timer and an abort signal for each request cost more than a twentieth of a credential fetch.
 */
export function addDeadline(
  fastify: FastifyInstance,
  { limitMs, lookEveryMs }: Deadline,
  late: (request: FastifyRequest, reply: FastifyReply) => void,
): void {
  // In the order in which they came.
  const underway = new Set<FastifyReply>()
  const look = () => {
    for (const reply of underway) {
      if (reply.elapsedTime < limitMs) return
      underway.delete(reply)
      // Once its head has left, an answer is what it is, however slowly its reader takes it.
      if (!reply.raw.headersSent && !reply.raw.destroyed) late(reply.request, reply)
    }
  }
  const timer = setInterval(look, lookEveryMs).unref()
  fastify.addHook('onRequest', (_request, reply, done) => {
    underway.add(reply)
    done()
  })
  fastify.addHook('onResponse', (_request, reply, done) => {
    underway.delete(reply)
    done()
  })
  fastify.addHook('onClose', (_instance, done) => {
    clearInterval(timer)
    done()
  })
}
