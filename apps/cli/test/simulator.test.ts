import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, statSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Desk, openDesk } from './desk.ts'

const CORDON = fileURLToPath(new URL('../bin/cordon.mjs', import.meta.url))

let desk: Desk
beforeEach(() => {
  desk = openDesk()
})
afterEach(() => desk.close())

test('simulator lists the flags that the package’s own command has', async () => {
  const { exitCode, stdout } = await desk.run('simulator --help')
  expect(exitCode).toBe(0)
  for (const flag of ['--port', '--tls-port', '--proxy-port', '--ca-folder', '--variables', '--seed', '--fault'])
    expect(stdout).toContain(flag)
})

test.each([
  ['simulator --port many', '--port takes a whole number, not "many"'],
  ['simulator --prot 1', "Unknown option '--prot'"],
  ["simulator --fault '{'", '--fault takes JSON'],
  ['simulator --setting latencyMs', '--setting takes NAME=JSON'],
])('%s ends with 2 and says what is accepted', async (line, message) => {
  const { exitCode, stdout, stderr } = await desk.run(line)
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
  expect(stderr).toContain(message)
})

test('simulator names a port that is in use, and how to take another', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const { exitCode, stderr } = await desk.run(`simulator --port ${port}`)
  server.close()
  expect(stderr).toBe(
    `error: another program listens on the port: 127.0.0.1:${port}\nhint: stop it, or take another port with --port, --tls-port or --proxy-port; 0 takes a free one\ncode: simulator.port_in_use\n`,
  )
  expect(exitCode).toBe(6)
})

test('simulator names the field of a setting or a fault that is not valid', async () => {
  const setting = await desk.run("simulator --port 0 --setting hourlyLimit='many'")
  expect([setting.exitCode, setting.stderr]).toEqual([2, expect.stringContaining('--setting takes JSON')])
  const fault = await desk.run('simulator --port 0 --fault \'{"operation":"*","kind":"meteor"}\'')
  expect([fault.exitCode, fault.stderr]).toEqual([3, expect.stringContaining("'kind' must be one of")])
})

test('simulator serves until it is told to end, and leaves the variables for clients in a file', async () => {
  const file = join(desk.folder, 'simulator.env')
  const flags = ['--port', '0', '--proxy-port', '0', '--ca-folder', join(desk.folder, 'ca'), '--variables', file]
  const child = spawn(process.execPath, [CORDON, 'simulator', ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = new Promise((resolve) => child.once('exit', resolve))
  try {
    const text = await new Promise<string>((resolve) => child.stdout.once('data', (data) => resolve(String(data))))
    const url = text.split('\n')[0] ?? ''
    expect((await fetch(`${url}/_simulator/health`)).status).toBe(200)
    const variables = Object.fromEntries(
      readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split('=')),
    )
    expect(variables.CORDON_SIMULATOR_URL).toBe(url)
    expect(variables.NODE_EXTRA_CA_CERTS).toBe(join(desk.folder, 'ca', 'ca.pem'))
    expect(statSync(String(variables.SSL_CERT_FILE)).mode & 0o777).toBe(0o600)
    expect(text).toContain(`export https_proxy='${variables.https_proxy}'`)
  } finally {
    child.kill('SIGTERM')
  }
  expect(await ended).toBe(0)
})
