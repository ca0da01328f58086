import { randomBytes } from 'node:crypto'
import type { AppRole } from '@cordon/api/route'
import type { AppId, AppleSignInId, BuildId, ConnectionId, TestDeviceId, UserId } from '@cordon/core/ids'
import { HOUR_MS, plusMs } from '@cordon/core/instant'
import { transaction } from '../src/platform/db/database.ts'
import { newToken, type TokenKind } from '../src/platform/tokens.ts'
import { jsonPost, type SignedIn, type TestServer } from './harness.ts'

/** How a caller presents itself, and what the rules know of it. */
export interface Caller {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly person?: {
    readonly administrator: boolean
    readonly role: AppRole | undefined
    readonly scopes: readonly string[]
    readonly session: boolean
  }
  /** Holds the token of the build that paths name. */
  readonly build?: true
  readonly trigger?: true
}

/** An instance with one of everything, and everybody who may come. */
export interface World {
  readonly callers: readonly Caller[]
  /** Id for each path parameter; things of one person belong to the owner of the app. */
  readonly ids: Readonly<Record<string, string>>
}

/** Fills an empty server. Writes to the database directly, so that no feature is needed to test another one's access. */
export async function makeWorld(server: TestServer): Promise<World> {
  const owner = await server.setUp({ name: 'Owner', email: 'owner@example.com' })
  const person = (name: string) => server.addPerson(owner, { email: `${name}@example.com` })
  const [admin, developer, tester, stranger] = [
    await person('admin'),
    await person('developer'),
    await person('tester'),
    await person('stranger'),
  ]
  const bystander = await server.addPerson(owner, { email: 'bystander@example.com', role: 'administrator' })
  const appId = await insertApp(server, { owner, admin, developer, tester })
  const other = await insertApp(server, { owner: stranger })
  const running = await insertBuild(server, appId, owner, { number: 1, state: 'running', livesMs: HOUR_MS })
  const ended = await insertBuild(server, appId, owner, { number: 2, state: 'ended', livesMs: HOUR_MS })
  const expired = await insertBuild(server, appId, owner, { number: 3, state: 'running', livesMs: -1 })
  const foreign = await insertBuild(server, other, stranger, { number: 1, state: 'running', livesMs: HOUR_MS })
  const trigger = await insertTrigger(server, appId, owner, null)
  const revoked = await insertTrigger(server, appId, owner, server.platform.clock.now())
  const tokens = {
    read: await personalToken(owner, ['read']),
    write: await personalToken(owner, ['write']),
    both: await personalToken(owner, ['read', 'write']),
  }
  const things = await insertThings(server, owner)
  return {
    ids: { appId, buildId: running.id, triggerTokenId: trigger.id, userId: owner.userId, ...things },
    callers: [
      { name: 'nobody', headers: {} },
      { name: 'a made-up session', headers: { cookie: `cordon=${freshToken('session').text}` } },
      { name: 'a made-up token', headers: bearer(freshToken('personal').text) },
      bySession('the owner, who is administrator', owner, true, 'owner'),
      bySession('an admin', admin, false, 'admin'),
      bySession('a developer', developer, false, 'developer'),
      bySession('a tester', tester, false, 'tester'),
      bySession('a stranger', stranger, false, undefined),
      bySession('an administrator who is in no team', bystander, true, undefined),
      byToken('a token that may read', tokens.read, ['read']),
      byToken('a token that may write', tokens.write, ['write']),
      byToken('a token that may do both', tokens.both, ['read', 'write']),
      { name: 'the running build', headers: { BUILD_API_TOKEN: running.token }, build: true },
      { name: 'a build that ended', headers: { BUILD_API_TOKEN: ended.token } },
      { name: 'a build whose time is over', headers: { BUILD_API_TOKEN: expired.token } },
      { name: 'a build of another app', headers: { BUILD_API_TOKEN: foreign.token } },
      { name: 'a made-up build token', headers: { BUILD_API_TOKEN: freshToken('build').text } },
      { name: 'a trigger token', headers: bearer(trigger.token), trigger: true },
      { name: 'a revoked trigger token', headers: bearer(revoked.token) },
    ],
  }
}

function bySession(name: string, who: SignedIn, administrator: boolean, role: AppRole | undefined): Caller {
  return {
    name,
    headers: { cookie: who.cookie },
    person: { administrator, role, scopes: ['read', 'write'], session: true },
  }
}

function byToken(name: string, token: string, scopes: readonly string[]): Caller {
  return { name, headers: bearer(token), person: { administrator: true, role: 'owner', scopes, session: false } }
}

function bearer(token: string) {
  return { authorization: `Bearer ${token}` }
}

function freshToken(kind: TokenKind) {
  const { token, hash } = newToken(kind, randomBytes)
  return { text: token.reveal(), hash }
}

async function personalToken(owner: SignedIn, scopes: readonly string[]): Promise<string> {
  const response = await owner.fetch('/api/v1/me/personal-tokens', jsonPost({ name: scopes.join(' and '), scopes }))
  return ((await response.json()) as { token: string }).token
}

