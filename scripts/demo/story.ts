import { randomBytes } from 'node:crypto'
import { countRequests, openAccount } from './apple.ts'
import { APPLE_ID, tellOfAppleId } from './apple-id.ts'
import { claim, type Narrator } from './narrator.ts'
import type { DemoOptions } from './options.ts'
import { changedLines, copyProject, type ProjectCopy } from './project-copy.ts'
import { shippableApp, tellOfShipping } from './shipping.ts'
import { type StartedBuild, type StepDocument, startBuild, stepDocument } from './step-run.ts'
import type { DemoWorld } from './world.ts'

const OWNER = { name: 'Dana Reef', email: 'dana@example.com' }
const APP = 'Tidepool'

export interface Ending {
  readonly measured: string
  readonly signIn: { readonly email: string; readonly password: string }
}

/** The main job, chapter by chapter. Every claim is checked before the next chapter begins. */
export async function tellStory(
  world: DemoWorld,
  options: DemoOptions & { project: string },
  narrator: Narrator,
): Promise<Ending> {
  const password = randomBytes(12).toString('base64url')
  const account = await narrator.chapter('At Apple: a team, an API key and a registered iPhone', async () => {
    const opened = await openAccount(world.simulatorUrl, world.folder)
    narrator.say(`team ${opened.teamId}; downloaded AuthKey_${opened.keyId}.p8`)
    return opened
  })
  await narrator.chapter(
    'Set up the owner with the link that the server printed, and sign in on the command line',
    () => setUp(world, password, narrator),
  )
  const connectionId = await narrator.chapter('Connect the API key; Cordon tries it against Apple', () =>
    connect(world, account, narrator),
  )
  await narrator.chapter('Create an app, authorise it, add a test device', () =>
    authorise(world, connectionId, narrator),
  )
  const build = await narrator.chapter('Start a build', () => startFirstBuild(world, narrator))
  await narrator.chapter('In the build: fetch what the app may use', () => fetchConnection(build, narrator))
  const copy = copyProject(options.project, world.folder)
  const first = await narrator.chapter('In the build: provide at Apple what the Xcode project needs', () =>
    autoProvision(world, copy, build, options, narrator),
  )
  await narrator.chapter('What changed on disk', () => showDisk(copy, first, narrator))
  const again = await narrator.chapter('Run the step again: nothing is left to change', () =>
    runAgain(world, copy, build, options, narrator),
  )
  await narrator.chapter('End the build; its token stops working', () => endBuild(world, build, narrator))
  // The developer portal reads by POST too, so what follows cannot be told apart by its method.
  const requests = await countRequests(world.simulatorUrl)
  await tellOfAppleId(world, APP, options, narrator)
  const bundleId = shippableApp(first)
  const shipment = { app: APP, teamId: account.teamId, email: APPLE_ID.email }
  const shipped = bundleId && (await tellOfShipping(world, { ...shipment, bundleId }, options, narrator))
  await narrator.chapter('The audit trail of the first build and the last, and the proof that nobody changed it', () =>
    showAudit(world, shipped ? [build, shipped] : [build], narrator),
  )
  return {
    measured: `Apple requests: ${first.appleRequests} from an empty team, ${again.appleRequests} when all is in place; ${requests.total} with the checks of the key, ${requests.writes} of them writes; then those of the Apple ID${shipped ? ' and of shipping' : ''}.`,
    signIn: { email: OWNER.email, password },
  }
}

async function setUp(world: DemoWorld, password: string, narrator: Narrator): Promise<void> {
  const response = await fetch(`${world.serverUrl}/api/v1/set-up`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...OWNER, password, token: world.setUpToken }),
  })
  claim(response.status === 201, `set-up answered ${response.status}: ${await response.text()}`)
  const login = await world.command(
    ['login', '--server', world.serverUrl, '--email', OWNER.email, '--password-stdin'],
    { stdin: password },
  )
  narrator.say(login.stdout)
}

async function connect(
  world: DemoWorld,
  account: { keyFile: string; issuerId: string },
  narrator: Narrator,
): Promise<string> {
  const args = [
    'connection',
    'add',
    'api-key',
    '--name',
    'Tidepool Ltd',
    '--key-file',
    account.keyFile,
    '--issuer-id',
    account.issuerId,
    '--json',
  ]
  const { stdout } = await world.command(args)
  const connection = JSON.parse(stdout) as {
    id: string
    health: { state: string; checks: { title: string; result: string }[] }
  }
  claim(connection.health.state === 'healthy', `the connection is ${connection.health.state}`)
  claim(!stdout.includes('PRIVATE KEY'), 'the answer shows the key')
  narrator.say(connection.health.checks.map((check) => `${check.title}: ${check.result}`).join('\n'))
  return connection.id
}

