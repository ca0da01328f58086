import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { variablesFor } from '../src/hosts/variables.ts'
import { EMAIL, PASSWORD, startWithAccount } from './apple-id-start.ts'
import { hasTerminal, type Reaction, runInTerminal } from './terminal.ts'

const PROGRAM = fileURLToPath(new URL('foreign/apple-utils-sign-in.mjs', import.meta.url))
const PATIENCE_MS = 120_000
const ENTER = '\r'
const DOWN = '\u001b[B'
const RIGHT = '\u001b[C'

interface Seen {
  readonly state?: { username: string; teamId: string; providerId: number } | null
  readonly cookies?: { cookies: readonly { key: string; value: string }[] }
  readonly switchedTo?: number
  readonly error?: string
}

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-sign-in-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Starts a simulator that answers under Apple's names, with the client's surroundings. */
async function startNamed(...[wish, options]: Parameters<typeof startWithAccount>) {
  const started = await startWithAccount(wish, { proxyPort: 0, caFolder: join(folder, 'ca'), ...options })
  const { appleHosts } = started.simulator
  if (appleHosts === null) throw new Error('no hosts')
  const variables = Object.fromEntries(variablesFor(appleHosts).map(({ name, value }) => [name, value]))
  const [team] = started.simulator.world.teams.values()
  /** Signs in with a home that keeps what the client keeps: its cookies and the widget key. */
  async function signIn(job: object, reactions: readonly Reaction[] = [], home = 'home'): Promise<Seen> {
    const [jobFile, seenFile] = [join(folder, 'job.json'), join(folder, 'seen.json')]
    writeFileSync(jobFile, JSON.stringify(job))
    const environment = { ...variables, HOME: join(folder, home), EXPO_NO_KEYCHAIN: '1', CI: '' }
    await runInTerminal([process.execPath, PROGRAM, jobFile, seenFile], environment, reactions)
    return JSON.parse(readFileSync(seenFile, 'utf8'))
  }
  /** Operations since the last look, in their order, with their status. */
  function operations(): string[] {
    const { journal } = started.simulator.world
    const seen = journal.exchanges().map(({ operation, status }) => `${operation} ${status}`)
    journal.reset()
    return seen
  }
  return { ...started, signIn, operations, teamId: team?.teamId ?? '' }
}

const credentials = { username: EMAIL, password: PASSWORD }
const PASSWORD_STEPS = ['olympus_logOut 302', 'idmsa_readSignInPage 200', 'idmsa_initSignIn 200']
const SESSION_STEPS = ['legacy_listTeams 200', 'olympus_readSession 200']
const byDevice: Reaction = { on: 'validate your account', type: ENTER }
const bySms: Reaction = { on: 'validate your account', type: `${RIGHT}${ENTER}` }
const code = (value: () => string | null): Reaction => ({ on: 'Please enter the', type: () => `${value()}${ENTER}` })
const nameOf = ({ cookies }: Seen) => cookies?.cookies.map(({ key }) => key.replace(/^DES.*/, 'DES…')).sort()

