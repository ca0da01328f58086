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

const LOOKS: readonly Look[] = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 360 },
]
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
        const tab = await tabOf(as)
        const own = screens.filter((screen) => screen.as === as)
        faults.push(...(await faultsOf(tab.page, own)), ...tab.complaints, ...tab.foreignRequests)
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

/**
 * Looks at the screens of one person in each look. An address is loaded when it is new, and followed like a link afterwards:
 * nearly all of the time goes into compiling the app and axe, which a page that stays has done.
 */
async function faultsOf(page: Page, screens: readonly Screen[]): Promise<string[]> {
  const faults: string[] = []
  const loaded = new Set<string>()
  for (const look of LOOKS) {
    await wear(page, look)
    for (const { name, path, ready } of screens) {
      await (loaded.has(path) && (await mayFollow(page, path)) ? follow(page, path) : page.goto(path))
      await ready(page)
      loaded.add(path)
      const found = [
        ...(await axeFaults(page)),
        ...(await sideways(page)),
        ...(await bareTimes(page)),
        ...(await cutChoices(page)),
      ]
      faults.push(...found.map((fault) => `${name}, ${look.theme}: ${fault}`))
    }
  }
  return faults
}

async function wear(page: Page, { theme, width }: Look): Promise<void> {
  await page.emulateMedia({ colorScheme: theme })
  await page.setViewportSize({ width, height: HEIGHT })
  // Colours change in transitions, short as they are; what is read half-way would be neither look.
  await page.waitForFunction(() => document.getAnimations().every((one) => !(one instanceof CSSTransition)))
}

// Pages where links with tokens end keep the token for as long as the document lives.
const KEEPS_NOTHING = /^\/(apps|account|administration|build)\b/

async function mayFollow(page: Page, path: string): Promise<boolean> {
  const isTold = (await page.locator('[role=status][aria-live=polite] > p').count()) > 0
  return KEEPS_NOTHING.test(path) && !isTold
}

async function follow(page: Page, path: string): Promise<void> {
  // By way of a page that has nothing of the app: what was open on the screen before is gone.
  await page.evaluate(() => window.history.pushState(null, '', '/nowhere'))
  await page.getByText('Nothing is here').waitFor()
  await page.evaluate((to) => window.history.pushState(null, '', to), path)
}

async function sideways(page: Page): Promise<string[]> {
  const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
  return tooWide > 0 ? [`scrolls sideways by ${tooWide} px`] : []
}

/** Selects that are too narrow for the words of what is chosen. */
function cutChoices(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const pen = document.createElement('canvas').getContext('2d')
    return [...document.querySelectorAll('select')].flatMap((select) => {
      const { font, paddingLeft, paddingRight } = getComputedStyle(select)
      const words = select.selectedOptions[0]?.text ?? ''
      if (pen === null) return []
      pen.font = font
      const room = select.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight)
      return pen.measureText(words).width > room + 1 ? [`cut: ${words}`] : []
    })
  })
}

/** Times that are not in the person's own zone with the exact instant beside them. What is in the header is the server's own text. */
function bareTimes(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const date = /\b\d{1,2} (Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)\w* \d{4}\b|\d{4}-\d\d-\d\dT\d\d/
    const main = document.querySelector('main') ?? document.body
    const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT)
    const faults: string[] = []
    while (texts.nextNode() !== null) {
      const { textContent, parentElement } = texts.currentNode
      if (date.test(textContent ?? '') && parentElement?.closest('time') === null) faults.push(`bare: ${textContent}`)
    }
    for (const time of main.querySelectorAll('time')) {
      if (Number.isNaN(Date.parse(time.dateTime)) || !/\d:\d\d:\d\d/.test(time.title)) faults.push(time.outerHTML)
    }
    return faults
  })
}
