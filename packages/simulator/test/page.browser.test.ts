import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import { Browser as Person } from './apple-id-browser.ts'
import { type Client, clientFor, newBundleId } from './client.ts'
import { SIGNING_REQUEST } from './signing-request.ts'

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking']
const PATIENCE_MS = 60_000
/** Where pictures of the page are kept when somebody wants to look at it. */
const PICTURES = process.env.SIMULATOR_PICTURES

const SEED = {
  teams: [
    {
      name: 'Espalier <b>& Sons</b>',
      teamId: 'ESPALIER01',
      keys: [{ role: 'ADMIN', keyId: 'ADMINKEY01' }, { role: 'APP_MANAGER' }],
      bundleIds: [{ identifier: 'com.espalier.app', capabilities: ['PUSH_NOTIFICATIONS'] }],
      devices: [{ name: 'Kitchen iPad', udid: '00008030-001C2D3E4F50802E' }],
      certificates: [{ certificateType: 'DEVELOPMENT', csrContent: SIGNING_REQUEST }],
      profiles: [{ name: 'Espalier dev', profileType: 'IOS_APP_DEVELOPMENT', bundleId: 'com.espalier.app' }],
    },
    { name: 'Orchard Works', teamId: 'ORCHARD001' },
  ],
}

async function picture(page: Page, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, width, height] of [
      ['wide', 1280, 900],
      ['phone', 390, 844],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height })
      await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, fullPage: true })
    }
  }
}

if (!existsSync(CHROMIUM))
  process.stdout.write(
    `skipped: no Chromium at ${CHROMIUM}, so the simulator's page was not opened in a browser (Debian: chromium; or set CHROMIUM_PATH)\n`,
  )

