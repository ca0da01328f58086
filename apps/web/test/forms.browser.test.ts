import { accountRoutes } from '@cordon/api/accounts/routes'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectAppleId, newAppleId } from './apple-ids.ts'
import { changePerson, hasChromium, openBrowser, openTab, PATIENCE_MS, type Tab } from './browser.ts'
import { waitForFocus } from './keyboard.ts'
import { addPerson, PASSWORD, type SignedIn, setUp } from './people.ts'
import { createApp } from './seed.ts'
import { connect, newKey, startWebWorld, type WebWorld } from './world.ts'

const PHONE = { width: 390, height: 664 }
const ACCOUNT = '/account/apple-developer-account'
const TOO_LONG = 'x'.repeat(300)

/** A form, filled in so that the page itself has nothing against it. */
interface Filled {
  readonly name: string
  /** Whose it is; nobody's when it is of those who are not signed in. */
  readonly as: 'owner' | 'nobody'
  readonly path: () => string
  readonly fill: (page: Page) => Promise<unknown>
  readonly submit: string
  /** What goes to the server instead of what was typed, as from a page of another version. */
  readonly spoil: (body: Record<string, unknown>) => Record<string, unknown>
  /** The field that the server then refuses. */
  readonly field: (page: Page) => Locator
}

describe.runIf(hasChromium())('what the server says of a field', { timeout: 5 * PATIENCE_MS }, () => {
  let browser: Browser
  let world: WebWorld
  let owner: SignedIn
  let appId: string
  let invitationUrl: string
  let tab: Tab
  let page: Page

  beforeAll(async () => {
    browser = await openBrowser()
    world = await startWebWorld()
    owner = await setUp(world.url, world.setUpUrl, { name: 'Dana Espalier', email: 'dana@orchard.example' })
    await addPerson(world.url, owner, { name: 'Robin Quince', email: 'robin@orchard.example' })
    appId = await createApp(owner, 'Orchard')
    await connect(owner, newKey(world.simulator), 'Key of Dana')
    newAppleId(world.simulator, { email: 'ci@orchard.example' })
    await connectAppleId(owner, world.simulator, 'ci@orchard.example', 'CI account')
    const { url } = await owner.client.call(accountRoutes.invite, { body: { role: 'member', note: '' } })
    invitationUrl = url
    tab = await openTab(browser, world.url, { viewport: PHONE })
    page = tab.page
  })
  beforeEach(() => async () => {
    await page.unrouteAll()
    expect(tab.complaints).toEqual([])
  })
  afterAll(async () => {
    await browser.close()
    await world.close()
  })

  const labelled = (label: string) => (page: Page) => page.getByLabel(label, { exact: true })
  const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).first().click()
  const choose = async (page: Page, menu: string, item: string) => {
    await press(page, menu)
    await page.getByRole('menuitem', { name: item }).click()
  }

  const forms: readonly Filled[] = [
    {
      name: 'sign-in',
      as: 'nobody',
      path: () => '/sign-in',
      fill: async (page) => {
        await page.getByLabel('E-mail').fill('dana@orchard.example')
        await page.getByLabel('Password').fill(PASSWORD)
      },
      submit: 'Sign in',
      spoil: (body) => ({ ...body, email: 'nobody' }),
      field: labelled('E-mail'),
    },
    {
      name: 'the account that an invitation makes',
      as: 'nobody',
      path: () => invitationUrl,
      fill: async (page) => {
        await page.getByLabel('Your name').fill('Sam Pippin')
        await page.getByLabel('E-mail').fill('sam@orchard.example')
        await page.getByLabel('Password').fill(PASSWORD)
      },
      submit: 'Create account and accept',
      spoil: (body) => ({ ...body, account: { name: 'Sam', email: 'sam@orchard.example', password: 'short' } }),
      field: labelled('Password'),
    },
    {
      name: 'the own name',
      as: 'owner',
      path: () => '/account/profile',
      fill: (page) => page.getByLabel('Name', { exact: true }).fill('Dana E.'),
      submit: 'Save name',
      spoil: () => ({ name: TOO_LONG }),
      field: labelled('Name'),
    },
    {
      name: 'the own password',
      as: 'owner',
      path: () => '/account/profile',
      fill: async (page) => {
        await page.getByLabel('Current password').fill(PASSWORD)
        await page.getByLabel('New password').fill(PASSWORD)
      },
      submit: 'Change password',
      spoil: (body) => ({ ...body, newPassword: 'short' }),
      field: labelled('New password'),
    },
    {
      name: 'a new personal token',
      as: 'owner',
      path: () => '/account/personal-tokens',
      fill: async (page) => {
        await press(page, 'New token')
        await page.getByLabel('Name', { exact: true }).fill('laptop')
      },
      submit: 'Make token',
      spoil: (body) => ({ ...body, expiresInDays: 0 }),
      field: labelled('Expires after'),
    },
    {
      name: 'a new trigger token',
      as: 'owner',
      path: () => `/apps/${appId}/access`,
      fill: async (page) => {
        await press(page, 'New trigger token')
        await page.getByLabel('Name', { exact: true }).fill('Jenkins')
      },
      submit: 'Make token',
      spoil: (body) => ({ ...body, expiresInDays: 0 }),
      field: labelled('Expires after'),
    },
    {
      name: 'a new app',
      as: 'owner',
      path: () => '/apps?create=true',
      fill: (page) => page.getByLabel('Name', { exact: true }).fill('Cider Notes'),
      submit: 'Create app',
      spoil: () => ({ name: '' }),
      field: labelled('Name'),
    },
    {
      name: 'an invitation to a team',
      as: 'owner',
      path: () => `/apps/${appId}/team`,
      fill: (page) => press(page, 'Invite'),
      submit: 'Make invitation link',
      spoil: (body) => ({ ...body, note: TOO_LONG }),
      field: (page) => page.getByLabel('Note'),
    },
    {
      name: 'a test device',
      as: 'owner',
      path: () => '/account/test-devices',
      fill: async (page) => {
        await press(page, 'Add device')
        await page.getByLabel('Title').fill('Test iPad')
        await page.getByLabel('Identifier (UDID)').fill('00008103-00112233AABB001E')
      },
      submit: 'Add device',
      spoil: (body) => ({ ...body, identifier: 'none' }),
      field: labelled('Identifier (UDID)'),
    },
    {
      name: 'the new name of a connection',
      as: 'owner',
      path: () => ACCOUNT,
      fill: (page) => choose(page, 'Actions for Key of Dana', 'Rename…'),
      submit: 'Save',
      spoil: () => ({ name: TOO_LONG }),
      field: labelled('Name'),
    },
    {
      name: 'the new owner of a connection',
      as: 'owner',
      path: () => ACCOUNT,
      fill: async (page) => {
        await choose(page, 'Actions for Key of Dana', 'Transfer…')
        await page.getByLabel('E-mail of the new owner').fill('robin@orchard.example')
      },
      submit: 'Transfer',
      spoil: () => ({ email: TOO_LONG }),
      field: labelled('E-mail of the new owner'),
    },
    {
      name: 'an app-specific password',
      as: 'owner',
      path: () => ACCOUNT,
      fill: async (page) => {
        await choose(page, 'Actions for CI account', 'App-specific password…')
        await page.getByRole('textbox', { name: 'App-specific password' }).fill('abcd-efgh-ijkl-mnop')
      },
      submit: 'Store',
      spoil: () => ({ appSpecificPassword: 'abcd' }),
      field: (page) => page.getByRole('textbox', { name: 'App-specific password' }),
    },
    {
      name: 'a new Apple ID',
      as: 'owner',
      path: () => ACCOUNT,
      fill: (page) => fillAppleId(page, 'Correct-Horse-1'),
      submit: 'Store credentials',
      spoil: (body) => ({ ...body, accountName: 'nobody' }),
      field: (page) => page.getByRole('textbox', { name: 'Apple ID', exact: true }),
    },
  ]

  async function fillAppleId(page: Page, password: string): Promise<void> {
    await press(page, 'Add an account')
    await page.getByRole('button', { name: /^Apple ID/ }).click()
    await page.getByLabel('Name', { exact: true }).fill('Release account')
    await page.getByRole('textbox', { name: 'Apple ID', exact: true }).fill('release@orchard.example')
    await page.getByLabel('Password', { exact: true }).fill(password)
  }

  it.each(forms)('is told once, at the field, which has the focus and is in sight: $name', async (form) => {
    if (form.as === 'owner') await changePerson(tab, world.url, owner.cookie)
    else await tab.context.clearCookies()
    await page.goto(form.path())
    await form.fill(page)
    await spoilBodies(page, form.spoil)
    // The form lies over the page, whose button to open it may be named alike.
    await page.getByRole('button', { name: form.submit, exact: true }).last().click()
    await expectToldOnce(page, form.field(page))
  })

  it('is told so at set-up, too', async () => {
    const empty = await startWebWorld()
    const fresh = await openTab(browser, empty.url, { viewport: PHONE })
    await fresh.page.goto(empty.setUpUrl)
    await fresh.page.getByLabel('Your name').fill('Dana Espalier')
    await fresh.page.getByLabel('E-mail').fill('dana@orchard.example')
    await fresh.page.getByLabel('Password').fill(PASSWORD)
    await spoilBodies(fresh.page, (body) => ({ ...body, password: 'short' }))
    await press(fresh.page, 'Create administrator')
    await expectToldOnce(fresh.page, fresh.page.getByLabel('Password'))
    await fresh.context.close()
    await empty.close()
  })

  it('is what the page itself says of a password that is too long for an Apple ID', async () => {
    await changePerson(tab, world.url, owner.cookie)
    await page.goto(ACCOUNT)
    await fillAppleId(page, TOO_LONG)
    await press(page, 'Store credentials')
    await expectToldOnce(page, page.getByLabel('Password', { exact: true }))
    await page.getByText('Must have at most 256 characters', { exact: true }).waitFor()
  })
})

/** Lets a body that a page sends reach the server changed. */
async function spoilBodies(page: Page, spoil: Filled['spoil']): Promise<void> {
  await page.route('**/api/v1/**', async (route) => {
    const request = route.request()
    if (request.postData() === null) await route.continue()
    else await route.continue({ postData: JSON.stringify(spoil(request.postDataJSON())) })
  })
}

async function expectToldOnce(page: Page, field: Locator): Promise<void> {
  await waitForFocus(field)
  const id = await field.getAttribute('id')
  const message = page.locator(`[id="${id}-error"]`)
  await message.waitFor()
  expect(await field.getAttribute('aria-invalid')).toBe('true')
  expect(await page.getByText(await message.innerText()).count(), 'once').toBe(1)
  expect(await page.getByRole('alert').count(), 'and in no alert').toBe(0)
  expect(await isInSight(message), 'and not below the edge or the buttons').toBe(true)
}

function isInSight(element: Locator): Promise<boolean> {
  return element.evaluate((node) => {
    const { left, top, bottom, width } = node.getBoundingClientRect()
    const seen = document.elementFromPoint(left + width / 4, (top + bottom) / 2)
    return top >= 0 && bottom <= window.innerHeight && seen === node
  })
}
