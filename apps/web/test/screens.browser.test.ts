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
] as const
const HEIGHT = 800

describe.runIf(hasChromium())('every screen', { timeout: 15 * PATIENCE_MS }, () => {
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

  function tabOf(as: Screen['as'], { theme, width }: (typeof LOOKS)[number]): Promise<Tab> {
    return openTab(browser, world.url, {
      colorScheme: theme,
      reducedMotion: 'reduce',
      viewport: { width, height: HEIGHT },
      ...(as === 'nobody' ? {} : { cookie: seeded[as].cookie }),
    })
  }

  // One tab for each person: a new one for each screen would compile the whole app each time.
  it.each(LOOKS)(
    'is free of faults that axe finds, fits and complains of nothing, $theme and $width wide',
    async (look) => {
      const screens = screensOf(seeded)
      const faults: string[] = []
      for (const as of new Set(screens.map((screen) => screen.as))) {
        const tab = await tabOf(as, look)
        for (const screen of screens.filter((candidate) => candidate.as === as)) {
          await tab.page.goto(screen.path)
          await screen.ready(tab.page)
          faults.push(...(await faultsOf(tab.page)).map((fault) => `${screen.name}: ${fault}`))
        }
        faults.push(...tab.complaints, ...tab.foreignRequests)
        await tab.context.close()
      }
      expect(faults).toEqual([])
    },
  )
})

async function faultsOf(page: Page): Promise<string[]> {
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  return [...(await axeFaults(page)), ...(tooWide > 0 ? [`scrolls sideways by ${tooWide} px`] : [])]
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
