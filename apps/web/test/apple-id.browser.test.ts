import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { buildRoutes } from '@cordon/api/builds/routes'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { DAY_MS, SECOND_MS } from '@cordon/core/instant'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { APPLE_PASSWORD, connectAppleId, newAppleId } from './apple-ids.ts'
import { changePerson, hasChromium, openBrowser, openTab, PATIENCE_MS, type Tab } from './browser.ts'
import { chooseNext, enter, tabTo, typeInto, waitForFocus } from './keyboard.ts'
import { addPerson, joinTeam, PASSWORD, type SignedIn, setUp, signIn } from './people.ts'
import { createApp, fetchPortalData } from './seed.ts'
import { connect, newKey, startWebWorld, type WebWorld } from './world.ts'

const PAGE = '/account/apple-developer-account'
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' })

describe.runIf(hasChromium())('an Apple ID as a connection', { timeout: 5 * PATIENCE_MS }, () => {
  let browser: Browser
  let world: WebWorld
  let administrator: SignedIn
  let tests = 0
  /** Of each test, in one world for all. */
  let owner: SignedIn
  let ownEmail: string
  let email: string
  /** Of the owner. */
  let tab: Tab
  let page: Page
  /** Of others. */
  let others: Tab[]

  beforeAll(async () => {
    browser = await openBrowser()
    world = await startWebWorld()
    administrator = await setUp(world.url, world.setUpUrl, { name: 'Kim Costard', email: 'kim@orchard.example' })
    tab = await openTab(browser, world.url)
    page = tab.page
  })
  beforeEach(async () => {
    tests += 1
    others = []
    email = `ci${tests}@orchard.example`
    ownEmail = `dana${tests}@orchard.example`
    owner = await addPerson(world.url, administrator, { name: 'Dana Espalier', email: ownEmail })
    await changePerson(tab, world.url, owner.cookie)
    return async () => {
      await Promise.all(others.map(({ context }) => context.close()))
      expect(tab.complaints).toEqual([])
      expect(tab.foreignRequests).toEqual([])
    }
  })
  afterAll(async () => {
    await browser.close()
    await world.close()
  })

  async function tabOf(person?: SignedIn): Promise<Tab> {
    const opened = await openTab(browser, world.url, person === undefined ? {} : { cookie: person.cookie })
    others.push(opened)
    return opened
  }

  function colleague(name: string): Promise<SignedIn> {
    return addPerson(world.url, administrator, { name, email: `${name.split(' ')[0]}${tests}@orchard.example` })
  }

  function codeOf(place: 'device' | number): string {
    return world.simulator.codeOf(email, place) ?? ''
  }

  function wrongCode(): string {
    return codeOf('device') === '111111' ? '222222' : '111111'
  }

  const boxes = (page: Page) => page.getByRole('textbox', { name: 'Code of 6 digits' })
  const verify = (page: Page) => page.getByRole('button', { name: 'Verify' })

  /** Waits until a refused code is told and out of the boxes: what is typed before goes with it. */
  async function refused(page: Page, left: string): Promise<void> {
    await page.getByText(left, { exact: true }).waitFor()
    await page.getByText('Apple does not take this code', { exact: true }).waitFor()
    await page.waitForFunction(() => document.querySelector<HTMLInputElement>('input[name="code"]')?.value === '')
  }

  async function answer(page: Page): Promise<void> {
    // The code is there when Apple has sent it.
    await boxes(page).waitFor()
    await boxes(page).fill(codeOf('device'))
    await verify(page).click()
  }

  async function storeCredentials(page: Page): Promise<void> {
    await page.goto(PAGE)
    await page.getByRole('button', { name: 'Add an account' }).click()
    await page.getByRole('button', { name: /^Apple ID/ }).click()
    const store = page.getByRole('button', { name: 'Store credentials' })
    await page.getByText('Still missing: Name, Apple ID, and Password.').waitFor()
    expect(await store.isDisabled()).toBe(true)
    await page.getByLabel('Name', { exact: true }).fill('CI account')
    await page.getByRole('textbox', { name: 'Apple ID', exact: true }).fill(email)
    await page.getByLabel('Password', { exact: true }).fill(APPLE_PASSWORD)
    await store.click()
  }

  async function expectNoPassword(page: Page): Promise<void> {
    const kept = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href]),
    )
    const fields = await page.evaluate(() => [...document.querySelectorAll('input')].map(({ value }) => value).join())
    expect((await page.content()) + kept + fields).not.toContain(APPLE_PASSWORD)
  }

  function thirtyDaysOn(): string {
    return DATE.format(world.clock.now() + 30 * DAY_MS)
  }

  it('is connected with the code of a device: a wrong one, a reload, then the right one', async () => {
    newAppleId(world.simulator, { email })
    await storeCredentials(page)
    await page.getByRole('heading', { name: 'Enter the code from Apple' }).waitFor()
    // One can type at once.
    await waitForFocus(boxes(page))
    await expectNoPassword(page)

    await page.keyboard.insertText(wrongCode())
    await verify(page).click()
    await refused(page, '2 tries left')
    await waitForFocus(boxes(page))

    await page.reload()
    await page.getByText('2 tries left', { exact: true }).waitFor()
    const code = codeOf('device')
    await waitForFocus(boxes(page))
    await page.keyboard.insertText(`${code.slice(0, 3)} ${code.slice(3)}`)
    expect(await boxes(page).inputValue(), 'pasted with a blank').toBe(code)
    await verify(page).click()

    await page.getByRole('heading', { name: '"CI account" is connected' }).waitFor()
    await page.getByRole('dialog').getByText(`Valid until ${thirtyDaysOn()} · 30 days left.`).waitFor()
    await page.getByRole('dialog').getByText('No app uses this yet').waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
    const card = page.getByRole('article', { name: 'CI account' })
    await card.getByText(`Valid until ${thirtyDaysOn()} · 30 days left.`).waitFor()
    await card.getByText(/^Orchard Ltd [A-Z0-9]{10}$/).waitFor()
    await expectNoPassword(page)
  })

  it('is connected by keyboard alone, with the code of a text message', async () => {
    const phones = [{ number: '+49 1511 2345685' }, { number: '+49 1511 2345642' }]
    newAppleId(world.simulator, { email, devices: [], phones })
    await page.goto(PAGE)
    await enter(page, page.getByRole('button', { name: 'Add an account' }))
    await enter(page, page.getByRole('button', { name: /^Apple ID/ }))
    await typeInto(page, page.getByLabel('Name', { exact: true }), 'CI account')
    await typeInto(page, page.getByRole('textbox', { name: 'Apple ID', exact: true }), email)
    await typeInto(page, page.getByLabel('Password', { exact: true }), APPLE_PASSWORD)
    await page.keyboard.press('Enter')

    await page.getByText('No code is sent yet.').waitFor()
    await tabTo(page, page.getByRole('radio', { name: /^SMS to .*85$/ }))
    await chooseNext(page, page.getByRole('radio', { name: /^Call .*85$/ }))
    await chooseNext(page, page.getByRole('radio', { name: /^SMS to .*42$/ }))
    await waitForFocus(page.getByRole('radio', { name: /^SMS to .*42$/ }))
    await enter(page, page.getByRole('button', { name: 'Send the code' }))
    await page.getByText(/^Sent by SMS to .*42\.$/).waitFor()
    // The focus goes on to the boxes.
    await waitForFocus(boxes(page))

    const code = codeOf(2)
    await page.keyboard.type(`${code.slice(0, 2)}${Number(code[2]) === 0 ? 1 : 0}${code.slice(3)}`)
    for (const _ of code.slice(2)) await page.keyboard.press('ArrowLeft')
    await page.keyboard.type(code[2] ?? '')
    expect(await boxes(page).inputValue(), 'a digit is typed over').toBe(code)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '"CI account" is connected' }).waitFor()
    await waitForFocus(page.getByRole('button', { name: 'Done' }))
  })

  it('gets another code when the countdown is over, and takes the newest', async () => {
    newAppleId(world.simulator, { email })
    const { page } = await tabOf(owner)
    await page.clock.install()
    await storeCredentials(page)
    const again = page.getByRole('button', { name: /^Send again/ })
    await again.waitFor()
    expect(await again.isDisabled()).toBe(true)
    const first = codeOf('device')
    world.clock.advance(60 * SECOND_MS)
    await page.clock.fastForward(60 * SECOND_MS)
    await again.click()
    await page.getByText('2 more codes can be sent').waitFor()
    expect(codeOf('device')).not.toBe(first)
    await answer(page)
    await page.getByRole('heading', { name: '"CI account" is connected' }).waitFor()
  })

  it('is over after three wrong codes, and starts again with what was typed but the password', async () => {
    newAppleId(world.simulator, { email })
    await storeCredentials(page)
    for (const left of ['2 tries left', '1 try left', undefined]) {
      await boxes(page).fill(wrongCode())
      await verify(page).click()
      if (left !== undefined) await refused(page, left)
    }
    await page.getByRole('heading', { name: 'Not signed in' }).waitFor()
    await page.getByRole('button', { name: 'Start again' }).click()
    await page.getByText('Still missing: Password.').waitFor()
    expect(await page.getByRole('textbox', { name: 'Apple ID', exact: true }).inputValue()).toBe(email)
  })

  it('without two-factor authentication is connected at once, and promises no date', async () => {
    newAppleId(world.simulator, { email, secondFactor: 'none' })
    await storeCredentials(page)
    await page.getByRole('dialog').getByText('It does not expire by date').waitFor()
  })

  it('says what Apple says of a wrong password, and keeps the rest of the form', async () => {
    newAppleId(world.simulator, { email, password: 'Another-Horse-2' })
    await storeCredentials(page)
    await page.getByRole('alert').waitFor()
    expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('CI account')
  })

  it('can be closed and taken up again while it waits for its code', async () => {
    newAppleId(world.simulator, { email })
    await storeCredentials(page)
    await boxes(page).waitFor()
    await page.keyboard.press('Escape')
    await page.getByText(`The sign-in to ${email} waits for its code`).waitFor()
    await page.getByRole('button', { name: 'Go on' }).click()
    await boxes(page).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()
    await page.getByText('Sign-in cancelled').waitFor()
    await page.getByText('No connection yet').waitFor()
  })

  it('is found again at the plain address of the page, to go on with or to start again', async () => {
    newAppleId(world.simulator, { email })
    await storeCredentials(page)
    await boxes(page).waitFor()
    const waits = page.getByText(`The sign-in to ${email} waits for its code`)
    await page.goto(PAGE)
    await waits.waitFor()
    await expectNoPassword(page)
    await page.getByRole('button', { name: 'Go on' }).click()
    await waitForFocus(boxes(page))
    await page.getByText('3 tries left', { exact: true }).waitFor()

    await page.goto(PAGE)
    await page.getByRole('button', { name: 'Start again' }).click()
    await page.getByText('Still missing: Password.').waitFor()
    expect(await page.getByRole('textbox', { name: 'Apple ID', exact: true }).inputValue()).toBe(email)
    expect(await waits.count(), 'the one before is over').toBe(0)
    await page.getByLabel('Password', { exact: true }).fill(APPLE_PASSWORD)
    await page.getByRole('button', { name: 'Store credentials' }).click()
    await answer(page)
    await page.getByRole('heading', { name: '"CI account" is connected' }).waitFor()
  })

  it('has its code typed by somebody else, who sees who asks and signs in first', async () => {
    newAppleId(world.simulator, { email })
    await colleague('Robin Quince')
    const third = await colleague('Sam Pippin')
    await storeCredentials(page)
    await page.getByRole('button', { name: 'Let somebody else type the code' }).click()
    await page.getByText('nobody has opened it yet').waitFor()
    const link = await page.getByRole('dialog').locator('code').innerText()

    const other = await tabOf()
    await other.page.goto(link)
    await other.page.getByLabel('E-mail').fill(`robin${tests}@orchard.example`)
    await other.page.getByLabel('Password').fill(PASSWORD)
    await other.page.getByRole('button', { name: 'Sign in' }).click()
    await other.page.getByText(`Dana Espalier signs in to the Apple ID ${email}`).waitFor()
    expect(other.page.url(), 'the token is out of the address bar').toBe(`${world.url}/apple-sign-in-hand-off`)
    await page.getByText('Robin Quince has opened the link and can type the code.').waitFor()

    const late = await tabOf(third)
    await late.page.goto(link)
    await late.page.getByText('This link does not work any more').waitFor()

    await boxes(other.page).fill(wrongCode())
    await verify(other.page).click()
    await refused(other.page, '2 tries left')
    await answer(other.page)
    await other.page.getByText('Apple took the code').waitFor()
    await page.getByRole('heading', { name: '"CI account" is connected' }).waitFor()
    await page.getByText('Robin Quince has typed the code.').waitFor()
    await other.page.goto(PAGE)
    await other.page.getByText('No connection yet').waitFor()
    expect([...other.complaints, ...late.complaints]).toEqual([])
  })

  describe('connected', () => {
    let appId: string
    let connectionId: string

    beforeEach(async () => {
      newAppleId(world.simulator, { email })
      connectionId = await connectAppleId(owner, world.simulator, email, 'CI account')
      appId = await createApp(owner, 'Orchard')
    })

    it('is chosen beside a key, and tested in place', async () => {
      await connect(owner, newKey(world.simulator), 'Key of Dana')
      await page.goto(`/apps/${appId}/team`)
      const test = page.getByRole('button', { name: 'Test the Apple ID' })
      await test.waitFor()
      expect(await test.isDisabled(), 'nothing to test yet').toBe(true)
      await page.getByRole('combobox', { name: 'App Store Connect API' }).click()
      await page.getByRole('option', { name: /Key of Dana/ }).click()
      await page.getByText('Builds may use it').waitFor()
      await page.getByRole('combobox', { name: /Session based authentication \(deprecated\)/ }).click()
      await page.getByRole('option', { name: /CI account/ }).click()
      await page.getByText(`Valid until ${thirtyDaysOn()}`).waitFor()
      await test.click()
      const result = page.getByRole('status', { name: 'Result of the test of the Apple ID' })
      await result.getByText('App Store Connect knows the session.').waitFor()
      await result.getByText('The developer portal knows the session.').waitFor()

      const build = await owner.client.call(buildRoutes.start, { params: { appId }, body: {} })
      const given = await fetchPortalData(build)
      expect(given).toHaveProperty('key_id')
      expect(given).toMatchObject({ apple_id: email })
    })

    it('says on the Team tab whom to ask when it is over and somebody else owns it', async () => {
      const admin = await colleague('Robin Quince')
      await joinTeam(owner, appId, admin, 'admin')
      await authoriseAppleId()
      world.simulator.changeAccount(email, { password: 'Another-Horse-2' })
      await owner.client.call(connectionRoutes.test, { params: { connectionId } })
      const { page: theirs } = await tabOf(admin)
      await theirs.goto(`/apps/${appId}/team`)
      await theirs.getByText('Builds get no session').waitFor()
      await theirs.getByText('Ask Dana Espalier to sign in again.').waitFor()
      await page.goto(`/apps/${appId}/team`)
      await page.getByRole('link', { name: 'Sign in again' }).click()
      await page.getByRole('dialog', { name: 'Sign in again' }).waitFor()
    })

    it('asks for the password again only when Apple has refused the stored one', async () => {
      await page.goto(PAGE)
      await page.getByRole('button', { name: 'Sign in again' }).click()
      await page.getByText('Cordon signs in with the stored password.').waitFor()
      await page.keyboard.press('Escape')

      world.simulator.changeAccount(email, { password: 'Another-Horse-2' })
      await page.getByRole('button', { name: 'Actions for CI account' }).click()
      await page.getByRole('menuitem', { name: 'Test now' }).click()
      await page.getByText('Password refused').waitFor()
      await page.getByRole('button', { name: 'Sign in again' }).click()
      await page.getByLabel('Password of the Apple ID').fill('Another-Horse-2')
      await page.getByRole('button', { name: 'Sign in', exact: true }).click()
      await answer(page)
      await page.getByRole('dialog').getByText(`Valid until ${thirtyDaysOn()} · 30 days left.`).waitFor()
      await page.getByRole('button', { name: 'Done' }).click()
      await page.getByRole('article', { name: 'CI account' }).getByText('Signed in', { exact: true }).waitFor()
    })

    it('stores, shows as stored, and removes an app-specific password', async () => {
      await page.goto(PAGE)
      await openMenu(page, 'App-specific password…')
      await page.getByRole('textbox', { name: 'App-specific password' }).fill('abcd')
      await page.getByRole('button', { name: 'Store', exact: true }).click()
      await page.getByText(/Must be as Apple shows it/).waitFor()
      await page.getByRole('textbox', { name: 'App-specific password' }).fill('abcd-efgh-ijkl-mnop')
      await page.getByRole('button', { name: 'Store', exact: true }).click()
      await page.getByText('App-specific password saved').waitFor()
      await page.getByText('Stored', { exact: true }).waitFor()
      expect(await page.content()).not.toContain('abcd-efgh-ijkl-mnop')
      await openMenu(page, 'App-specific password…')
      await page.getByRole('button', { name: 'Remove it' }).click()
      await page.getByText('App-specific password removed').waitFor()
      await page.getByText('None', { exact: true }).waitFor()
    })

    // The last one: it puts the clock forward for all.
    it('expires, tells its owner by a notice, and is signed in again from there', async () => {
      await authoriseAppleId()
      world.clock.advance(31 * DAY_MS)
      await world.runJobs()
      const back = await signIn(world.url, ownEmail)
      await changePerson(tab, world.url, back.cookie)
      await page.goto('/apps')
      await page.getByRole('button', { name: /^Notices/ }).click()
      await page.getByRole('link', { name: /Builds get no session of the Apple ID "CI account" any more/ }).click()
      const dialog = page.getByRole('dialog', { name: 'Sign in again' })
      await dialog.getByText(/The sign-in expired on/).waitFor()
      await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
      await answer(page)
      await page.getByRole('dialog').getByText(`Valid until ${thirtyDaysOn()} · 30 days left.`).waitFor()
      await page.getByRole('dialog').getByText('The app that uses it goes on from the next build on.').waitFor()
    })

    async function openMenu(page: Page, item: string): Promise<void> {
      await page.getByRole('button', { name: 'Actions for CI account' }).click()
      await page.getByRole('menuitem', { name: item }).click()
    }

    async function authoriseAppleId(): Promise<void> {
      await owner.client.call(authorisationRoutes.authorise, {
        params: { appId, type: 'apple_id' },
        body: { connectionId },
      })
    }
  })
})