describe.runIf(hasTerminal)('@expo/apple-utils in a terminal', { timeout: PATIENCE_MS }, () => {
  it.each(['s2k', 's2k_fo'] as const)('signs in without a second factor, %s', async (protocol) => {
    const { signIn, operations, teamId } = await startNamed({ secondFactor: 'none', protocol })
    const { state } = await signIn({ credentials: { username: 'Dev@Example.com', password: PASSWORD } })
    expect(state).toMatchObject({ username: EMAIL, teamId })
    expect(operations()).toEqual([...PASSWORD_STEPS, 'idmsa_completeSignIn 200', ...SESSION_STEPS])
  })

  it('signs in with a code of a device, wrong and then right', async () => {
    const { signIn, operations, simulator } = await startNamed()
    const reactions = [byDevice, code(() => '000000'), byDevice, code(() => simulator.codeOf(EMAIL, 'device'))]
    const seen = await signIn({ credentials }, reactions)
    expect(seen.state?.username).toBe(EMAIL)
    expect(nameOf(seen)).toEqual(['DES…', 'dqsid', 'myacinfo'])
    expect(operations()).toEqual([
      ...PASSWORD_STEPS,
      'idmsa_completeSignIn 409',
      'idmsa_readSecondFactor 200',
      'idmsa_checkDeviceCode 400',
      'idmsa_checkDeviceCode 204',
      'idmsa_trustBrowser 204',
      ...SESSION_STEPS,
    ])
  })

  it('signs in with a code by SMS to the second of two phones', async () => {
    const phones = [{ number: '+49 1511 2345685' }, { number: '+1 (555) 555-0166' }]
    const { signIn, operations, simulator } = await startNamed({ phones })
    const choice: Reaction = { on: 'trusted phone number', type: `${DOWN}${ENTER}` }
    expect((await signIn({ credentials }, [bySms, choice, code(() => simulator.codeOf(EMAIL, 2))])).state).toBeDefined()
    expect(operations()).toEqual([
      ...PASSWORD_STEPS,
      'idmsa_completeSignIn 409',
      'idmsa_readSecondFactor 200',
      'idmsa_sendPhoneCode 200',
      'idmsa_checkPhoneCode 200',
      'idmsa_trustBrowser 204',
      ...SESSION_STEPS,
    ])
  })

  it('signs in with the code that is sent unasked to an only phone', async () => {
    const { signIn, operations, simulator } = await startNamed({ devices: [] })
    const received: Reaction = { on: '+49 •••• •••••85', type: () => `${simulator.codeOf(EMAIL, 1)}${ENTER}` }
    expect((await signIn({ credentials }, [received])).state).toBeDefined()
    expect(operations()).toContain('idmsa_readSecondFactor 201')
  })

  it('goes on after a right code that is answered with 409', async () => {
    const { signIn, operations, simulator } = await startNamed({ switches: { rightCode: 'conflict' } })
    expect((await signIn({ credentials }, [byDevice, code(() => simulator.codeOf(EMAIL))])).state).toBeDefined()
    expect(operations()).toContain('idmsa_checkDeviceCode 409')
  })

  it('signs in with two-step verification', async () => {
    const { signIn, operations, simulator } = await startNamed({ secondFactor: 'two-step', devices: [] })
    expect((await signIn({ credentials }, [code(() => simulator.codeOf(EMAIL, 1))])).state).toBeDefined()
    expect(operations()).toContain('idmsa_sendTwoStepCode 200')
  })

  it('restores a session from cookies, and signs in by password and trust when it is over', async () => {
    const { signIn, operations, simulator } = await startNamed()
    const first = await signIn({ credentials }, [byDevice, code(() => simulator.codeOf(EMAIL))])
    operations()
    expect((await signIn({ cookies: first.cookies }, [], 'elsewhere')).state?.username).toBe(EMAIL)
    expect(operations()).toEqual(SESSION_STEPS)
    await fetch(`${simulator.controlUrl}/accounts/${EMAIL}/sessions`, { method: 'DELETE' })
    expect((await signIn({ credentials })).state?.username).toBe(EMAIL)
    expect(operations().slice(-3)).toEqual(['idmsa_completeSignIn 200', ...SESSION_STEPS])
  })

  it('changes the provider', async () => {
    const { signIn, operations, simulator, teamId } = await startNamed({ secondFactor: 'none' })
    const other = simulator.createTeam({ name: 'Orchard' })
    const memberships = [
      { teamId, provider: { providerId: 1001 } },
      { teamId: other.teamId, provider: { providerId: 1002 } },
    ]
    simulator.changeAccount(EMAIL, { memberships })
    const [first, second] = simulator.world.appleIds.providers.keys()
    const job = { credentials: { ...credentials, teamId, providerId: first }, switchTo: second }
    expect((await signIn(job)).switchedTo).toBe(second)
    expect(operations()).toContain('olympus_requestProviderSwitch 201')
  })

  it('finds the widget key at its old address when the new one fails', async () => {
    const { signIn, operations, simulator } = await startNamed(
      { secondFactor: 'none' },
      { settings: { widgetKeyInConfig: true } },
    )
    simulator.world.faults.add({ operation: 'olympus_logOut', kind: 'status', status: 404, times: 0 })
    expect((await signIn({ credentials })).state?.username).toBe(EMAIL)
    expect(operations().slice(0, 2)).toEqual(['olympus_logOut 404', 'olympus_readConfig 200'])
  })

  it.each([
    ['a wrong password', {}, 'wrong', 'Invalid username and password combination'],
    ['a locked account', { switches: { locked: true } }, PASSWORD, 'Apple Service Error -20209'],
    ['a refusal for now', { switches: { refusal: 'refused' } }, PASSWORD, 'https://support.apple.com/kb/HT212522'],
    ['a security key', { secondFactor: 'security-key' }, PASSWORD, 'physical Security Key'],
    ['a repair', { switches: { repair: 'privacy' } }, PASSWORD, 'Need to acknowledge'],
  ] as const)('says what it makes of %s', async (_what, wish, password, message) => {
    const { signIn } = await startNamed(wish)
    const { error } = await signIn({ credentials: { ...credentials, password } })
    expect(error).toContain(message)
  })
})
