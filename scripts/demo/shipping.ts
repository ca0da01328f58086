import { join } from 'node:path'
import { findProfile } from '../example-ipa/find-profile.ts'
import { packExample } from '../example-ipa/pack-example.ts'
import { countRequests } from './apple.ts'
import { claim, type Narrator } from './narrator.ts'
import type { DemoOptions } from './options.ts'
import { copyProject } from './project-copy.ts'
import { type StartedBuild, type StepDocument, startBuild, stepDocument } from './step-run.ts'
import { lookAtTestFlight, makeStoreApp } from './store-site.ts'
import type { DemoWorld } from './world.ts'

const GROUP = 'Crew'
const NOTE = 'Look whether the tide comes in on time.'
const VERSION = '1.4'

/** Who ships what. */
export interface Shipment {
  /** App at Cordon. */
  readonly app: string
  readonly teamId: string
  /** A person of the team at Apple. */
  readonly email: string
  /** Bundle ID of the app for iPhone. */
  readonly bundleId: string
}

/** What `cordon deploy --json` tells, as far as it is told on. */
interface DeployDocument {
  readonly version: string
  readonly buildNumber: string
  readonly parts: { readonly sent: number }
  readonly testflight: readonly string[]
  readonly testflightUrl: string
}

/** The app of a project that an .ipa for iPhone can be made of; undefined when there is none. */
export function shippableApp({ bundleIds }: StepDocument): string | undefined {
  return bundleIds.find(({ role, platform }) => role === 'app' && platform === 'ios')?.bundleId
}

/** From profiles for the App Store to testers who can install the build. Answers the build that shipped. */
export async function tellOfShipping(
  world: DemoWorld,
  shipment: Shipment,
  options: DemoOptions & { project: string },
  narrator: Narrator,
): Promise<StartedBuild> {
  const signingFolder = join(world.folder, 'signing')
  const build = await narrator.chapter(
    'For the App Store: the app’s page and testers at Apple, profiles in a build',
    () => prepare(world, shipment, options, narrator),
  )
  await narrator.chapter('In that build: take a build number, pack an .ipa, and ship it to the testers', async () => {
    const buildNumber = await nextNumber(world, build, shipment, narrator)
    const ipa = join(world.folder, 'tidepool.ipa')
    const { bytes, profile } = findProfile(signingFolder, shipment.bundleId)
    await packExample(ipa, { bundleId: shipment.bundleId, version: VERSION, buildNumber, profile: bytes })
    narrator.say(
      `packed tidepool.ipa with the profile "${profile.name}"; no Mac is here, so its program is a placeholder`,
    )
    await ship(world, { build, ipa, buildNumber }, shipment, narrator)
    narrator.say((await world.command(['build', 'end'], { env: build.environment })).stdout)
  })
  return build
}

async function prepare(
  world: DemoWorld,
  { app, email, bundleId }: Shipment,
  options: DemoOptions & { project: string },
  narrator: Narrator,
): Promise<StartedBuild> {
  await makeStoreApp(world.simulatorUrl, email, { name: app, bundleId, group: GROUP })
  narrator.say(`a person made the app record of ${bundleId} and the group "${GROUP}" on App Store Connect`)
  const build = await startBuild(world, app, 'store')
  const copy = copyProject(options.project, join(world.folder, 'third'))
  const done = await stepDocument(world, 'auto-provision', copy, build, { ...options, distribution: 'app-store' })
  for (const { name, outcome } of done.profiles) narrator.say(`${outcome} "${name}"`)
  narrator.say(`${done.appleRequests} requests`)
  return build
}

async function nextNumber(
  world: DemoWorld,
  { environment }: StartedBuild,
  { bundleId }: Shipment,
  narrator: Narrator,
): Promise<string> {
  const line = ['--bundle-id', bundleId, '--for-version', VERSION]
  const { stdout } = await world.command(['build-number', 'next', ...line], { env: atApple(world, environment) })
  const number = stdout.trim()
  claim(/^\d+$/.test(number), `"${number}" is no build number`)
  narrator.say(`build number ${number} of version ${VERSION}, which no other build gets`)
  return number
}

async function ship(
  world: DemoWorld,
  { build, ipa, buildNumber }: { build: StartedBuild; ipa: string; buildNumber: string },
  { bundleId, teamId }: Shipment,
  narrator: Narrator,
): Promise<void> {
  const before = await countRequests(world.simulatorUrl)
  const wishes = {
    '--ipa-path': ipa,
    '--beta-groups': GROUP,
    '--what-to-test': NOTE,
    '--uses-non-exempt-encryption': 'no',
    '--upload-state-folder': join(world.folder, 'uploads'),
  }
  const env = atApple(world, build.environment)
  const { stdout } = await world.command(['deploy', ...Object.entries(wishes).flat(), '--json'], { env })
  const after = await countRequests(world.simulatorUrl)
  const done = JSON.parse(stdout) as DeployDocument
  claim(done.buildNumber === buildNumber, `build ${done.buildNumber} was shipped instead of ${buildNumber}`)
  const { builds, whatToTest } = await lookAtTestFlight(world.simulatorUrl, teamId)
  const shipped = builds.find(({ number }) => number === buildNumber)
  claim(shipped?.state === 'IN_BETA_TESTING', `in TestFlight the build is ${shipped?.state ?? 'not there'}`)
  claim(whatToTest.includes(NOTE), 'testers are not told what to test')
  narrator.say(`uploaded in ${done.parts.sent} part, and processed by Apple; version ${done.version} is in preparation`)
  narrator.say(done.testflight.map((line) => `- ${line}`).join('\n'))
  narrator.say(`"${GROUP}" can install ${bundleId} ${done.version} (${done.buildNumber}) and reads: ${NOTE}`)
  narrator.say(`${after.total - before.total} requests to Apple, ${after.writes - before.writes} of them writes`)
}

function atApple({ simulatorUrl }: DemoWorld, environment: StartedBuild['environment']) {
  return { ...environment, CORDON_APPLE_BASE_URL: simulatorUrl }
}
