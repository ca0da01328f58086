import { buildRoutes } from '@cordon/api/builds/routes'
import { createClient } from '@cordon/api/client'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hasChromium, openBrowser, openTab, PATIENCE_MS, type Tab } from './browser.ts'
import { enter, tabTo, typeInto, waitForFocus } from './keyboard.ts'
import { PASSWORD } from './people.ts'
import { fetchPortalData } from './seed.ts'
import { type KeyFile, newKey, startWebWorld, type WebWorld } from './world.ts'

describe.runIf(hasChromium())(
  'the first run, from the set-up link to an authorised app',
  { timeout: 5 * PATIENCE_MS },
  () => {
    let browser: Browser
    let world: WebWorld
    let tab: Tab
    let page: Page
    let key: KeyFile

    beforeAll(async () => {
      browser = await openBrowser()
    })
    beforeEach(async () => {
      world = await startWebWorld()
      key = newKey(world.simulator)
      tab = await openTab(browser, world.url)
      page = tab.page
      return async () => {
        await tab.context.close()
        await world.close()
      }
    })
    afterAll(() => browser.close())

    function keyFile() {
      const buffer = Buffer.from(key.privateKey)
      return { name: `AuthKey_${key.keyId}.p8`, mimeType: 'application/octet-stream', buffer }
    }

    it('goes by mouse through the menus that people know', async () => {
      await page.goto(world.setUpUrl)
      await page.getByRole('heading', { name: 'Set up Cordon' }).waitFor()
      expect(page.url(), 'the token is out of the address bar').toBe(`${world.url}/set-up`)
      await page.getByLabel('Your name').fill('Dana Espalier')
      await page.getByLabel('E-mail').fill('dana@orchard.example')
      await page.getByLabel('Password').fill(PASSWORD)
      await page.getByRole('button', { name: 'Create administrator' }).click()
      await page.getByRole('heading', { name: 'Apps' }).waitFor()

      await page.getByRole('button', { name: /^Profile menu/ }).click()
      await page.getByRole('menuitem', { name: 'Account settings' }).click()
      await page
        .getByRole('navigation', { name: 'Account settings' })
        .getByRole('link', { name: 'Apple Developer Account' })
        .click()
      await page.getByRole('button', { name: 'Add an account' }).click()
      await page.getByRole('button', { name: /^App Store Connect API key/ }).click()
      await fillByMouse()
      await page.getByRole('button', { name: 'Connect', exact: true }).click()
      await page.getByRole('list', { name: 'Checks against Apple' }).getByText('Key accepted').waitFor()
      await expectNoSecret()
      await page.getByRole('dialog').getByText('No app uses this yet').waitFor()

      await page.getByRole('dialog').getByRole('link', { name: 'Create an app' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Orchard')
      await page.getByRole('dialog').getByRole('button', { name: 'Create app' }).click()
      await page.getByRole('heading', { name: 'Connected Apple Developer Portal account' }).waitFor()
      await page.getByRole('combobox', { name: /App Store Connect API/ }).click()
      await page.getByRole('option', { name: /Orchard Ltd/ }).click()
      await page.getByText('Builds may use it').waitFor()

      expect((await fetchAsBuild()).key_id, 'a build gets the key').toBe(key.keyId)
      await expectNoSecret()
      expect(tab.complaints).toEqual([])
      expect(tab.foreignRequests).toEqual([])
    })

    async function fillByMouse(): Promise<void> {
      const connect = page.getByRole('button', { name: 'Connect', exact: true })
      await page.getByText('Still missing: Name, Issuer ID, Key ID, and Private key (.p8).').waitFor()
      expect(await connect.isDisabled()).toBe(true)
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.getByLabel('Private key (.p8)').click(),
      ])
      await chooser.setFiles(keyFile())
      await page.getByText('Still missing: Name and Issuer ID.').waitFor()
      expect(await page.getByLabel('Key ID').inputValue(), 'proposed from the name of the file').toBe(key.keyId)
      await page.getByLabel('Name', { exact: true }).fill('Orchard Ltd')
      expect(await connect.isDisabled()).toBe(true)
      await page.getByLabel('Issuer ID').fill(key.issuerId ?? '')
      await page.getByText('Still missing').waitFor({ state: 'hidden' })
      expect(await connect.isDisabled()).toBe(false)
    }

    it('goes by keyboard alone', async () => {
      await page.goto(world.setUpUrl)
      await typeInto(page, page.getByLabel('Your name'), 'Dana Espalier')
      await typeInto(page, page.getByLabel('E-mail'), 'dana@orchard.example')
      await typeInto(page, page.getByLabel('Password'), PASSWORD)
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { name: 'Apps' }).waitFor()

      await enter(page, page.getByRole('button', { name: /^Profile menu/ }))
      await page.getByRole('menuitem', { name: 'Account settings' }).waitFor()
      await page.keyboard.press('Enter')
      const leftBar = page.getByRole('navigation', { name: 'Account settings' })
      await enter(page, leftBar.getByRole('link', { name: 'Apple Developer Account' }))
      await enter(page, page.getByRole('button', { name: 'Add an account' }))
      await enter(page, page.getByRole('button', { name: /^App Store Connect API key/ }))
      await fillByKeyboard()
      await enter(page, page.getByRole('button', { name: 'Connect', exact: true }))
      await page.getByRole('dialog').getByText('No app uses this yet').waitFor()

      await enter(page, page.getByRole('dialog').getByRole('link', { name: 'Create an app' }))
      await typeInto(page, page.getByLabel('Name', { exact: true }), 'Orchard')
      await page.keyboard.press('Enter')
      const select = page.getByRole('combobox', { name: /App Store Connect API/ })
      await enter(page, select)
      await page.keyboard.press('ArrowDown')
      await page.keyboard.press('Enter')
      await page.getByText('Builds may use it').waitFor()

      // The focus stays where the choice was made.
      await waitForFocus(select)
      expect((await fetchAsBuild()).key_id).toBe(key.keyId)
      expect(tab.complaints).toEqual([])
    })

    async function fillByKeyboard(): Promise<void> {
      // The first listener makes the browser hand file dialogs over, and that takes a moment: before, they open unseen.
      page.on('filechooser', () => {})
      await typeInto(page, page.getByLabel('Name', { exact: true }), 'Orchard Ltd')
      await typeInto(page, page.getByLabel('Issuer ID'), key.issuerId ?? '')
      await tabTo(page, page.getByLabel('Private key (.p8)'))
      const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.keyboard.press('Enter')])
      await chooser.setFiles(keyFile())
      await page.getByText('Still missing').waitFor({ state: 'hidden' })
    }

    it('closes a dialog with Escape and gives the focus back to what opened it', async () => {
      await page.goto(world.setUpUrl)
      await typeInto(page, page.getByLabel('Your name'), 'Dana Espalier')
      await typeInto(page, page.getByLabel('E-mail'), 'dana@orchard.example')
      await typeInto(page, page.getByLabel('Password'), PASSWORD)
      await page.keyboard.press('Enter')
      const create = page.getByRole('button', { name: 'Create app', exact: true })
      await enter(page, create)
      await page.getByRole('dialog', { name: 'Create an app' }).waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'hidden' })
      await waitForFocus(create)
    })

    async function expectNoSecret(): Promise<void> {
      const marker = key.privateKey.split('\n')[1] ?? ''
      const kept = await page.evaluate(() =>
        JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
      )
      const fields = await page.evaluate(() =>
        [...document.querySelectorAll('input')].map((input) => input.value).join(),
      )
      expect(marker.length).toBeGreaterThan(40)
      expect((await page.content()) + kept + fields).not.toContain(marker)
    }

    async function fetchAsBuild(): Promise<Record<string, unknown>> {
      const [cookie] = await tab.context.cookies()
      const headers = () => ({ cookie: `${cookie?.name}=${cookie?.value}`, origin: world.url })
      const client = createClient({ baseUrl: world.url, fetch, headers })
      const appId = /\/apps\/(app_[^/]+)/.exec(page.url())?.[1] ?? ''
      return fetchPortalData(await client.call(buildRoutes.start, { params: { appId }, body: {} }))
    }
  },
)
