import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { axeFaults } from './axe.ts'
import { hasChromium, openBrowser, openTab, PATIENCE_MS, type Tab } from './browser.ts'
import { type Screen, screensOf } from './screens.ts'
import { type Seeded, seed } from './seed.ts'
import { startWebWorld, type WebWorld } from './world.ts'

interface Look {
  readonly theme: 'light' | 'dark'
  readonly width: number
}

const FIRST: Look = { theme: 'light', width: 1280 }
const SECOND: Look = { theme: 'dark', width: 360 }
const HEIGHT = 800

// About half of the screens each; the two are looked at side by side.
const LANES = [
  { eyes: 'the owner', sees: ({ as }: Screen) => as === 'owner' },
  { eyes: 'everybody else', sees: ({ as }: Screen) => as !== 'owner' },
] as const

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

  it.concurrent.each(LANES)(
    'of $eyes is free of faults that axe finds, fits and complains of nothing, wide and light, narrow and dark',
    async ({ sees }) => {
      const screens = screensOf(seeded).filter(sees)
      const faults: string[] = []
      for (const as of new Set(screens.map((screen) => screen.as))) {
        // One tab for each person: a new one for each screen would compile the whole app each time.
        const tab = await tabOf(as)
        for (const screen of screens.filter((candidate) => candidate.as === as)) {
          faults.push(...(await faultsOf(tab.page, screen)))
        }
        faults.push(...tab.complaints, ...tab.foreignRequests)
        await tab.context.close()
      }
      expect(faults).toEqual([])
    },
  )

  function tabOf(as: Screen['as']): Promise<Tab> {
    return openTab(browser, world.url, {
      reducedMotion: 'reduce',
      ...(as === 'nobody' ? {} : { cookie: seeded[as].cookie }),
    })
  }
})

/** Loads a screen once and looks at it twice: what differs between the looks is style sheets alone. */
async function faultsOf(page: Page, screen: Screen): Promise<string[]> {
  await wear(page, FIRST)
  await show(page, screen)
  const first = [...(await axeFaults(page)), ...(await sideways(page))]
  const open = await countOpen(page)
  await wear(page, SECOND)
  // A change of size closes some menus.
  if ((await countOpen(page)) !== open) await show(page, screen)
  const second = [...(await axeFaults(page, await partOf(page))), ...(await sideways(page))]
  return [
    ...first.map((fault) => `${screen.name}, ${FIRST.theme}: ${fault}`),
    ...second.map((fault) => `${screen.name}, ${SECOND.theme}: ${fault}`),
  ]
}

async function wear(page: Page, { theme, width }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await page.setViewportSize({ width, height: HEIGHT })
  // Colours change in transitions, short as they are; what is read half-way would be neither look.
  await page.waitForFunction(() => document.getAnimations().every((one) => !(one instanceof CSSTransition)))
}

async function show(page: Page, screen: Screen): Promise<void> {
  await page.goto(screen.path)
  await screen.ready(page)
}

async function sideways(page: Page): Promise<string[]> {
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  return tooWide > 0 ? [`scrolls sideways by ${tooWide} px`] : []
}

function countOpen(page: Page): Promise<number> {
  return page.locator('dialog[open], [role=menu], [role=listbox]:not([hidden])').count()
}

// What lies behind an open dialog is inert, was looked at in the first look, and is in this look a screen of its own.
async function partOf(page: Page): Promise<string | undefined> {
  const modal = 'dialog[open]'
  return (await page.locator(modal).count()) > 0 ? modal : undefined
}
