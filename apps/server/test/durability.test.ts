import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { scaled } from '@cordon/testkit/scale'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildProgram } from '../../../scripts/programs/programs.mjs'
import { createAudit } from '../src/platform/audit/audit.ts'
import { systemClock } from '../src/platform/clock.ts'
import { type Db, openDatabase } from '../src/platform/db/database.ts'
import { createIds } from '../src/platform/ids.ts'
import { openVault } from '../src/platform/vault/open-vault.ts'
import { DATABASES, makeScratch, type Scratch } from './databases.ts'
import { fragmentToken, jsonPost, PASSWORD } from './harness.ts'
import { type ServerProcess, startProcess } from './server-process.ts'

const KILLS = scaled(20, 200)
const WRITERS = 6
const hasStrace = spawnSync('strace', ['-V'], { stdio: 'ignore' }).status === 0
const LONG_MS = scaled(300_000, 3_600_000)
if (!hasStrace)
  process.stdout.write('skipped: no "strace" here, so what SQLite hands to the disk was not watched (Debian: strace)\n')

let program: string
beforeAll(async () => {
  program = await buildProgram('server')
})

describe.each(DATABASES)('on $database', ({ database, missing }) => {
  describe.skipIf(missing)('a server that is killed', () => {
    let scratch: Scratch
    beforeAll(async () => {
      scratch = await makeScratch(database)
    })
    afterAll(() => scratch?.remove())

    test(
      `${KILLS} times in the middle of writing loses nothing that it acknowledged`,
      async () => {
        const acknowledged = new Set<string>()
        const first = await startProcess(program, scratch.env)
        const cookie = await setUp(first)
        await killWhileWriting(first, cookie, acknowledged)
        for (let kill = 1; kill < KILLS; kill += 1) {
          await killWhileWriting(await startProcess(program, scratch.env), cookie, acknowledged)
        }
        const db = openAgain(scratch)
        const kept = new Set(
          (await db.queries.selectFrom('personal_tokens').select('id').execute()).map(({ id }) => id as string),
        )
        const lost = [...acknowledged].filter((id) => !kept.has(id))
        expect({ lost, acknowledged: acknowledged.size >= KILLS * WRITERS }).toEqual({ lost: [], acknowledged: true })
        expect(await chains(db, scratch)).toEqual([{ chain: 'instance', intact: true }])
        await db.close()
      },
      LONG_MS,
    )
  })
})

describe.skipIf(!hasStrace)('a server on SQLite under strace', () => {
  test(
    'syncs at least once for each write that it acknowledges',
    async () => {
      const scratch = await makeScratch('sqlite')
      const first = await startProcess(program, scratch.env)
      const cookie = await setUp(first)
      await first.stop()
      const idle = await countSyncs(scratch, 'idle', async () => {})
      const writes = 25
      const busy = await countSyncs(scratch, 'busy', async (server) => {
        for (let write = 0; write < writes; write += 1) await addToken(server, cookie)
      })
      expect(busy - idle).toBeGreaterThanOrEqual(writes)
      await scratch.remove()
    },
    LONG_MS,
  )
})

