import { buildRoutes } from '@cordon/api/builds/routes'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { hasChromium, openBrowser, openTab, PATIENCE_MS } from './browser.ts'
import { enter, waitForFocus } from './keyboard.ts'
import { addPerson, joinTeam, PASSWORD, type SignedIn, setUp } from './people.ts'
import { authorise, createApp, fetchPortalData } from './seed.ts'
import { connect, type KeyFile, newKey, startWebWorld, type WebWorld } from './world.ts'

describe.runIf(hasChromium())('which connections an app may use', { timeout: 5 * PATIENCE_MS }, () => {
  let browser: Browser
  let world: WebWorld
  let owner: SignedIn
  let appId: string

  beforeAll(async () => {
    browser = await openBrowser()
  })
  beforeEach(async () => {
    world = await startWebWorld()
    owner = await setUp(world.url, world.setUpUrl, { name: 'Dana Espalier', email: 'dana@orchard.example' })
    appId = await createApp(owner, 'Orchard')
    return () => world.close()
  })
  afterAll(() => browser.close())

  async function teamPage(person: SignedIn): Promise<Page> {
    const { page } = await openTab(browser, world.url, { cookie: person.cookie })
    await page.goto(`/apps/${appId}/team`)
    await page.getByRole('heading', { name: 'Connected Apple Developer Portal account' }).waitFor()
    return page
  }

  async function optionsOf(page: Page): Promise<string[]> {
    await page.getByRole('combobox', { name: /App Store Connect API/ }).click()
    return page.getByRole('option').allInnerTexts()
  }

  it("offers the owner's and an invited admin's keys, not a developer's, and suspends when the admin is demoted", async () => {
    const developer = await addPerson(world.url, owner, { name: 'Sam Pippin', email: 'sam@orchard.example' })
    await joinTeam(owner, appId, developer, 'developer')
    await connect(owner, newKey(world.simulator), 'Key of Dana')
    await connect(developer, newKey(world.simulator), 'Key of Sam')
    const page = await teamPage(owner)
    const adminKey = await inviteAdminWithKey(page)

    await page.reload()
    const options = (await optionsOf(page)).join('\n')
    expect(options).toContain('Key of Dana')
    expect(options).toContain('Key of Robin')
    expect(options).not.toContain('Key of Sam')
    await page.getByRole('option', { name: /Key of Robin/ }).click()
    await page.getByText('Builds may use it').waitFor()

    const build = await owner.client.call(buildRoutes.start, { params: { appId }, body: {} })
    expect((await fetchPortalData(build)).key_id).toBe(adminKey.keyId)

    await page.getByLabel('Role of Robin Quince').selectOption('developer')
    await page.getByText('Builds get no Apple connection').waitFor()
    await page.getByText('Robin Quince is neither owner nor admin of this app any more').waitFor()
    const after = await fetchPortalData(build)
    expect(after).not.toHaveProperty('key_id')
    expect(after).not.toHaveProperty('private_key')
    expect(after).toMatchObject({ cordon: { reason: 'authorisation_suspended' } })
  })

  // By the links that people use: made on the Team tab, opened by somebody without an account.
  async function inviteAdminWithKey(page: Page): Promise<KeyFile> {
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    await page.getByRole('dialog').getByLabel('Role').selectOption('admin')
    await page.getByRole('button', { name: 'Make invitation link' }).click()
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    const link = await page.locator('[data-secret="invitation link"]').innerText()
    await page.getByRole('button', { name: 'Done' }).click()

    const guest = await openTab(browser, world.url)
    await guest.page.goto(link)
    await guest.page.getByRole('heading', { name: 'Join Orchard' }).waitFor()
    expect(guest.page.url(), 'the token is out of the address bar').toBe(`${world.url}/invitation`)
    await guest.page.getByLabel('Your name').fill('Robin Quince')
    await guest.page.getByLabel('E-mail').fill('robin@orchard.example')
    await guest.page.getByLabel('Password').fill(PASSWORD)
    await guest.page.getByRole('button', { name: 'Create account and accept' }).click()
    await guest.page.getByRole('heading', { name: 'Orchard', exact: true }).waitFor()
    return connectInBrowser(guest.page, 'Key of Robin')
  }

  async function connectInBrowser(page: Page, name: string): Promise<KeyFile> {
    const key = newKey(world.simulator)
    await page.goto('/account/apple-developer-account')
    await page.getByRole('button', { name: 'Add an account' }).click()
    await page.getByRole('button', { name: /^App Store Connect API key/ }).click()
    await page.getByLabel('Name', { exact: true }).fill(name)
    await page.getByLabel('Issuer ID').fill(key.issuerId ?? '')
    const buffer = Buffer.from(key.privateKey)
    await page
      .getByLabel('Private key (.p8)')
      .setInputFiles({ name: `AuthKey_${key.keyId}.p8`, mimeType: 'application/octet-stream', buffer })
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByText(`"${name}" is stored`).waitFor()
    return key
  }

  it('tells once, at the field, that a chosen file is no key, and takes the right one then', async () => {
    const { page } = await openTab(browser, world.url, { cookie: owner.cookie })
    const key = newKey(world.simulator)
    await page.goto('/account/apple-developer-account')
    await page.getByRole('button', { name: 'Add an account' }).click()
    await page.getByRole('button', { name: /^App Store Connect API key/ }).click()
    await page.getByLabel('Name', { exact: true }).fill('Key of Dana')
    await page.getByLabel('Issuer ID').fill(key.issuerId ?? '')
    const file = page.getByLabel('Private key (.p8)')
    const choose = (text: string) =>
      file.setInputFiles({
        name: `AuthKey_${key.keyId}.p8`,
        mimeType: 'application/octet-stream',
        buffer: Buffer.from(text),
      })
    await choose('this is no key')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByText('The file is not a key at all.').waitFor()
    await waitForFocus(file)
    expect(await page.getByText('is not a key at all').count()).toBe(1)
    expect(await page.getByRole('dialog').innerText()).not.toContain('key.privateKey')
    expect(await page.getByRole('dialog').getByRole('alert').count()).toBe(0)
    await choose(key.privateKey)
    // Once the file has been read.
    await page.getByText('is not a key at all').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByText('"Key of Dana" is stored').waitFor()
  })

  it('keeps what is typed while the file of a key is still read', async () => {
    const { page } = await openTab(browser, world.url, { cookie: owner.cookie })
    const key = newKey(world.simulator)
    await page.addInitScript(() => {
      const read = Blob.prototype.text
      const isLetGo = new Promise((resolve) => window.addEventListener('let-go', resolve))
      Blob.prototype.text = async function () {
        await isLetGo
        return read.call(this)
      }
    })
    await page.goto('/account/apple-developer-account')
    await page.getByRole('button', { name: 'Add an account' }).click()
    await page.getByRole('button', { name: /^App Store Connect API key/ }).click()
    const buffer = Buffer.from(key.privateKey)
    await page
      .getByLabel('Private key (.p8)')
      .setInputFiles({ name: `AuthKey_${key.keyId}.p8`, mimeType: 'application/octet-stream', buffer })
    await page.getByLabel('Name', { exact: true }).fill('Key of Dana')
    await page.getByLabel('Issuer ID').fill(key.issuerId ?? '')
    await page.evaluate(() => window.dispatchEvent(new Event('let-go')))
    await page.getByText('Taken from the name of the file.').waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Key of Dana')
    expect(await page.getByLabel('Issuer ID').inputValue()).toBe(key.issuerId)
    expect(await page.getByLabel('Key ID').inputValue()).toBe(key.keyId)
  })

  it('greys a key that its owner keeps to themselves, says why, and takes no press on it', async () => {
    const admin = await addPerson(world.url, owner, { name: 'Robin Quince', email: 'robin@orchard.example' })
    await joinTeam(owner, appId, admin, 'admin')
    await connect(admin, newKey(world.simulator), 'Key of Robin')
    const { page: own } = await openTab(browser, world.url, { cookie: admin.cookie })
    await own.goto('/account/apple-developer-account')
    await own.getByLabel('Only where I choose it').click()
    await own.getByText('Only you may choose it now').waitFor()

    const page = await teamPage(owner)
    await optionsOf(page)
    const greyed = page.getByRole('option', { name: /Key of Robin/ })
    expect(await greyed.getAttribute('aria-disabled')).toBe('true')
    expect(await greyed.innerText()).toContain('Only Robin Quince may choose it.')
    await greyed.click({ force: true })
    expect(await page.getByRole('combobox', { name: /App Store Connect API/ }).innerText()).toBe('Connection not set')

    const ownTeamPage = await teamPage(admin)
    await optionsOf(ownTeamPage)
    await ownTeamPage.getByRole('option', { name: /Key of Robin/ }).click()
    await ownTeamPage.getByText('Builds may use it').waitFor()
  })

  it('tests a key in place, by keyboard, and says what was tried, what failed and whose move it is', async () => {
    const key = newKey(world.simulator)
    const { id } = await connect(owner, key, 'Key of Dana')
    await authorise(owner, appId, id)
    const page = await teamPage(owner)
    const test = page.getByRole('button', { name: 'Test the key' })
    const result = page.getByRole('status', { name: 'Result of the test of the key' })
    expect(await result.innerText(), 'the live region is there before it speaks').toBe('')
    await enter(page, test)
    await result.getByText('4 checks, none failed.').waitFor()
    await result.getByText('Apple accepts the key.').waitFor()
    expect(await result.innerText()).not.toContain('move')
    await waitForFocus(test)

    world.simulator.revokeKey(key.keyId)
    await page.keyboard.press('Enter')
    await result.getByText('Rejected by Apple').waitFor()
    await result.getByText('4 checks, 1 failed.').waitFor()
    await result.getByText(/^Your move: compare key ID/).waitFor()

    const admin = await addPerson(world.url, owner, { name: 'Robin Quince', email: 'robin@orchard.example' })
    await joinTeam(owner, appId, admin, 'admin')
    const theirs = await teamPage(admin)
    await theirs.getByRole('button', { name: 'Test the key' }).click()
    await theirs.getByText(/^The move of Dana Espalier, who owns the connection: compare/).waitFor()
  })

  it('stores a key that Apple rejects only when the person insists, here with a dropped file', async () => {
    const key = newKey(world.simulator)
    world.simulator.revokeKey(key.keyId)
    const { page } = await openTab(browser, world.url, { cookie: owner.cookie })
    await page.goto('/account/apple-developer-account')
    await page.getByRole('button', { name: 'Add an account' }).click()
    await page.getByRole('button', { name: /^App Store Connect API key/ }).click()
    await page.getByLabel('Name', { exact: true }).fill('Revoked')
    await page.getByLabel('Issuer ID').fill(key.issuerId ?? '')
    const dropped = await page.evaluateHandle(
      ([name, text]) => {
        const transfer = new DataTransfer()
        transfer.items.add(new File([text ?? ''], name ?? ''))
        return transfer
      },
      [`AuthKey_${key.keyId}.p8`, key.privateKey],
    )
    await page.getByLabel('Private key (.p8)').dispatchEvent('drop', { dataTransfer: dropped })
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByRole('alert').getByText('Apple does not accept this key').waitFor()
    await page.getByRole('alert').getByText('Request id').waitFor()

    await page.getByRole('button', { name: 'Store untested' }).click()
    await page.getByText('"Revoked" is stored').waitFor()
  })
})
