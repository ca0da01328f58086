import { accountRoutes } from '@cordon/api/accounts/routes'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { fragmentToken, PASSWORD, type SignedIn } from '../../server/test/harness.ts'
import { codeOf, type ServerWorld, startWorld } from '../../server/test/world.ts'
import { type Desk, openDesk, type Ran } from './desk.ts'

let world: ServerWorld
let dana: SignedIn
let desk: Desk
let robin: SignedIn
let people = 0

beforeAll(async () => {
  world = await startWorld('sqlite')
  dana = await world.server.setUp()
  desk = openDesk()
  await desk.run(`login --server ${world.server.url}`, { answers: [dana.email, PASSWORD] })
})
afterAll(async () => {
  desk.close()
  await world.close()
})
beforeEach(async () => {
  people += 1
  robin = await world.server.addPerson(dana, { email: `robin${people}@example.com` })
})

const sessionsOf = async (person: SignedIn) => (await person.client.call(accountRoutes.sessions, { query: {} })).items
const isIn = async (person: SignedIn) => (await person.fetch('/api/v1/me')).status === 200

/** Runs a command at the desk of somebody else than Dana. */
async function runAs(person: SignedIn, commandLine: string, answers?: readonly string[]): Promise<Ran> {
  const own = openDesk()
  try {
    await own.run(`login --server ${world.server.url}`, { answers: [person.email, PASSWORD] })
    return await own.run(commandLine, answers === undefined ? {} : { answers })
  } finally {
    own.close()
  }
}

describe('people', () => {
  test('disable signs somebody out after the password was given; enable lets them in again', async () => {
    const before = await sessionsOf(dana)
    const ran = await desk.run(`people disable ${robin.email}`, { answers: [PASSWORD] })
    expect(ran).toMatchObject({ exitCode: 0, stdout: `robin${people} (${robin.email}): member, disabled\n` })
    expect(await isIn(robin)).toBe(false)
    expect((await desk.run('people list')).stdout).toMatch(new RegExp(`${robin.email} +member +disabled`))
    // No session is left of the command.
    expect(await sessionsOf(dana)).toEqual(before)
    const json = await desk.run(`people enable ${robin.userId} --password-stdin --json`, { stdin: `${PASSWORD}\n` })
    expect(json.json()).toMatchObject({ email: robin.email, disabled: false })
    expect((await desk.run('people list')).stdout).toMatch(new RegExp(`${robin.email} +member +active`))
  })

  test('set-role makes an administrator, and the last one stays one', async () => {
    expect((await desk.run(`people set-role ${robin.email} administrator`, { answers: [PASSWORD] })).exitCode).toBe(0)
    expect((await runAs(robin, 'people list')).exitCode).toBe(0)
    const back = await desk.run(`people set-role ${robin.email} member`, { answers: [PASSWORD] })
    expect(back.stdout).toContain(': member, active')
    const last = await desk.run(`people set-role ${dana.email} member`, { answers: [PASSWORD] })
    expect(last).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('account.last_administrator') })
    expect((await desk.run(`people set-role ${robin.email} boss`)).exitCode).toBe(2)
  })

  test('without the right password nothing changes', async () => {
    const wrong = await desk.run(`people disable ${robin.email}`, { answers: ['marker-wrong-password'] })
    expect(wrong).toMatchObject({ exitCode: 4, stdout: '' })
    expect(wrong.stderr).not.toContain('marker')
    const nobody = await desk.run(`people disable ${robin.email}`)
    expect(nobody).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('--password-stdin') })
    expect(await isIn(robin)).toBe(true)
  })

  test('members may not, and are not asked for their password; an unknown person is told', async () => {
    const member = await runAs(robin, `people disable ${dana.email}`, [])
    expect(member).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('access.forbidden') })
    const unknown = await desk.run('people disable nobody@example.com --json', { answers: [] })
    expect(unknown.exitCode).toBe(5)
    expect(unknown.json()).toMatchObject({
      error: { code: 'cli.not_listed', details: { wanted: 'nobody@example.com', list: 'cordon people list' } },
    })
  })

  test('an administrator who disables themselves is out, and nothing is complained about', async () => {
    await desk.run(`people set-role ${robin.email} administrator`, { answers: [PASSWORD] })
    const ran = await runAs(robin, `people disable ${robin.email}`, [PASSWORD])
    expect(ran).toMatchObject({ exitCode: 0, stderr: '' })
    expect(await isIn(robin)).toBe(false)
  })

  test('invitations are listed and taken back by note or id', async () => {
    const { url, invitation } = (await desk.run('people invite --note Kim --json')).json<{
      url: string
      invitation: { id: string }
    }>()
    expect((await desk.run('people invitations')).stdout).toMatch(new RegExp(`Kim +member +Dana .* ${invitation.id}\n`))
    expect(await desk.run('people revoke-invitation Kim')).toMatchObject({
      exitCode: 0,
      stdout: `revoked ${invitation.id}\n`,
    })
    const preview = world.server.client().call(accountRoutes.previewInvitation, { body: { token: fragmentToken(url) } })
    expect(await codeOf(preview)).toBe('account.invitation_invalid')
    expect((await desk.run(`people revoke-invitation ${invitation.id}`)).exitCode).toBe(5)
  })

  test('a role that there is not is told with those that there are', async () => {
    const ran = await desk.run('people invite --role boss')
    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('administrator, member') })
  })
})

