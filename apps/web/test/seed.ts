import { accountRoutes } from '@cordon/api/accounts/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { buildRoutes } from '@cordon/api/builds/routes'
import type { StartedBuild } from '@cordon/api/builds/schema'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import type { Simulator } from '@cordon/simulator/simulator'
import { connectInEveryState } from './apple-id-states.ts'
import { connectAppleId, newAppleId } from './apple-ids.ts'
import { addPerson, joinTeam, type SignedIn, setUp } from './people.ts'
import { connect, newKey, type WebWorld } from './world.ts'

/** A team at work, for looking at every screen. */
export interface Seeded {
  readonly owner: SignedIn
  readonly admin: SignedIn
  readonly developer: SignedIn
  /** Has nothing yet. */
  readonly newcomer: SignedIn
  /** Has Apple IDs in every state. */
  readonly caretaker: SignedIn
  /** The owner's connected Apple ID; and makes others that are not connected, because the server bounds the sign-ins to each. */
  readonly appleId: { readonly connectionId: string; readonly toConnect: () => string }
  /** The caretaker's Apple ID whose password Apple refuses. */
  readonly refusedId: string
  readonly appId: string
  /** Uses nothing and never ran. */
  readonly emptyAppId: string
  /** Suspended, because its connection's owner lost the role. */
  readonly suspendedAppId: string
  readonly runningBuild: StartedBuild
  readonly endedBuild: StartedBuild
  readonly forkBuild: StartedBuild
}

/** Fills an empty instance with people, apps, connections, builds and devices. */
export async function seed(world: WebWorld): Promise<Seeded> {
  const { url, setUpUrl, simulator } = world
  const owner = await setUp(url, setUpUrl, { name: 'Dana Espalier', email: 'dana@orchard.example' })
  const admin = await addPerson(url, owner, { name: 'Robin Quince', email: 'robin@orchard.example' })
  const developer = await addPerson(url, owner, { name: 'Sam Pippin', email: 'sam@orchard.example' })
  const newcomer = await addPerson(url, owner, { name: 'Alex Medlar', email: 'alex@orchard.example' })
  const appId = await createApp(owner, 'Orchard for iOS')
  const suspendedAppId = await createApp(owner, 'Orchard Watch')
  const emptyAppId = await createApp(owner, 'Cider Notes')
  await joinTeam(owner, appId, admin, 'admin')
  await joinTeam(owner, appId, developer, 'developer')
  await joinTeam(owner, suspendedAppId, admin, 'admin')
  const key = await connect(owner, newKey(simulator, 'team'), 'Orchard Ltd, release key')
  await connect(owner, newKey(simulator, 'individual'), 'Dana, uploads only')
  const adminKey = await connect(admin, newKey(simulator, 'team'), 'Robin, personal team')
  await connect(developer, newKey(simulator, 'team'), 'Sam, side project')
  await connect(owner, { ...newKey(simulator, 'team'), keyId: 'ZZZZ999999' }, 'Old key', true)
  await admin.client.call(connectionRoutes.change, {
    params: { connectionId: adminKey.id },
    body: { restricted: true },
  })
  await authorise(owner, appId, key.id)
  await authorise(admin, suspendedAppId, adminKey.id)
  await changeRole(owner, suspendedAppId, admin, 'developer')
  await addDevices(owner, developer)
  await owner.client.call(accountRoutes.createPersonalToken, { body: { name: 'laptop' } })
  await owner.client.call(accountRoutes.invite, { body: { role: 'member', note: 'Kim, QA' } })
  const trigger = await owner.client.call(buildRoutes.createTriggerToken, {
    params: { appId },
    body: { name: 'GitHub Actions' },
  })
  const builds = await startBuilds(url, trigger.token)
  const appleId = await connectOwnAppleId(simulator, owner, appId)
  const caretaker = await addPerson(url, owner, { name: 'Noor Bramley', email: 'noor@orchard.example' })
  const refusedId = await connectInEveryState(world, caretaker)
  const people = { owner, admin, developer, newcomer, caretaker }
  return { ...people, appId, emptyAppId, suspendedAppId, appleId, refusedId, ...builds }
}

async function connectOwnAppleId(simulator: Simulator, owner: SignedIn, appId: string): Promise<Seeded['appleId']> {
  const email = newAppleId(simulator, { email: 'ci@orchard.example' })
  const connectionId = await connectAppleId(owner, simulator, email, 'Orchard, CI account')
  await owner.client.call(authorisationRoutes.authorise, {
    params: { appId, type: 'apple_id' },
    body: { connectionId },
  })
  let made = 0
  const toConnect = () => {
    made += 1
    return newAppleId(simulator, { email: `release${made === 1 ? '' : made}@orchard.example` })
  }
  return { connectionId, toConnect }
}

