import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withAppArchive } from '@cordon/app-archive/app-archive'
import type { Browser } from 'playwright-core'
import { expect } from 'vitest'
import { openTab, type Tab } from '../../apps/web/test/browser.ts'
import { lookAtTestFlight, makeStoreApp } from '../../scripts/demo/store-site.ts'
import { type Chapter, linesOf } from './read-guide.ts'
import type { GuideShell } from './shell.ts'
import { expectOnSimulatorPage, typeCodeForSomebodyElse, WEB_SESSION, type WebApp } from './web-app.ts'
import { APP_SPECIFIC_PASSWORD, APPLE_IDS, APPLE_PASSWORD, type GuideWorld, shellVariables } from './world.ts'

/** Somebody who reads the guide and does what it says, in Chromium and in a terminal. */
export interface Reader {
  readonly world: GuideWorld
  readonly browser: Browser
  readonly tab: Tab
  readonly web: WebApp
  readonly shell: GuideShell
  /** Variables of the person's shell. */
  readonly own: Readonly<Record<string, string>>
  /** Variables of a job, once there is a trigger token. */
  job: Readonly<Record<string, string>>
}

type Walker = (reader: Reader, chapter: Chapter) => Promise<void>

const APP = 'Acme Reader'
const BUNDLE_ID = 'com.example.tidepool'
const VERSION = '1.4'
const PASSWORD_PROMPT = { on: 'Password of the Apple ID', type: `${APPLE_PASSWORD}\r` }

/** Who walks each chapter of the guide: a chapter without a walker fails the test. */
export const WALKERS: Readonly<Record<string, Walker>> = {
  'Why connect': readOnly,
  'Which auto-provision step': readOnly,
  'Connect an API key': connectKey,
  'Connect an Apple ID': connectAppleId,
  'Authorise an app': authoriseApp,
  'What a build then gets': fetchInBuild,
  'Let a build provision the project': provision,
  'Ship a build': ship,
  'What expires, and when': signInAgain,
  'When it does not work': readOnly,
}

/** Tells and asks for nothing. */
async function readOnly(_reader: Reader, chapter: Chapter): Promise<void> {
  expect(linesOf(chapter), `"${chapter.title}" asks for something now`).toEqual([])
}

async function connectKey({ web, shell, own }: Reader, chapter: Chapter): Promise<void> {
  await web.connectKey()
  const screen = await shell.run(linesOf(chapter), { variables: own })
  expect(screen).toContain('connected "Acme Ltd"')
}

async function connectAppleId({ web, world, shell, own, browser }: Reader, chapter: Chapter): Promise<void> {
  await web.connectAppleId()
  const [withCode, handedOver] = [chapter.blocks[0]?.slice(0, 1) ?? [], chapter.blocks[0]?.slice(1) ?? []]
  const code = { on: '3 tries left', type: () => `${world.simulator.codeOf(APPLE_IDS.terminal, 'device')}\r` }
  const screen = await shell.run(withCode, { variables: own, reactions: [PASSWORD_PROMPT, code] })
  expect(screen).toContain('connected "Acme CI"')
  expect(screen).toMatch(/until \d{4}-\d{2}-\d{2} \(30 days\)/)

  const tab = await openTab(browser, world.url)
  let typing: Promise<void> | undefined
  const heard = (shown: string) => {
    const link = /http:\S+#token=[\w-]+(?=\s)/.exec(shown)?.[0]
    if (link !== undefined) typing ??= typeCodeForSomebodyElse(world, tab, link)
  }
  const instead = { 'Acme CI': 'Acme QA', [APPLE_IDS.terminal]: APPLE_IDS.colleague }
  const handed = await shell.run(handedOver, { variables: own, reactions: [PASSWORD_PROMPT], heard, instead })
  await typing
  expect(handed).toContain('connected "Acme QA"')
  expect(tab.complaints).toEqual([])
  await tab.context.close()
  expect(screen + handed).not.toContain(APPLE_PASSWORD)
}

async function authoriseApp({ web, shell, own }: Reader, chapter: Chapter): Promise<void> {
  await web.authorise(APP)
  const screen = await shell.run(linesOf(chapter), { variables: own })
  for (const connection of ['Acme Ltd', 'Acme CI'])
    expect(screen).toContain(`builds of "${APP}" use "${connection}" from the next build on`)
}

async function fetchInBuild({ world, shell, own }: Reader, chapter: Chapter): Promise<void> {
  const outputs = join(world.desk, 'job.env')
  writeFileSync(join(world.desk, 'session.sh'), shell.script(linesOf(chapter)))
  await shell.run([`cordon run --app "${APP}" -- sh -e session.sh`], {
    variables: { ...own, GITHUB_ENV: outputs },
  })
  expect(readFileSync(outputs, 'utf8')).toMatch(/^FASTLANE_SESSION/m)
}

