import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { type PostgresServer, startPostgres } from './postgres-server.ts'

/**
 * One PostgreSQL for a whole test run, started when the first test asks for it and stopped at the end. Where none can be
 * had, the answer is the reason, and the run's last lines say it.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  let started: Promise<PostgresServer> | undefined
  let missing: string | undefined
  const broker = createServer((_request, response) => {
    started ??= startPostgres()
    started
      .then(({ url }) => response.end(JSON.stringify({ url })))
      .catch((error: Error) => {
        missing = error.message
        response.end(JSON.stringify({ reason: error.message }))
      })
  })
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve))
  project.provide('postgresBroker', `http://127.0.0.1:${(broker.address() as AddressInfo).port}/`)
  return async () => {
    broker.closeAllConnections()
    broker.close()
    if (missing !== undefined) process.stdout.write(`\nPostgreSQL tests were skipped: ${missing}\n`)
    await started?.then((server) => server.stop()).catch(() => {})
  }
}
