import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startProblem } from '../src/start-problem.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cordon-start-'))
})
afterAll(() => rm(folder, { recursive: true }))

const listening: Server[] = []
afterAll(() => Promise.all(listening.map((server) => new Promise((resolve) => server.close(resolve)))))

function listen(host: string, port: number): Promise<number> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      listening.push(server)
      resolve((server.address() as { port: number }).port)
    })
  })
}

const refusalOf = (action: Promise<unknown>): Promise<string> =>
  action.then(
    () => 'not refused',
    (error: unknown) => startProblem(error),
  )

test('a port in use is named, with the setting to change', async () => {
  const port = await listen('127.0.0.1', 0)
  expect(await refusalOf(listen('127.0.0.1', port))).toBe(
    `error: the server did not start: another program listens on 127.0.0.1:${port}\n` +
      'hint: Stop it, or set CORDON_PORT to another port; 0 takes a free one.',
  )
})

test('an address of another machine is named', async () => {
  expect(await refusalOf(listen('203.0.113.9', 7420))).toContain('this machine has no address 203.0.113.9')
})

test('a file where the data folder should be is named', async () => {
  const file = join(folder, 'data')
  await writeFile(file, '')
  for (const path of [file, join(file, 'below')]) {
    const told = await refusalOf(mkdir(path, { recursive: true }))
    expect(told).toMatch(
      /^error: the server did not start: ".+" is not a folder\nhint: Move the file away, or set CORDON_DATA_DIR/,
    )
    expect(told).not.toContain(' at ')
  }
})

test('a folder without the right to write is named', () => {
  // Root, as which tests may run, is refused nothing: the error is as Node makes it.
  const refused = Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'mkdir', path: '/srv/cordon' })
  expect(startProblem(refused)).toBe(
    'error: the server did not start: no right to write "/srv/cordon"\n' +
      'hint: Give the user of the server that right, or set CORDON_DATA_DIR or CORDON_KEY_FILE, whichever it is, to another place.',
  )
  expect(
    startProblem(Object.assign(new Error('EACCES'), { code: 'EACCES', syscall: 'listen', address: '::1', port: 80 })),
  ).toContain('this user may not listen on [::1]:80')
})

test('a database without the right to write is told without a stack', () => {
  for (const text of ['attempt to write a readonly database', 'unable to open database file']) {
    const told = startProblem(new Error(text))
    expect(told).toMatch(/^error: the server did not start: no right to write the database\nhint: .*CORDON_DATA_DIR.*$/)
  }
})

test('what nobody has foreseen is told with its stack', () => {
  expect(startProblem(new TypeError('odd'))).toMatch(/^error: the server did not start: TypeError: odd\n {4}at /)
})