/** Creates an app. */
export async function createApp(by: SignedIn, name: string): Promise<string> {
  const { id } = await by.client.call(appRoutes.create, { body: { name } })
  return id
}

/** Chooses a connection for an app. */
export async function authorise(by: SignedIn, appId: string, connectionId: string): Promise<void> {
  await by.client.call(authorisationRoutes.authorise, {
    params: { appId, type: 'app_store_connect_api_key' },
    body: { connectionId },
  })
}

/** Gives a member another role. */
export async function changeRole(
  by: SignedIn,
  appId: string,
  person: SignedIn,
  role: 'admin' | 'developer',
): Promise<void> {
  await by.client.call(appRoutes.changeMember, { params: { appId, userId: person.userId }, body: { role } })
}

/** Fetches what a build gets, as existing clients do. */
export async function fetchPortalData(
  build: Pick<StartedBuild, 'buildUrl' | 'buildToken'>,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${build.buildUrl}/apple_developer_portal_data.json`, {
    headers: { BUILD_API_TOKEN: build.buildToken, 'user-agent': 'Go-http-client/2.0' },
  })
  return (await response.json()) as Record<string, unknown>
}

async function addDevices(owner: SignedIn, developer: SignedIn): Promise<void> {
  const devices = [
    [owner, "Dana's iPhone 15", '00008101-000A1B2C3D4E001E'],
    [owner, 'Test iPad', '00008103-00112233AABB001E'],
    [developer, "Sam's Apple Watch", '0a1b2c3d4e5f60718293a4b5c6d7e8f901234567'],
  ] as const
  for (const [person, title, identifier] of devices) {
    await person.client.call(testDeviceRoutes.add, { body: { title, identifier } })
  }
}

async function startBuilds(url: string, token: string) {
  const endedBuild = await start(url, token, {
    branch: 'main',
    commit: '4f6c2f0c1d9a4c7b8e3f2a1b0c9d8e7f6a5b4c3d',
    workflow: 'release',
    message: 'Release 4.2: harvest calendar',
    ciUrl: 'https://github.com/orchard/ios/actions/runs/9001',
  })
  await fetchPortalData(endedBuild)
  await report(endedBuild)
  await post(`${endedBuild.buildUrl}/end`, endedBuild.buildToken, { outcome: 'success' })
  const failed = await start(url, token, { branch: 'fix/widget-crash', commit: 'a81cc04b17', workflow: 'pull-request' })
  await post(`${failed.buildUrl}/end`, failed.buildToken, { outcome: 'failure' })
  const forkBuild = await start(url, token, {
    branch: 'patch-1',
    commit: '90aa1be2c4',
    workflow: 'pull-request',
    pullRequest: '118',
    fromFork: true,
  })
  await fetchPortalData(forkBuild)
  const runningBuild = await start(url, token, { branch: 'main', commit: 'c2b7d1e9f0', workflow: 'nightly' })
  await fetchPortalData(runningBuild)
  return { endedBuild, forkBuild, runningBuild }
}

async function start(url: string, token: string, facts: Record<string, unknown>): Promise<StartedBuild> {
  const response = await fetch(`${url}/api/v1/builds`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ facts }),
  })
  if (!response.ok) throw new Error(`no build was started: ${await response.text()}`)
  return (await response.json()) as StartedBuild
}

function report(build: StartedBuild): Promise<void> {
  const reason = 'no profile of this type holds certificate 3F1A'
  const targets = ['', '.widget', '.intents', '.share', '.clip', '.notifications', '.stickers', '.keyboard']
  const made = targets.map((target) => {
    return { action: 'create-profile', subject: `com.orchard.ios${target}`, outcome: 'done', reason }
  })
  return post(`${build.buildUrl}/reports`, build.buildToken, {
    step: 'auto-provision',
    outcome: 'success',
    appleRequests: 14,
    summary: '8 profiles made, 1 reused; project set to manual signing',
    actions: [
      {
        action: 'create-bundle-id',
        subject: 'com.orchard.ios.keyboard',
        outcome: 'done',
        reason: 'not registered yet',
      },
      ...made,
      { action: 'use-profile', subject: 'com.orchard.ios.watch', outcome: 'reused', reason: 'still valid' },
    ],
  })
}

async function post(url: string, token: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { BUILD_API_TOKEN: token, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`)
}