async function provision(reader: Reader, chapter: Chapter): Promise<void> {
  const { web, world, shell } = reader
  const token = await web.makeTriggerToken()
  reader.job = {
    ...shellVariables(world, 'job'),
    CORDON_SERVER: world.url,
    CORDON_TRIGGER_TOKEN: token,
    p12_passphrase: 'guide-passphrase',
  }
  const [once = [], eachRun = []] = chapter.blocks
  const signing = join(world.desk, 'signing')
  expect(await shell.run(once, { variables: reader.job })).toMatch(/build \d+ ended: success/)
  // A fresh machine: nothing but the secret file.
  const kept = join(world.desk, 'kept.p12')
  renameSync(join(signing, 'cordon-distribution.p12'), kept)
  rmSync(signing, { recursive: true })
  const secrets = { SIGNING_P12: kept, SIGNING_PASSPHRASE: 'guide-passphrase' }
  const screen = await shell.run(eachRun, { variables: { ...reader.job, ...secrets } })
  expect(screen).toMatch(/build \d+ ended: success/)
  const written = readdirSync(signing)
  expect(certificatesMade(reader)).toBe(1)
  expect(written.filter((name) => name.endsWith('.mobileprovision'))).toHaveLength(4)
}

/** How many certificates Apple was asked to make. */
function certificatesMade({ world }: Reader): number {
  const exchanges = world.simulator.world.journal.exchanges()
  return exchanges.filter(({ operation }) => operation === 'certificates_createInstance').length
}

async function ship(reader: Reader, chapter: Chapter): Promise<void> {
  const { world } = reader
  const [job = [], script = [], byAppleId = []] = chapter.blocks
  const store = { name: 'Tidepool', bundleId: BUNDLE_ID, group: 'Crew' }
  await makeStoreApp(world.simulator.url, APPLE_IDS.terminal, store)
  await shipByKey(reader, job, script)
  await shipByAppleId(reader, script, byAppleId)
}

/** With the API key, on Linux, until the testers have it. */
async function shipByKey(reader: Reader, job: readonly string[], script: readonly string[]): Promise<void> {
  const { world, shell, browser } = reader
  writeFileSync(join(world.desk, 'ship.sh'), shell.script(script))
  const screen = await shell.run(job, { variables: reader.job })
  expect(screen).toContain(`${BUNDLE_ID} ${VERSION} (1) is at App Store Connect`)
  expect(screen).toMatch(/build \d+ ended: success/)
  expect(await lookAtTestFlight(world.simulator.url, world.teamId)).toEqual({
    builds: [{ number: '1', state: 'IN_BETA_TESTING' }],
    whatToTest: ['Look at the tide.'],
  })
  await expectOnSimulatorPage(browser, world, 'IN_BETA_TESTING')
}

/** With the Apple ID: the text by its session, the build by Apple's tool, which is recorded. */
async function shipByAppleId(reader: Reader, script: readonly string[], byAppleId: readonly string[]): Promise<void> {
  const { world, web, shell } = reader
  await web.storeAppSpecificPassword('Acme CI')
  const text = join(world.desk, 'fastlane/metadata/en-US')
  mkdirSync(text, { recursive: true })
  writeFileSync(join(text, 'description.txt'), 'Tells when the tide comes in.')
  // Xcode writes it beside the app; off macOS Transporter wants it.
  writeFileSync(join(world.desk, 'AppStoreInfo.plist'), '<plist version="1.0"><dict/></plist>')
  writeFileSync(join(world.desk, 'pack.sh'), shell.script(script.slice(0, 2)))
  const lines = ['cordon run -- sh -e pack.sh', ...byAppleId]
  const screen = await shell.run(lines, { variables: reader.job })
  expect(screen).toContain(`${BUNDLE_ID} ${VERSION} (2) is at App Store Connect`)
  await expectHandedToTool(world)
  expect(screen).not.toContain(APP_SPECIFIC_PASSWORD)
  expect(await stateOf(world)).toContain('Tells when the tide comes in.')
}

async function expectHandedToTool({ record, simulator, teamId }: GuideWorld): Promise<void> {
  const given = readFileSync(join(record, 'arguments'), 'utf8').split('\n')
  expect(given).toContain(APPLE_IDS.terminal)
  expect(given).toContain('@env:ITMS_TRANSPORTER_PASSWORD')
  expect(readFileSync(join(record, 'password'), 'utf8')).toBe(APP_SPECIFIC_PASSWORD)
  // What Apple does with a file that its tool has brought: the build is the one in the file.
  const received = await withAppArchive(join(record, 'received.ipa'), async ({ app }) => app)
  const { bundleId: app, buildNumber: version = '', version: versionString } = received
  await simulator.seedTeam(teamId, { builds: [{ app, version, versionString }] })
  const { builds } = await lookAtTestFlight(simulator.url, teamId)
  expect(builds.map(({ number }) => number).sort()).toEqual(['1', '2'])
}

/** All that the simulator remembers, where no step had a hand in it. */
async function stateOf({ simulator }: GuideWorld): Promise<string> {
  const response = await fetch(`${simulator.controlUrl}/state`)
  return response.text()
}

async function signInAgain({ world, web, shell, own }: Reader, chapter: Chapter): Promise<void> {
  await fetch(`${world.simulator.controlUrl}/accounts/${APPLE_IDS.terminal}/trust`, { method: 'DELETE' })
  await fetch(`${world.simulator.controlUrl}/accounts/${APPLE_IDS.terminal}/sessions`, { method: 'DELETE' })
  const code = { on: '3 tries left', type: () => `${world.simulator.codeOf(APPLE_IDS.terminal, 'device')}\r` }
  const screen = await shell.run(linesOf(chapter), { variables: own, reactions: [code] })
  for (const name of ['Acme Ltd', 'Acme CI', 'Acme QA']) expect(screen).toContain(name)
  expect(screen).toMatch(/until \d{4}-\d{2}-\d{2} \(30 days\)/)
  await web.signInAgain(WEB_SESSION)
}