async function authorise(world: DemoWorld, connectionId: string, narrator: Narrator): Promise<void> {
  narrator.say((await world.command(['app', 'create', APP])).stdout)
  narrator.say((await world.command(['app', 'authorise', APP, connectionId])).stdout)
  narrator.say((await world.command(['device', 'add', 'QA iPad', '00008027-001C2D3E4F5A002E'])).stdout)
}

async function startFirstBuild(world: DemoWorld, narrator: Narrator): Promise<StartedBuild> {
  const started = await startBuild(world, APP, 'release')
  claim(started.build.number === 1, 'the first build has another number than 1')
  narrator.say(`build ${started.build.number}: ${started.environment.BITRISE_BUILD_URL}`)
  return started
}

async function fetchConnection({ environment }: StartedBuild, narrator: Narrator): Promise<void> {
  const response = await ask(environment)
  const body = (await response.json()) as Record<string, unknown>
  claim(response.status === 200, `the build got HTTP ${response.status}`)
  claim(typeof body.private_key === 'string' && body.private_key.includes('BEGIN PRIVATE KEY'), 'the build got no key')
  narrator.say(`HTTP 200 with ${Object.keys(body).join(', ')}`)
}

function ask(environment: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(`${environment.BITRISE_BUILD_URL}/apple_developer_portal_data.json`, {
    headers: { BUILD_API_TOKEN: environment.BITRISE_BUILD_API_TOKEN ?? '' },
  })
}

function runStep(
  world: DemoWorld,
  copy: ProjectCopy,
  build: StartedBuild,
  options: DemoOptions,
): Promise<StepDocument> {
  return stepDocument(world, 'auto-provision', copy, build, options)
}

async function autoProvision(
  world: DemoWorld,
  copy: ProjectCopy,
  build: StartedBuild,
  options: DemoOptions,
  narrator: Narrator,
): Promise<StepDocument> {
  const done = await runStep(world, copy, build, options)
  claim(done.bundleIds.length > 0, 'no target of the project is signed')
  for (const { bundleId } of done.bundleIds) {
    claim(
      done.profiles.some((profile) => profile.bundleId === bundleId),
      `there is no profile for ${bundleId}`,
    )
  }
  narrator.say(
    `${done.bundleIds.map((one) => `${one.bundleId} (${one.target}, ${one.role})`).join('\n')}\n\nat Apple, ${done.appleRequests} requests:`,
  )
  narrator.say(
    done.changes
      .map((action) => `- ${action.kind.replaceAll('-', ' ')} ${action.subject}: ${action.reason}`)
      .join('\n'),
  )
  if (done.todos.length > 0)
    narrator.say(
      `\nto be done by a person at Apple:\n${done.todos.map((todo) => `- ${todo.identifier}: ${todo.text}`).join('\n')}`,
    )
  if (done.warnings.length > 0)
    narrator.say(`\ngood to know:\n${done.warnings.map((warning) => `- ${warning}`).join('\n')}`)
  return done
}

async function showDisk(copy: ProjectCopy, done: StepDocument, narrator: Narrator): Promise<void> {
  narrator.say(done.files.map((file) => `wrote ${file}`).join('\n'))
  const changes = changedLines(copy.source, copy.root)
  claim(changes.size === 1, `${changes.size} project files changed instead of one`)
  for (const [path, { removed, added }] of changes) {
    narrator.say(`\n${path}: ${added.length} lines new or changed, ${removed.length} gone; for example`)
    narrator.say(
      [
        ...removed.slice(0, 4).map((line) => `- ${line.trim()}`),
        ...added.slice(0, 6).map((line) => `+ ${line.trim()}`),
      ].join('\n'),
    )
  }
}

async function runAgain(
  world: DemoWorld,
  copy: ProjectCopy,
  build: StartedBuild,
  options: DemoOptions,
  narrator: Narrator,
): Promise<StepDocument> {
  const again = await runStep(world, copy, build, options)
  claim(
    again.changes.length === 0,
    `the second run wanted to change ${again.changes.map((action) => action.subject).join(', ')}`,
  )
  claim(again.projectChanges.length === 0, 'the second run changed the project')
  narrator.say(`nothing changed, ${again.appleRequests} requests; every profile was reused`)
  return again
}

async function endBuild(world: DemoWorld, build: StartedBuild, narrator: Narrator): Promise<void> {
  narrator.say((await world.command(['build', 'end'], { env: build.environment })).stdout)
  const response = await ask(build.environment)
  claim(response.status === 401, `the ended build still gets HTTP ${response.status}`)
  narrator.say(`asking again: HTTP ${response.status}`)
}

async function showAudit(world: DemoWorld, builds: readonly StartedBuild[], narrator: Narrator): Promise<void> {
  for (const { build } of builds) {
    const { stdout } = await world.command(['audit', 'list', '--build', build.id])
    claim(stdout.includes('credentials.released'), 'the audit log does not show the release of the key')
    claim(stdout.includes('auto-provision'), 'the audit log does not show what the step did')
    narrator.say(stdout)
  }
  narrator.say((await world.command(['audit', 'verify'])).stdout)
}