describe('a server as a process', () => {
  let scratch: Scratch
  beforeAll(async () => {
    scratch = await makeScratch('sqlite')
  })
  afterAll(() => scratch?.remove())
  const tryToStart = (more: Readonly<Record<string, string>> = {}) => {
    const env = { PATH: process.env.PATH, ...scratch.env, ...more }
    return spawnSync(process.execPath, [program], { env, encoding: 'utf8', timeout: LONG_MS })
  }

  test('writes no core dump, keeps its files to itself, has its folder alone, and ends with code 0 when asked', async () => {
    const server = await startProcess(program, scratch.env)
    if (process.platform === 'linux')
      expect(await readFile(`/proc/${server.pid}/limits`, 'utf8')).toMatch(/Max core file size +0 +0 /)
    for (const name of ['cordon.db', 'cordon.lock']) {
      expect((await stat(join(scratch.env.CORDON_DATA_DIR ?? '', name))).mode & 0o077, name).toBe(0)
    }
    const second = tryToStart()
    expect({ status: second.status, stderr: second.stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining('Another Cordon server uses this data folder'),
    })
    expect(await server.stop()).toBe(0)
  })

  test('does not start without the master key of its database, and names the key', async () => {
    const { status, stderr } = tryToStart({ CORDON_KEY_FILE: join(scratch.folder, 'other', 'master.key') })
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringMatching(/needs "kek_[0-9a-f]{16}".*\nhint: Put the master key/s),
    })
    await expect(stat(join(scratch.folder, 'other'))).rejects.toThrow('ENOENT')
  })

  test('does not start open to others without TLS, and tells all that is wrong with the settings', () => {
    const { status, stderr } = tryToStart({ CORDON_HOST: '0.0.0.0' })
    expect({ status, stderr }).toEqual({ status: 78, stderr: expect.stringContaining('CORDON_PUBLIC_URL') })
    expect(tryToStart({ CORDON_PORT: 'x', CORDON_LOG_LEVEL: 'y' }).stderr).toMatch(/CORDON_PORT.*CORDON_LOG_LEVEL/s)
  })
})

async function setUp(server: ServerProcess): Promise<string> {
  const token = fragmentToken(server.setUpUrl ?? '')
  const body = { token, name: 'Dana', email: 'dana@example.com', password: PASSWORD }
  const response = await fetch(`${server.url}/api/v1/set-up`, jsonPost(body))
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
}

// Kills when a number of writes came back, while others are under way: no timer decides.
async function killWhileWriting(server: ServerProcess, cookie: string, acknowledged: Set<string>): Promise<void> {
  const enough = acknowledged.size + WRITERS + Math.floor(Math.random() * 30)
  const write = async () => {
    for (;;) {
      const id = await addToken(server, cookie).catch(() => undefined)
      if (id === undefined) return
      acknowledged.add(id)
      if (acknowledged.size >= enough) await server.kill()
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, write))
  await server.kill()
}

async function addToken(server: ServerProcess, cookie: string): Promise<string | undefined> {
  const init = jsonPost({ name: 'one of many' })
  const response = await fetch(`${server.url}/api/v1/me/personal-tokens`, {
    ...init,
    headers: { ...(init.headers as Record<string, string>), cookie, origin: server.url },
  })
  const answer = (await response.json()) as { personalToken?: { id: string } }
  if (answer.personalToken === undefined) throw new Error(`not written: ${JSON.stringify(answer)}`)
  return answer.personalToken.id
}

function openAgain(scratch: Scratch): Db {
  const url = scratch.env.CORDON_DATABASE_URL
  return openDatabase(
    url === undefined ? { sqlite: join(scratch.env.CORDON_DATA_DIR ?? '', 'cordon.db') } : { postgres: url },
  )
}

async function chains(db: Db, scratch: Scratch) {
  const keyFile = scratch.env.CORDON_KEY_FILE ?? ''
  const vault = await openVault({ db, keyFile, clock: systemClock, randomBytes })
  const checks = await createAudit({
    db,
    vault,
    clock: systemClock,
    ids: createIds(systemClock, randomBytes),
  }).verifyAll()
  return checks.map(({ chain, intact }) => ({ chain, intact }))
}

async function countSyncs(
  scratch: Scratch,
  name: string,
  work: (server: ServerProcess) => Promise<void>,
): Promise<number> {
  const file = join(scratch.folder, `${name}.strace`)
  const server = await startProcess(program, scratch.env, ['strace', '-f', '-e', 'trace=fsync,fdatasync', '-o', file])
  await work(server)
  await server.stop()
  return (await readFile(file, 'utf8')).split('\n').filter((line) => /f(data)?sync\(/.test(line)).length
}
