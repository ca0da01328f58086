import { appRoutes } from '@cordon/api/apps/routes'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hasChromium, openBrowser, openTab, PATIENCE_MS } from './browser.ts'
import { type SignedIn, setUp } from './people.ts'
import { createApp } from './seed.ts'
import { startWebWorld, type WebWorld } from './world.ts'

describe.runIf(hasChromium())('deleting an app', { timeout: 5 * PATIENCE_MS }, () => {
  let browser: Browser
  let world: WebWorld
  let owner: SignedIn

  beforeAll(async () => {
    browser = await openBrowser()
  })
  beforeEach(async () => {
    world = await startWebWorld()
    owner = await setUp(world.url, world.setUpUrl, { name: 'Dana Espalier', email: 'dana@orchard.example' })
    return () => world.close()
  })
  afterAll(() => browser.close())

  const names = async () =>
    (await owner.client.call(appRoutes.list, { query: {} })).items.map(({ name }) => name).sort()

  it('takes its name, typed as it is, and leads to the others', async () => {
    const appId = await createApp(owner, 'Orchard')
    await createApp(owner, 'Meadow')
    const { page, complaints } = await openTab(browser, world.url, { cookie: owner.cookie })
    await page.goto(`/apps/${appId}/team`)
    await page.getByRole('button', { name: 'Actions for Orchard' }).click()
    await page.getByRole('menuitem', { name: 'Delete app…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete "Orchard"?' })
    const confirm = dialog.getByRole('button', { name: 'Delete app' })

    await confirm.click()
    await dialog.getByText('Type Orchard, as it stands above').waitFor()
    await dialog.getByLabel('Name of the app').fill('orchard')
    await confirm.click()
    expect(await dialog.getByLabel('Name of the app').getAttribute('aria-invalid')).toBe('true')
    expect(await names(), 'nothing is deleted yet').toEqual(['Meadow', 'Orchard'])

    await dialog.getByLabel('Name of the app').fill('Orchard')
    await confirm.click()
    await page.getByRole('link', { name: 'Meadow' }).waitFor()
    expect(await names()).toEqual(['Meadow'])
    expect(complaints).toEqual([])
  })
})