async function insertApp({ platform }: TestServer, team: Partial<Record<AppRole, SignedIn>>): Promise<AppId> {
  const id = platform.ids('app')
  const now = platform.clock.now()
  await transaction(platform.db, async (tx) => {
    const created_by = team.owner?.userId as UserId
    await tx
      .insertInto('apps')
      .values({
        id,
        name: 'Orchard',
        delivery_mode: 'release',
        last_build_number: 3,
        created_by,
        created_at: now,
        updated_at: now,
      })
      .execute()
    for (const [role, { userId }] of Object.entries(team)) {
      await tx
        .insertInto('memberships')
        .values({ app_id: id, user_id: userId as UserId, role: role as AppRole, created_at: now })
        .execute()
    }
  })
  return id
}

interface BuildChoice {
  readonly number: number
  readonly state: 'running' | 'ended'
  readonly livesMs: number
}

async function insertBuild({ platform }: TestServer, appId: AppId, by: SignedIn, choice: BuildChoice) {
  const id: BuildId = platform.ids('build')
  const now = platform.clock.now()
  const expires_at = plusMs(now, choice.livesMs)
  const { text, hash } = freshToken('build')
  const facts = { commit: '', branch: '', workflow: '', message: '', pullRequest: '', fromFork: false, ciUrl: '' }
  await transaction(platform.db, async (tx) => {
    await tx
      .insertInto('builds')
      .values({
        id,
        app_id: appId,
        number: choice.number,
        state: choice.state,
        outcome: choice.state === 'ended' ? 'success' : null,
        facts: JSON.stringify(facts),
        from_fork: 0,
        started_by_kind: 'person',
        started_by_id: by.userId,
        started_by_name: 'Owner',
        started_at: now,
        expires_at,
        ended_at: choice.state === 'ended' ? now : null,
      })
      .execute()
    await tx.insertInto('build_activity').values({ build_id: id }).execute()
    await tx
      .insertInto('build_tokens')
      .values({ token_hash: hash, build_id: id, created_at: now, expires_at })
      .execute()
  })
  return { id, token: text }
}

async function insertTrigger({ platform }: TestServer, appId: AppId, by: SignedIn, revoked_at: number | null) {
  const id = platform.ids('triggerToken')
  const { text, hash } = freshToken('trigger')
  const row = { id, app_id: appId, name: 'CI', token_hash: hash, created_by: by.userId as UserId, expires_at: null }
  const now = platform.clock.now()
  await platform.db.queries
    .insertInto('trigger_tokens')
    .values({ ...row, created_at: now, last_used_at: null, revoked_at: revoked_at === null ? null : now })
    .execute()
  return { id, token: text }
}

async function insertThings({ platform }: TestServer, owner: SignedIn) {
  const connectionId: ConnectionId = platform.ids('connection')
  const testDeviceId: TestDeviceId = platform.ids('testDevice')
  const now = platform.clock.now()
  const owner_id = owner.userId as UserId
  const place = { table: 'connection_secrets', rowId: connectionId, version: 1 }
  await transaction(platform.db, async (tx) => {
    await tx
      .insertInto('connections')
      .values({
        id: connectionId,
        owner_id,
        type: 'app_store_connect_api_key',
        name: 'Key',
        kind: 'team',
        key_id: 'ABCDEFGHIJ',
        issuer_id: '57246542-96fe-1a63-e053-0824d011072a',
        summary: JSON.stringify({ teamId: null, role: null }),
        state: 'untested',
        checks: '[]',
        restricted: 0,
        secret_version: 1,
        secret_mac: platform.vault.bindVersion(place),
        created_at: now,
        updated_at: now,
        checked_at: null,
        key_replaced_at: null,
        last_used_at: null,
      })
      .execute()
    await tx
      .insertInto('test_devices')
      .values({
        id: testDeviceId,
        serial: 1,
        user_id: owner_id,
        title: 'Phone',
        identifier: '00008101-000A1B2C3D4E001E',
        identifier_key: '00008101-000a1b2c3d4e001e',
        created_at: now,
        updated_at: now,
      })
      .execute()
  })
  const signInId = await insertAppleSignIn({ platform }, owner_id)
  const session = await platform.db.queries
    .selectFrom('sign_in_sessions')
    .select('id')
    .where('user_id', '=', owner_id)
    .executeTakeFirstOrThrow()
  const token = await platform.db.queries.selectFrom('personal_tokens').select('id').executeTakeFirstOrThrow()
  return {
    connectionId,
    testDeviceId,
    signInId,
    sessionId: session.id,
    personalTokenId: token.id,
    invitationId: platform.ids('invitation'),
    type: 'app_store_connect_api_key',
  }
}

async function insertAppleSignIn({ platform }: Pick<TestServer, 'platform'>, user_id: UserId): Promise<AppleSignInId> {
  const id: AppleSignInId = platform.ids('appleSignIn')
  const now = platform.clock.now()
  await platform.db.queries
    .insertInto('apple_sign_ins')
    .values({
      id,
      user_id,
      connection_id: null,
      account_name: 'ci@example.com',
      name: 'CI account',
      state: 'ended',
      end_code: 'apple.sign_in_attempt_expired',
      version: 1,
      kek_id: null,
      wrapped_key: null,
      ciphertext: null,
      resend_at: null,
      started_at: now,
      expires_at: now,
      hand_off_hash: null,
      hand_off_expires_at: null,
      hand_off_opened_by: null,
      hand_off_done: 0,
    })
    .execute()
  return id
}