describe('ways into one’s own account', () => {
  test('a personal token is made with the password, shown once on standard output, listed and revoked', async () => {
    const made = await desk.run('account token create backup --days 7 --read-only', { answers: [PASSWORD] })
    const token = made.stdout.trim()
    expect(token).toMatch(/^cdn_pat_/)
    expect(made.stderr).toMatch(/acts as you until .* shown only now\n$/)
    const env = { CORDON_SERVER: world.server.url, CORDON_TOKEN: token }
    expect((await desk.run('app list', { env })).exitCode).toBe(0)
    expect((await desk.run('app create Nope', { env })).stderr).toContain('access.scope_missing')
    const listed = await desk.run('account token list')
    expect(listed.stdout).toMatch(/^backup +read +/m)
    expect(listed.stdout).not.toContain(token)
    expect((await desk.run('account token revoke backup')).stdout).toBe('revoked "backup"\n')
    expect((await desk.run('app list', { env })).exitCode).toBe(4)
    expect((await desk.run('account token revoke backup')).exitCode).toBe(5)
  })

  test('several tokens of one name are told by id, and the id decides', async () => {
    const id = async () =>
      (await desk.run('account token create twin --json', { answers: [PASSWORD] })).json<{
        personalToken: { id: string }
      }>().personalToken.id
    const ids = [await id(), await id()]
    const both = await desk.run('account token revoke twin')
    expect(both).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('cli.several_listed') })
    for (const one of ids) {
      expect(both.stderr).toContain(one)
      expect((await desk.run(`account token revoke ${one}`)).exitCode).toBe(0)
    }
  })

  test('sessions are listed and ended one by one or all, and personal tokens stay', async () => {
    const own = openDesk()
    try {
      await own.run(`login --server ${world.server.url}`, { answers: [robin.email, PASSWORD] })
      const [session] = await sessionsOf(robin)
      expect((await own.run('account session list')).stdout).toContain(session?.id)
      expect((await own.run('account session end')).exitCode).toBe(2)
      expect((await own.run(`account session end ${session?.id} --all`)).exitCode).toBe(2)
      expect((await own.run(`account session end ${(await sessionsOf(dana))[0]?.id}`)).exitCode).toBe(5)
      expect((await own.run(`account session end ${session?.id}`)).stdout).toContain('ended 1 session;')
      expect(await isIn(robin)).toBe(false)
      expect((await own.run('account session end --all --json')).json()).toEqual({ ended: [] })
      expect((await own.run('account session list')).stdout).toBe('you are signed in with no browser\n')
      expect((await own.run('whoami')).exitCode).toBe(0)
    } finally {
      own.close()
    }
  })
})
