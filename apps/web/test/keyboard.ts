import type { Locator, Page } from 'playwright-core'

const MOST_STOPS = 60

/** Presses Tab until the element has the focus. Fails when a whole round does not reach it. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    if (await hasFocus(target)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`the keyboard does not reach ${String(target)}`)
}

/** Reaches a field and types into it. */
export async function typeInto(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.type(text)
}

/** Reaches something and presses Enter on it. */
export async function enter(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('Enter')
}

function hasFocus(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement)
}

/** Waits until an element has the focus: a page moves it a moment after what it shows has changed. */
export async function waitForFocus(target: Locator): Promise<void> {
  await target.and(target.page().locator(':focus')).waitFor({ state: 'attached' })
}

const KEY_HELD_MS = 80

/** Moves to the next choice of a group that has the focus, and waits until it is chosen. */
export async function chooseNext(page: Page, next: Locator): Promise<void> {
  // Held for as long as a hand holds it: the group moves the focus a moment after the key goes down, and chooses what gets it only while
  // the key is down.
  await page.keyboard.press('ArrowDown', { delay: KEY_HELD_MS })
  await next.and(page.locator('[aria-checked="true"]')).waitFor()
}
