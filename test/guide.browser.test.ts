import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, openBrowser, openTab } from '../apps/web/test/browser.ts'
import { addPerson, PASSWORD, signIn } from '../apps/web/test/people.ts'
import { hasTerminal } from '../packages/simulator/test/terminal.ts'
import { linesOf, readGuide } from './guide/read-guide.ts'
import { GuideShell, SHELL_PATIENCE_MS } from './guide/shell.ts'
import { type Reader, WALKERS } from './guide/walkers.ts'
import { COLLEAGUE, OWNER, WebApp } from './guide/web-app.ts'
import { shellVariables, startGuideWorld } from './guide/world.ts'

const chapters = readGuide()

test('every chapter of the guide has somebody who walks it', () => {
  expect(chapters.map(({ title }) => title)).toEqual(Object.keys(WALKERS))
})

test('the lines that a reader types are found', () => {
  const [first, second] = readGuide('# G\n\n## One\n\n```sh\na\nb\n```\n\n## Two\n\n```yaml\nc: d\n```\n')
  expect(first).toEqual({ title: 'One', blocks: [['a', 'b']] })
  expect(second).toEqual({ title: 'Two', blocks: [] })
})

if (!hasTerminal) process.stdout.write('"script" of util-linux is not here: the guide was not walked\n')

describe.runIf(hasChromium() && hasTerminal)(
  'the guide, from the set-up link to a shipped build, in Chromium and a terminal',
  { timeout: 4 * SHELL_PATIENCE_MS },
  () => {
    let reader: Reader

    beforeAll(async () => {
      const world = await startGuideWorld()
      const browser = await openBrowser()
      const tab = await openTab(browser, world.url)
      const web = new WebApp(world, tab.page)
      const own = shellVariables(world, 'person')
      reader = { world, browser, tab, web, own, shell: new GuideShell(world), job: {} }
    }, SHELL_PATIENCE_MS)
    afterAll(async () => {
      await reader.browser.close()
      await reader.world.close()
    })

    test('before it: the set-up link in the browser, the command signs in', async () => {
      const { world, web, shell, own } = reader
      await web.setUp()
      await addPerson(world.url, await signIn(world.url, OWNER.email), COLLEAGUE)
      const screen = await shell.run([`cordon login --server ${world.url}`], {
        variables: own,
        reactions: [
          { on: 'E-mail', type: `${OWNER.email}\r` },
          { on: 'Password', type: `${PASSWORD}\r` },
        ],
      })
      expect(screen).toContain(`signed in to ${world.url} as ${OWNER.name}`)
      expect(screen).not.toContain(PASSWORD)
    })

    for (const chapter of chapters)
      test(chapter.title, async () => {
        const walk = WALKERS[chapter.title]
        if (walk === undefined) throw new Error(`nobody walks "${chapter.title}"`)
        await walk(reader, chapter)
      })

    test('no line of the guide was left out, and the browser had nothing to complain about', () => {
      expect(chapters.flatMap(linesOf).filter((line) => !reader.shell.typed.has(line))).toEqual([])
      expect(reader.tab.complaints).toEqual([])
      expect(reader.tab.foreignRequests).toEqual([])
    })
  },
)
