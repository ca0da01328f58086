import { createServer, type RequestListener, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, openBrowser, openTab, PATIENCE_MS } from './browser.ts'
import { type SignedIn, setUp } from './people.ts'
import { createApp } from './seed.ts'
import { startWebWorld, type WebWorld } from './world.ts'

describe.runIf(hasChromium())('a proxy that leads calls of the API elsewhere', { timeout: 5 * PATIENCE_MS }, () => {
  let browser: Browser
  let world: WebWorld
  let owner: SignedIn
  let elsewhere: Server
  let proxy: Server
  const arrived: string[] = []
  /** What the proxy leads elsewhere, by method and path. */
  let led: string

  beforeAll(async () => {
    browser = await openBrowser()
    world = await startWebWorld()
    owner = await setUp(world.url, world.setUpUrl, { name: 'Dana Espalier', email: 'dana@orchard.example' })
    await createApp(owner, 'Orchard')
    elsewhere = await listen((asked, answer) => {
      arrived.push(asked.url ?? '')
      answer.end()
    })
    proxy = await listen((asked, answer) => {
      if (`${asked.method} ${asked.url?.split('?')[0]}` === led) {
        answer.writeHead(302, { location: `${urlOf(elsewhere)}/login` }).end()
        return
      }
      const { method, headers, url = '/' } = asked
      const passedOn = request(new URL(url, world.url), { method, headers }, (answered) => {
        answer.writeHead(answered.statusCode ?? 502, answered.headers)
        answered.pipe(answer)
      })
      asked.pipe(passedOn)
    })
  })
  afterAll(async () => {
    await browser.close()
    proxy.close()
    elsewhere.close()
    await world.close()
  })

  async function openApps(): Promise<Page> {
    const { page } = await openTab(browser, urlOf(proxy), { cookie: owner.cookie })
    await page.goto('/apps')
    return page
  }

  it.each([
    {
      call: 'who is signed in',
      leads: 'GET /api/v1/me',
      act: async () => {},
    },
    {
      call: 'what a form sends',
      leads: 'POST /api/v1/apps',
      act: async (page: Page) => {
        await page.getByRole('button', { name: 'Create app', exact: true }).first().click()
        await page.getByLabel('Name', { exact: true }).fill('Cider Notes')
        await page.getByRole('dialog').getByRole('button', { name: 'Create app' }).click()
      },
    },
  ])('is told in plain words, and whose move it is: $call', async ({ leads, act }) => {
    led = leads
    const page = await openApps()
    await act(page)
    const told = page.getByRole('alert')
    await told.getByText('Something between this browser and the Cordon server leads elsewhere').waitFor()
    const words = await told.innerText()
    expect(words).toContain(`${urlOf(proxy)} answers with a redirect.`)
    expect(words).toContain('Load the page again')
    expect(words).toContain('ask whoever runs this Cordon server')
    expect(words).not.toContain('HTTP 0')
    expect(arrived, 'nothing follows it').toEqual([])
  })
})

async function listen(handle: RequestListener): Promise<Server> {
  const made = createServer(handle)
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve))
  return made
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
