import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
/** Far above what a page takes; a busy machine must not fail a test. */
export const PATIENCE_MS = 60_000

/** Where Chromium is: `CHROMIUM_PATH`, or Debian's place. */
export function chromiumPath(): string {
  return process.env.CHROMIUM_PATH ?? '/usr/bin/chromium'
}

/** Whether there is a browser to test with; a skip is told on a line of its own. */
export function hasChromium(): boolean {
  const isThere = existsSync(chromiumPath())
  if (!isThere)
    process.stdout.write(
      `skipped: no Chromium at ${chromiumPath()}, so no page was opened in a browser (Debian: chromium; or set CHROMIUM_PATH)\n`,
    )
  return isThere
}

/** Starts a browser with a fresh profile, which playwright removes when it is closed. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath(), headless: true, args: FLAGS })
}

/** One person's browser: its page, and everything that went wrong in it. */
export interface Tab {
  readonly context: BrowserContext
  readonly page: Page
  /** Errors of the console and of scripts, and refusals of the content security policy. */
  readonly complaints: readonly string[]
  /** Addresses asked for that are not the server's own. */
  readonly foreignRequests: readonly string[]
}

/** Opens a tab of its own, as another person would have it. `cookie` signs in: `name=value`. */
export async function openTab(
  browser: Browser,
  baseURL: string,
  options: BrowserContextOptions & { readonly cookie?: string } = {},
): Promise<Tab> {
  const { cookie, ...contextOptions } = options
  const context = await browser.newContext({ baseURL, locale: 'en-GB', ...contextOptions })
  context.setDefaultTimeout(PATIENCE_MS)
  if (cookie !== undefined) await context.addCookies([cookieFor(baseURL, cookie)])
  const page = await context.newPage()
  return { context, page, ...watch(page, baseURL) }
}

/** Makes a tab another person's; it keeps what the browser has compiled of the app, which a new tab does not have. */
export async function changePerson({ context }: Tab, baseURL: string, cookie: string): Promise<void> {
  await context.clearCookies()
  await context.addCookies([cookieFor(baseURL, cookie)])
}

function cookieFor(url: string, cookie: string) {
  const [name = '', value = ''] = cookie.split('=')
  return { name, value, url, httpOnly: true, sameSite: 'Lax' as const }
}

// Chromium writes each answer of 400 and above to the console; what the page makes of it is what counts.
const ANSWER = /^Failed to load resource: the server responded with a status of 4\d\d/

function watch(page: Page, baseURL: string): Pick<Tab, 'complaints' | 'foreignRequests'> {
  const complaints: string[] = []
  const foreignRequests: string[] = []
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !ANSWER.test(message.text())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.protocol.startsWith('http') && url.origin !== new URL(baseURL).origin) foreignRequests.push(request.url())
  })
  return { complaints, foreignRequests }
}
