import type { Page } from 'playwright-core'
import { openTab, PATIENCE_MS, type Tab } from '../../apps/web/test/browser.ts'
import { PASSWORD } from '../../apps/web/test/people.ts'
import { APP_SPECIFIC_PASSWORD, APPLE_IDS, APPLE_PASSWORD, type GuideWorld } from './world.ts'

export const OWNER = { name: 'Dana Espalier', email: 'dana@acme.example' }
export const COLLEAGUE = { name: 'Robin Quince', email: 'robin@acme.example' }
/** What the web app connects, beside what the terminal connects. */
export const WEB_KEY = 'Key of the web app'
export const WEB_SESSION = 'Session of the web app'

/** What the guide's reader does in the web app, as the guide says it. */
export class WebApp {
  readonly #world: GuideWorld
  readonly #page: Page

  constructor(world: GuideWorld, page: Page) {
    this.#world = world
    this.#page = page
  }

  async setUp(): Promise<void> {
    const page = this.#page
    await page.goto(this.#world.setUpUrl)
    await page.getByLabel('Your name').fill(OWNER.name)
    await page.getByLabel('E-mail').fill(OWNER.email)
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Create administrator' }).click()
    await page.getByRole('heading', { name: 'Apps' }).waitFor()
  }

  async #addAccount(type: RegExp): Promise<void> {
    const page = this.#page
    await page.getByRole('button', { name: /^Profile menu/ }).click()
    await page.getByRole('menuitem', { name: 'Account settings' }).click()
    const bar = page.getByRole('navigation', { name: 'Account settings' })
    await bar.getByRole('link', { name: 'Apple Developer Account' }).click()
    await page.getByRole('button', { name: 'Add an account' }).first().click()
    await page.getByRole('button', { name: type }).click()
  }

  async connectKey(): Promise<void> {
    const page = this.#page
    const { path, keyId, issuerId } = this.#world.keys.web
    await this.#addAccount(/^App Store Connect API key/)
    await page.getByLabel('Private key (.p8)').setInputFiles(path)
    await page.getByLabel('Name', { exact: true }).fill(WEB_KEY)
    await page.getByLabel('Issuer ID').fill(issuerId)
    // The file has been read when nothing is missing.
    await page.getByText('Still missing').waitFor({ state: 'hidden' })
    if ((await page.getByLabel('Key ID').inputValue()) !== keyId) throw new Error('the file’s name tells no key ID')
    await page.getByRole('button', { name: 'Connect', exact: true }).click()
    await page.getByRole('list', { name: 'Checks against Apple' }).getByText('Key accepted').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  }

  async connectAppleId(): Promise<void> {
    const page = this.#page
    await this.#addAccount(/^Apple ID/)
    await page.getByLabel('Name', { exact: true }).fill(WEB_SESSION)
    await page.getByRole('textbox', { name: 'Apple ID', exact: true }).fill(APPLE_IDS.web)
    await page.getByLabel('Password', { exact: true }).fill(APPLE_PASSWORD)
    await page.getByRole('button', { name: 'Store credentials' }).click()
    await typeCode(this.#world, page, APPLE_IDS.web)
    await page.getByRole('heading', { name: `"${WEB_SESSION}" is connected` }).waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
  }

  /** Makes the app of the guide, chooses both connections in it, and has the session tested. */
  async authorise(app: string): Promise<void> {
    const page = this.#page
    await page.goto('/apps')
    await page.getByRole('button', { name: 'Create app', exact: true }).first().click()
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill(app)
    await page.getByRole('dialog').getByRole('button', { name: 'Create app' }).click()
    await page.getByRole('heading', { name: app, exact: true }).waitFor()
    await page.getByRole('link', { name: 'Team', exact: true }).click()
    await page.getByRole('heading', { name: 'Connected Apple Developer Portal account' }).waitFor()
    await page.getByRole('combobox', { name: /App Store Connect API/ }).click()
    await page.getByRole('option', { name: WEB_KEY }).click()
    await page.getByText('Builds may use it').first().waitFor()
    await page.getByRole('combobox', { name: /Session based/ }).click()
    await page.getByRole('option', { name: WEB_SESSION }).click()
    await page.getByText(/^Valid until/).waitFor()
    await page.getByRole('button', { name: /^Test/ }).last().click()
    await page.getByText('App Store Connect knows the session.').waitFor()
  }

  /** Makes a trigger token and takes it from where it is shown once. */
  async makeTriggerToken(): Promise<string> {
    const page = this.#page
    await page.getByRole('link', { name: 'Access', exact: true }).click()
    await page.getByRole('button', { name: 'New trigger token' }).first().click()
    await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('CI')
    await page.getByRole('dialog').getByRole('button', { name: 'Make token' }).click()
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    const token = await page.locator('[data-secret="trigger token"]').innerText()
    await page.getByRole('button', { name: 'Done' }).click()
    return token
  }

  async storeAppSpecificPassword(connection: string): Promise<void> {
    const page = this.#page
    await page.goto('/account/apple-developer-account')
    await page.getByRole('button', { name: `Actions for ${connection}` }).click()
    await page.getByRole('menuitem', { name: 'App-specific password…' }).click()
    await page.getByRole('textbox', { name: 'App-specific password' }).fill(APP_SPECIFIC_PASSWORD)
    await page.getByRole('button', { name: 'Store', exact: true }).click()
    await page.getByText('App-specific password saved').waitFor()
  }

  async signInAgain(connection: string): Promise<void> {
    const page = this.#page
    await page.goto('/account/apple-developer-account')
    const card = page.getByRole('article', { name: connection })
    await card.getByRole('button', { name: 'Sign in again' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
    await dialog.getByText(/^Valid until/).waitFor()
    await page.getByRole('button', { name: 'Done' }).click()
  }
}

/** Types the code that Apple has sent to the devices of an Apple ID. */
async function typeCode({ simulator }: GuideWorld, page: Page, email: string): Promise<void> {
  const boxes = page.getByRole('textbox', { name: 'Code of 6 digits' })
  // The code is there when Apple has sent it.
  await boxes.waitFor()
  await boxes.fill(simulator.codeOf(email, 'device') ?? '')
  await page.getByRole('button', { name: 'Verify' }).click()
}

/** The colleague with the phone: opens the link, signs in here, and types the code. */
export async function typeCodeForSomebodyElse(world: GuideWorld, tab: Tab, link: string): Promise<void> {
  const { page } = tab
  await page.goto(link)
  await page.getByLabel('E-mail').fill(COLLEAGUE.email)
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText(`${OWNER.name} signs in to the Apple ID ${APPLE_IDS.colleague}`).waitFor()
  await typeCode(world, page, APPLE_IDS.colleague)
  await page.getByText('Apple took the code').waitFor()
}

/** Looks for a build on the simulator's own page. */
export async function expectOnSimulatorPage(
  browser: Parameters<typeof openTab>[0],
  { simulator, teamId }: GuideWorld,
  state: string,
): Promise<void> {
  const { context, page } = await openTab(browser, simulator.url)
  await page.goto(`${simulator.controlUrl}/`)
  // The only team is open by itself.
  const team = page.locator('details.team', { hasText: teamId })
  await team.locator('details > summary', { hasText: 'buildBetaDetails' }).first().click()
  await team.getByText(state).first().waitFor({ timeout: PATIENCE_MS })
  await context.close()
}
