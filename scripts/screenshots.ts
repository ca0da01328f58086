import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser } from 'playwright-core'
import { openBrowser, openTab } from '../apps/web/test/browser.ts'
import { type Screen, screensOf } from '../apps/web/test/screens.ts'
import { type Seeded, seed } from '../apps/web/test/seed.ts'
import { startWebWorld, type WebWorld } from '../apps/web/test/world.ts'

// Takes a picture of every screen, light and dark, wide and on a phone. `npx tsx scripts/screenshots.ts [name…]`

const root = fileURLToPath(new URL('..', import.meta.url))
const OUT = join(root, 'scratch/screens')
const SIZES = [
  { name: '1280', width: 1280, height: 860 },
  { name: '390', width: 390, height: 844 },
]
const THEMES = ['light', 'dark'] as const
const README_SCREEN = 'team'

async function main(wanted: readonly string[]): Promise<void> {
  await mkdir(OUT, { recursive: true })
  await mkdir(join(root, 'docs/images'), { recursive: true })
  const world = await startWebWorld()
  const browser = await openBrowser()
  try {
    const seeded = await seed(world)
    for (const screen of screensOf(seeded)) {
      if (wanted.length > 0 && !wanted.some((part) => screen.name.includes(part))) continue
      await capture(browser, world, seeded, screen)
    }
  } finally {
    await browser.close()
    await world.close()
  }
}

async function capture(browser: Browser, world: WebWorld, seeded: Seeded, screen: Screen): Promise<void> {
  for (const size of SIZES) {
    for (const theme of THEMES) {
      const tab = await openTab(browser, world.url, {
        colorScheme: theme,
        reducedMotion: 'reduce',
        viewport: { width: size.width, height: size.height },
        ...(screen.as === 'nobody' ? {} : { cookie: seeded[screen.as].cookie }),
      })
      try {
        await tab.page.goto(screen.path)
        await screen.ready(tab.page)
        await tab.page.waitForLoadState('networkidle')
        await tab.page.screenshot({
          path: join(OUT, `${screen.name}-${size.name}-${theme}.png`),
          fullPage: size.name === '390',
        })
        if (screen.name === README_SCREEN && size.name === '1280' && theme === 'light') {
          await tab.page.screenshot({ path: join(root, 'docs/images/team-light.png') })
        }
        process.stdout.write(
          `${screen.name} ${size.name} ${theme}${tab.complaints.length ? ` !! ${tab.complaints.join(' | ')}` : ''}\n`,
        )
      } catch (error) {
        process.stdout.write(
          `${screen.name} ${size.name} ${theme} FAILED ${String(error).slice(0, 300)} ${tab.complaints.join(' | ')}\n`,
        )
        await tab.page.screenshot({ path: join(OUT, `${screen.name}-${size.name}-${theme}-failed.png`) })
      } finally {
        await tab.context.close()
      }
    }
  }
}

await main(process.argv.slice(2))
