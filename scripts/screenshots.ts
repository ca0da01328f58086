import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openBrowser, openTab, type Tab } from '../apps/web/test/browser.ts'
import { type Screen, screensOf } from '../apps/web/test/screens.ts'
import { type Seeded, seed } from '../apps/web/test/seed.ts'
import { startWebWorld } from '../apps/web/test/world.ts'

// Takes a picture of every screen, light and dark, wide and on a phone; without --into, those of the README and the guides, too:
// npx tsx scripts/screenshots.ts [--few | --docs] [--into=FOLDER] [part of a name …]

const root = fileURLToPath(new URL('..', import.meta.url))
const SCREENS = join(root, 'scratch/screens')
const IMAGES = join(root, 'docs/images')

/** Pictures of the README and the guides, by the screen that each shows. */
const DOCS: Readonly<Record<string, string>> = {
  team: 'team-light.png',
  'add-account': 'connect-choose.png',
  'add-account-form': 'connect-api-key.png',
  'apple-id-form': 'connect-apple-id.png',
  code: 'connect-code.png',
  'hand-off': 'connect-hand-off.png',
  'notices-of-sessions': 'connect-notices.png',
}

interface Look {
  readonly name: string
  readonly width: number
  readonly height: number
  readonly theme: 'light' | 'dark'
}

const LOOKS: readonly Look[] = [
  { name: '1280-light', width: 1280, height: 860, theme: 'light' },
  { name: '390-dark', width: 390, height: 844, theme: 'dark' },
  { name: '1280-dark', width: 1280, height: 860, theme: 'dark' },
  { name: '390-light', width: 390, height: 844, theme: 'light' },
]
const FEW = 2
const PHONE_WIDTH = 500
const INTO = '--into='

async function main(args: readonly string[]): Promise<void> {
  const parts = args.filter((arg) => !arg.startsWith('--'))
  const isForDocs = args.includes('--docs')
  const looks = LOOKS.slice(0, isForDocs ? 1 : args.includes('--few') ? FEW : LOOKS.length)
  const folder = args.find((arg) => arg.startsWith(INTO))?.slice(INTO.length) ?? SCREENS
  await mkdir(folder, { recursive: true })
  await mkdir(IMAGES, { recursive: true })
  const world = await startWebWorld()
  const browser = await openBrowser()
  try {
    const seeded = await seed(world)
    const screens = screensOf(seeded).filter(
      ({ name }) =>
        (!isForDocs || Object.hasOwn(DOCS, name)) && (parts.length === 0 || parts.some((part) => name.includes(part))),
    )
    for (const look of looks) {
      for (const as of new Set(screens.map((screen) => screen.as))) {
        const tab = await openTab(browser, world.url, optionsFor(look, seeded, as))
        for (const screen of screens.filter((candidate) => candidate.as === as))
          await capture(tab, screen, look, folder)
        await tab.context.close()
      }
    }
  } finally {
    await browser.close()
    await world.close()
  }
}

function optionsFor(look: Look, seeded: Seeded, as: Screen['as']) {
  return {
    colorScheme: look.theme,
    reducedMotion: 'reduce' as const,
    viewport: { width: look.width, height: look.height },
    ...(as === 'nobody' ? {} : { cookie: seeded[as].cookie }),
  }
}

async function capture({ page, complaints }: Tab, screen: Screen, look: Look, folder: string): Promise<void> {
  try {
    await page.goto(screen.path)
    await screen.ready(page)
    const isModal = (await page.locator('dialog[open]').count()) > 0
    const path = join(folder, `${screen.name}-${look.name}.png`)
    await page.screenshot({ path, fullPage: look.width < PHONE_WIDTH && !isModal })
    const image = look === LOOKS[0] && folder === SCREENS ? DOCS[screen.name] : undefined
    if (image !== undefined) {
      // The documents show the product as it looks with Apple, not with the stand-in of this script.
      const banner = page.getByRole('complementary', { name: 'Stand-in for Apple', includeHidden: true })
      if ((await banner.count()) > 0) await banner.evaluate((element) => element.remove())
      await page.screenshot({ path: join(IMAGES, image) })
    }
    process.stdout.write([`${screen.name} ${look.name}`, ...complaints].join(' | ').concat('\n'))
  } catch (error) {
    process.stdout.write(`${screen.name} ${look.name} could not be taken: ${String(error)}\n`)
  }
}

await main(process.argv.slice(2))