describe.runIf(existsSync(CHROMIUM))('the page for people', { timeout: 4 * PATIENCE_MS }, () => {
  let browser: Browser
  let simulator: Simulator
  let client: Client
  let page: Page
  const complaints: string[] = []

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS })
    simulator = await startSimulator({ seed: SEED })
    const file = simulator.seeded[0]?.keys[0]
    if (file === undefined) throw new Error('no key')
    client = clientFor(simulator, file, { isChecked: false })
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, acceptDownloads: true })
    context.setDefaultTimeout(PATIENCE_MS)
    page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('dialog', (dialog) => void dialog.accept())
    await page.goto(`${simulator.controlUrl}/`)
    await page.getByText('ESPALIER01').waitFor()
  })
  afterAll(async () => {
    await browser.close()
    await simulator.close()
  })

  const team = (name: string) => page.locator('details.team', { hasText: name })
  const open = (name: string) => page.locator('summary', { hasText: name }).first().click()

  it('shows what the teams have, and live what clients do', async () => {
    await open('ESPALIER01')
    for (const part of ['keys', 'bundleIds', 'certificates', 'devices', 'profiles']) {
      await team('ESPALIER01').locator('details > summary', { hasText: part }).first().click()
    }
    await page.getByRole('cell', { name: 'Espalier dev', exact: true }).waitFor()
    await page.getByRole('cell', { name: 'com.espalier.app', exact: true }).first().waitFor()
    // A team's name is text, whatever is in it.
    await page.getByText('Espalier <b>& Sons</b>').waitFor()
    await newBundleId(client, 'com.espalier.late')
    await page.getByRole('cell', { name: 'com.espalier.late', exact: true }).waitFor()
    await page.getByRole('cell', { name: 'POST /v1/bundleIds' }).waitFor()
  })

  it('adds and removes faults', async () => {
    await page.getByRole('button', { name: 'Three 429' }).click()
    await page.getByText('3 left · 0 played').waitFor()
    expect((await client.get('/v1/apps')).status).toBe(429)
    await page.getByText('2 left · 1 played').waitFor()
    await page.getByRole('button', { name: /^Remove fault-/ }).click()
    await page.getByText('No fault is in place.').waitFor()
    await page.getByLabel('Fault as JSON').fill('{"operation": "*", "kind": "meteor"}')
    await page.getByRole('button', { name: 'Add fault' }).click()
    await page.getByText(/'kind' must be one of status, drop/).waitFor()
  })

  it('moves the clock, and what expires is seen to', async () => {
    await page.getByRole('button', { name: '+1 year' }).click()
    await page.getByText("+365 days 0 h from the machine's time").waitFor()
    await page.getByRole('button', { name: '+1 day', exact: true }).click()
    await page.getByText("+366 days 0 h from the machine's time").waitFor()
    expect(simulator.world.clock.offsetMs()).toBe(366 * 86_400_000)
  })

  it('changes settings and says what one takes', async () => {
    await page.getByLabel('hourlyLimit').fill('77')
    await page.getByLabel('hourlyLimit').press('Enter')
    await page.getByText('Saved hourlyLimit').waitFor()
    expect(simulator.world.settings.hourlyLimit).toBe(77)
    await page.getByLabel('hourlyLimit').fill('many')
    await page.getByLabel('hourlyLimit').press('Enter')
    await page.getByText(/hourlyLimit takes JSON/).waitFor()
  })

  it('makes a key and tells its private half once', async () => {
    await open('ORCHARD001')
    await team('ORCHARD001').locator('details > summary', { hasText: 'keys' }).click()
    await team('ORCHARD001').getByRole('button', { name: 'Add an Admin key' }).click()
    await page.getByText('The private key is told this once.').waitFor()
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name: /^AuthKey_/ }).click()
    expect(readFileSync(await (await waiting).path(), 'utf8')).toContain('BEGIN PRIVATE KEY')
    await page.getByRole('button', { name: 'Put away' }).click()
  })

  it('makes an Apple ID, shows the code that it is sent, and changes what sign-in does with it', async () => {
    await page.getByLabel('E-mail', { exact: true }).fill('dev@example.com')
    await page.getByLabel('Password', { exact: true }).fill('Correct-Horse-1')
    await page.getByRole('button', { name: 'Add Apple ID' }).click()
    const account = page.locator('details.account', { hasText: 'dev@example.com' })
    await account.waitFor()
    const person = new Person(simulator)
    expect((await person.enterPassword('dev@example.com', 'Correct-Horse-1')).status).toBe(409)
    await account.locator('code', { hasText: simulator.codeOf('dev@example.com') ?? 'none' }).waitFor()
    await person.checkDeviceCode(simulator.codeOf('dev@example.com') ?? '')
    await person.trust()
    await account.getByText('trusted').waitFor()
    await account.locator('summary').click()
    await account
      .getByText(/^until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/)
      .first()
      .waitFor()
    await account.getByRole('button', { name: 'End sessions' }).click()
    await account.getByText('signed in').waitFor({ state: 'detached' })
    expect((await person.olympus()).status).toBe(401)
    await account.getByLabel('refusal: dev@example.com', { exact: true }).selectOption('refused')
    await page.getByText('Changed refusal').waitFor()
    expect((await person.enterPassword('dev@example.com', 'Correct-Horse-1')).status).toBe(403)
    await page.getByRole('cell', { name: 'idmsa_completeSignIn' }).first().waitFor()
    await page.getByRole('cell', { name: 'dev@example.com', exact: true }).first().waitFor()
  })

  it('saves the state, resets, and loads it again', async () => {
    const waiting = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download' }).click()
    const file = await (await waiting).path()
    await page.getByRole('button', { name: 'Reset everything' }).click()
    await page.getByText('No team yet.').waitFor()
    expect(simulator.world.teams.size).toBe(0)
    await page.getByLabel('Load a file').setInputFiles(file)
    await page.getByText('Loaded the state').waitFor()
    await page.locator('details.account', { hasText: 'dev@example.com' }).waitFor()
    expect([...simulator.world.teams.keys()]).toEqual(['ESPALIER01', 'ORCHARD001'])
  })

  it('never scrolls sideways on a phone, and nothing went wrong in it', async () => {
    if (PICTURES !== undefined) await picture(page, PICTURES)
    await page.setViewportSize({ width: 390, height: 844 })
    const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
    expect(overflow).toBe(0)
    // The one refusal was asked for: a fault of an unknown kind.
    expect(complaints.filter((text) => !text.includes('status of 400'))).toEqual([])
  })

  it('is served with a policy that lets in no script but its own', async () => {
    const answer = await fetch(`${simulator.controlUrl}/`)
    const policy = answer.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    expect(await answer.text()).not.toMatch(/<script(?![^>]*src=)|style="/)
  })
})
