import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toIso } from '@cordon/core/instant'
import { type Secret, secret } from '@cordon/core/secret'
import { variablesFor } from '@cordon/simulator/hosts/variables'
import { describe, expect, onTestFinished, test } from 'vitest'
import { hasTerminal, type Reaction, runInTerminal } from '../../simulator/test/terminal.ts'
import { COOKIE_SITE, fastlaneSession, wireCookies } from '../src/apple-id/export.ts'
import { sessionFromCookies } from '../src/apple-id/import.ts'
import type { AppleIdSession } from '../src/apple-id/model.ts'
import { checkSession, listTeams } from '../src/apple-id/session.ts'
import { refreshSession } from '../src/apple-id/sign-in.ts'
import { createPortalClient } from '../src/portal/client.ts'
import { type AccountWish, EMAIL, PASSWORD, signedIn, signInRig } from './apple-id-simulator.ts'

const PROGRAM = fileURLToPath(new URL('../../simulator/test/foreign/apple-utils-sign-in.mjs', import.meta.url))
const PATIENCE_MS = 120_000
const ENTER = '\r'

interface Seen {
  readonly state?: { readonly username: string; readonly teamId: string; readonly providerId: number } | null
  readonly cookies?: { readonly cookies: readonly { readonly key: string }[] }
  readonly error?: string
}

/** A simulator that both clients reach: ours by its address, @expo/apple-utils under Apple's names. */
async function bothRig(wish: AccountWish = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'apple-id-foreign-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const rig = await signInRig(wish, { proxyPort: 0, caFolder: join(folder, 'ca') })
  const { appleHosts } = rig.simulator
  if (appleHosts === null) throw new Error('no hosts')
  const variables = Object.fromEntries(variablesFor(appleHosts).map(({ name, value }) => [name, value]))
  const runApple = async (job: object, reactions: readonly Reaction[] = []): Promise<Seen> => {
    const [jobFile, seenFile] = [join(folder, 'job.json'), join(folder, 'seen.json')]
    writeFileSync(jobFile, JSON.stringify(job))
    const environment = { ...variables, HOME: mkdtempSync(join(folder, 'home-')), EXPO_NO_KEYCHAIN: '1', CI: '' }
    await runInTerminal([process.execPath, PROGRAM, jobFile, seenFile], environment, reactions)
    return JSON.parse(readFileSync(seenFile, 'utf8'))
  }
  return { ...rig, runApple }
}

/** Our cookies in the form in which @expo/apple-utils keeps its own. */
function expoCookies(session: Secret<AppleIdSession>): object {
  const cookies = session.reveal().cookies.map((cookie) => ({
    key: cookie.name,
    value: cookie.value,
    domain: cookie.domain,
    path: cookie.path,
    secure: cookie.isSecure,
    httpOnly: cookie.isHttpOnly,
    hostOnly: cookie.isHostOnly,
    creation: toIso(cookie.createdAt),
    ...(cookie.expiresAt && { expires: toIso(cookie.expiresAt) }),
  }))
  return { version: 'tough-cookie@4.0.0', storeType: 'MemoryCookieStore', rejectPublicSuffixes: true, cookies }
}

describe.runIf(hasTerminal)('@expo/apple-utils', { timeout: PATIENCE_MS }, () => {
  test('works on with a session that was made here', async () => {
    const rig = await bothRig()
    const { session } = await signedIn(rig)
    const { state, error } = await rig.runApple({ cookies: expoCookies(session) })
    expect(error).toBeUndefined()
    expect(state).toMatchObject({ username: EMAIL, teamId: rig.teamId })
  })

  test('makes a session that works here: checked, used in the portal, renewed by its trust', async () => {
    const { runApple, ...rig } = await bothRig()
    const code = () => `${rig.simulator.codeOf(EMAIL, 'device')}${ENTER}`
    const seen = await runApple({ credentials: { username: EMAIL, password: PASSWORD } }, [
      { on: 'validate your account', type: ENTER },
      { on: 'digit code', type: code },
    ])
    expect(seen.error).toBeUndefined()
    const now = rig.context.options.clock.now()
    const session = sessionFromCookies(secret(JSON.stringify(seen.cookies)), { accountName: EMAIL, now })
    expect(await checkSession(rig.context, session)).toMatchObject({
      webSession: 'valid',
      portal: 'valid',
      summary: { person: { emailAddress: EMAIL }, twoFactor: true },
    })
    const { teams } = await listTeams(rig.context, session)
    const [team] = teams
    if (team === undefined) throw new Error('no team')
    expect((await createPortalClient(rig.context, session, team).devices.list()).items).toEqual([])
    expect((await refreshSession(rig.context, session, secret(PASSWORD))).outcome).toBe('signed-in')
  })
})

test('FASTLANE_SESSION as builds get it renews a session here: the trust in it is whole', async () => {
  const rig = await signInRig()
  const { session } = await signedIn(rig)
  const now = rig.context.options.clock.now()
  const wire = wireCookies(session, now).reveal()[COOKIE_SITE] ?? []
  const read = sessionFromCookies(secret(fastlaneSession(wire)), { accountName: EMAIL, now })
  expect(await checkSession(rig.context, read)).toMatchObject({ webSession: 'valid', portal: 'valid' })
  expect((await refreshSession(rig.context, read, secret(PASSWORD))).outcome).toBe('signed-in')
})
