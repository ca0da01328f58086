import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { claim, type Narrator } from './narrator.ts'
import type { DemoOptions } from './options.ts'
import { copyProject } from './project-copy.ts'
import { startBuild, stepDocument } from './step-run.ts'
import type { DemoWorld } from './world.ts'

/** Account Holder of the demo's team. */
export const APPLE_ID = { email: 'ci@tidepool.example', password: randomBytes(12).toString('base64url') }
const CONNECTION = 'Tidepool CI'
const COLLEAGUE = { name: 'Kim Shore', email: 'kim@example.com', password: randomBytes(12).toString('base64url') }

/**
 * The older way, beside the key: an Apple ID whose phone is in a colleague's pocket. Her colleague types the code through a link that
 * works once; then a build does what no key can.
 */
export async function tellOfAppleId(
  world: DemoWorld,
  app: string,
  options: DemoOptions & { project: string },
  narrator: Narrator,
): Promise<void> {
  await narrator.chapter('Connect an Apple ID too: the code is on a colleague’s phone, so it is handed over', () =>
    connect(world, narrator),
  )
  await narrator.chapter('In a build with both: do what no key can, with auto-provision-apple-id', () =>
    provision(world, app, options, narrator),
  )
}

async function connect(world: DemoWorld, narrator: Narrator): Promise<void> {
  await post(`${world.simulatorUrl}/_simulator/accounts`, APPLE_ID)
  const colleague = await invite(world)
  const args = ['connection', 'add', 'apple-id', '--name', CONNECTION, '--email', APPLE_ID.email]
  let answered: Promise<void> | undefined
  const { stdout } = await world.command([...args, '--password-stdin', '--hand-off'], {
    stdin: APPLE_ID.password,
    heard: (text) => {
      const token = /#token=([\w-]+)/.exec(text)?.[1]
      if (token !== undefined) answered ??= typeCode(world, colleague, token)
    },
  })
  await answered
  claim(stdout.includes('(30 days)'), 'the session is not expected to last 30 days')
  narrator.say(stdout.replace(/#token=[\w-]+/, '#token=…'))
}

/** A second person on the instance; answers their session cookie. */
async function invite(world: DemoWorld): Promise<string> {
  const { stdout } = await world.command(['people', 'invite'])
  const token = /#token=([\w-]+)/.exec(stdout)?.[1]
  const response = await post(`${world.serverUrl}/api/v1/invitations/accept`, { token, account: COLLEAGUE })
  return response.headers.get('set-cookie')?.split(';')[0] ?? ''
}

/** Opens the link and types the code that Apple has shown on the devices. */
async function typeCode(world: DemoWorld, cookie: string, token: string): Promise<void> {
  const headers = { cookie, origin: world.serverUrl }
  const handOffs = `${world.serverUrl}/api/v1/apple-sign-in-hand-offs`
  await post(`${handOffs}/open`, { token }, headers)
  const response = await fetch(`${world.simulatorUrl}/_simulator/accounts/${APPLE_ID.email}/codes`)
  const { codes } = (await response.json()) as { codes: ReadonlyArray<{ code: string }> }
  await post(`${handOffs}/code`, { token, way: { kind: 'trusted-device' }, code: codes.at(-1)?.code }, headers)
}

async function post(url: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  claim(response.ok, `${new URL(url).pathname} answered ${response.status}`)
  return response
}

async function provision(
  world: DemoWorld,
  app: string,
  options: DemoOptions & { project: string },
  narrator: Narrator,
): Promise<void> {
  narrator.say((await world.command(['app', 'authorise', app, CONNECTION, '--type', 'apple-id'])).stdout)
  const build = await startBuild(world, app, 'apple-id')
  const copy = copyProject(options.project, join(world.folder, 'second'))
  const done = await stepDocument(world, 'auto-provision-apple-id', copy, build, options, [
    '--generate-profiles',
    'yes',
  ])
  const kinds = ['create-identifier', 'attach-identifiers']
  const attached = done.changes.filter(({ kind }) => kinds.includes(kind))
  narrator.say(attached.map(({ kind, subject }) => `- ${kind.replaceAll('-', ' ')} ${subject}`).join('\n'))
  const left = done.todos.filter(({ text }) => text.startsWith('attach'))
  claim(left.length === 0, `a person still has to ${left.map(({ text }) => text).join(', ')}`)
  narrator.say(`nothing is left to attach by hand; ${done.appleRequests} requests`)
  await world.command(['build', 'end'], { env: build.environment })
}
