import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, openBrowser, openTab, PATIENCE_MS, type Tab } from './browser.ts'
import { type Screen, screensOf } from './screens.ts'
import { type Seeded, seed } from './seed.ts'
import { startWebWorld, type WebWorld } from './world.ts'

const LOOKS = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 360 },
  { theme: 'dark', width: 1280 },
] as const
const HEIGHT = 800

describe.runIf(hasChromium())('every screen', { timeout: 5 * PATIENCE_MS }, () => {
  let browser: Browser
  let world: WebWorld
  let seeded: Seeded

  beforeAll(async () => {
    browser = await openBrowser()
    world = await startWebWorld()
    seeded = await seed(world)
  })
  afterAll(async () => {
    await browser.close()
    await world.close()
  })

  function tabFor(screen: Screen, { theme, width }: (typeof LOOKS)[number]): Promise<Tab> {
    return openTab(browser, world.url, {
      colorScheme: theme,
      reducedMotion: 'reduce',
      viewport: { width, height: HEIGHT },
      ...(screen.as === 'nobody' ? {} : { cookie: seeded[screen.as].cookie }),
    })
  }

  it.each(LOOKS)(
    'is free of faults that axe finds, fits and complains of nothing, $theme and $width wide',
    async (look) => {
      const faults: string[] = []
      for (const screen of screensOf(seeded)) {
        const tab = await tabFor(screen, look)
        await tab.page.goto(screen.path)
        await screen.ready(tab.page)
        faults.push(...(await faultsOf(tab)).map((fault) => `${screen.name}: ${fault}`))
        await tab.context.close()
      }
      expect(faults).toEqual([])
    },
    240_000,
  )
})

async function faultsOf({ page, complaints, foreignRequests }: Tab): Promise<string[]> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  return [
    ...(await axeFaults(page)),
    ...(width > 0 ? [`scrolls sideways by ${width} px`] : []),
    ...complaints.map((complaint) => `complains: ${complaint}`),
    ...foreignRequests.map((url) => `asks another origin: ${url}`),
  ]
}

async function axeFaults(page: Page): Promise<string[]> {
  // The policy of the page forbids foreign scripts; the debugger's own evaluation is not the page's.
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary ?? ''}`),
  )
}

declare global {
  interface Window {
    readonly axe: typeof axe
  }
}
