import { accountRoutes } from '@cordon/api/accounts/routes'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hasChromium, openBrowser, openTab, PATIENCE_MS } from './browser.ts'
import { PASSWORD, type SignedIn, setUp } from './people.ts'
import { createApp } from './seed.ts'
import { startWebWorld, type WebWorld } from './world.ts'

describe.runIf(hasChromium())('a session that ends', { timeout: 5 * PATIENCE_MS }, () => {
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

  it('is told where people sign in, and they go on where they were', async () => {
    const appId = await createApp(owner, 'Orchard')
    const { page, complaints } = await openTab(browser, world.url, { cookie: owner.cookie })
    await page.goto(`/apps/${appId}/team`)
    await page.getByRole('button', { name: 'Invite' }).click()
    await owner.client.call(accountRoutes.signOut)
    await page.getByRole('button', { name: 'Make invitation link' }).click()
    await page.getByText('Your session has ended').waitFor()

    await page.getByLabel('E-mail').fill('dana@orchard.example')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Orchard' }).waitFor()
    expect(new URL(page.url()).pathname).toBe(`/apps/${appId}/team`)
    expect(complaints).toEqual([])
  })

  it('is not told to somebody who comes anew, or who leaves', async () => {
    const stranger = await openTab(browser, world.url)
    await stranger.page.goto('/apps')
    await stranger.page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await stranger.page.getByText('Your session has ended').count()).toBe(0)

    const { page } = await openTab(browser, world.url, { cookie: owner.cookie })
    await page.goto('/apps')
    await page.getByRole('button', { name: 'Profile menu of' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    expect(await page.getByText('Your session has ended').count()).toBe(0)
  })
})
