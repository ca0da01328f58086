import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { accountRoutes } from './accounts/routes.ts'
import { createClient } from './client.ts'

let elsewhere: Server
let server: Server
/** What arrived at the address that the server leads to. */
const arrived: string[] = []

beforeAll(async () => {
  elsewhere = await listen((request) => arrived.push(`${request.method} ${request.url}`))
  server = await listen((request, response) => {
    if (request.url?.startsWith('/cut')) {
      response.writeHead(200, { 'content-length': '100' }).write('{"id":')
      // The head is on its way by then.
      setImmediate(() => response.destroy())
      return
    }
    const status = Number(request.url?.split('/')[1])
    response.writeHead(status, { location: `${urlOf(elsewhere)}/page?token=marker` }).end()
  })
})
afterAll(() => {
  elsewhere.close()
  server.close()
})

async function listen(handle: Parameters<typeof createServer>[1]): Promise<Server> {
  const made = createServer(handle)
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return made
}

function urlOf(one: Server): string {
  return `http://127.0.0.1:${(one.address() as AddressInfo).port}`
}

test.each([301, 302, 303, 307, 308])(
  'an answer %i is not followed: nothing that was sent goes elsewhere',
  async (status) => {
    const client = createClient({
      baseUrl: `${urlOf(server)}/${status}`,
      fetch,
      headers: () => ({ build_api_token: 'marker' }),
    })
    const body = { email: 'dana@example.com', password: 'marker' }
    await expect(client.call(accountRoutes.signIn, { body })).rejects.toMatchObject({
      code: 'client.unexpected_answer',
      detail: `${urlOf(server)} answers with HTTP ${status} and leads to ${urlOf(elsewhere)}/page`,
    })
    expect(arrived).toEqual([])
  },
)

test('an answer that breaks off is none', async () => {
  const client = createClient({ baseUrl: `${urlOf(server)}/cut`, fetch })
  await expect(client.call(accountRoutes.me)).rejects.toMatchObject({ code: 'client.unreachable' })
})
