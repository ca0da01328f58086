import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type LookupFunction } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { Agent, ProxyAgent, fetch as undiciFetch } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keptAuthority } from '../src/hosts/authority-folder.ts'
import { newServerIdentity, newTlsAuthority, type PemIdentity } from '../src/hosts/issue.ts'
import { variablesFor } from '../src/hosts/variables.ts'
import { type Simulator, startSimulator } from '../src/simulator.ts'
import { clientFor, newBundleId, signToken } from './client.ts'

const run = promisify(execFile)
const API = 'api.appstoreconnect.apple.com'
const ENTERPRISE = 'api.enterprise.developer.apple.com'
const DAY_MS = 86_400_000
const folder = mkdtempSync(join(tmpdir(), 'simulator-hosts-'))
const caFolder = join(folder, 'ca')

let simulator: Simulator
let hosts: NonNullable<Simulator['appleHosts']>
let token: string
let enterpriseToken: string
let bundleId: string

beforeAll(async () => {
  simulator = await startSimulator({ tlsPort: 0, proxyPort: 0, caFolder })
  if (simulator.appleHosts === null) throw new Error('no hosts')
  hosts = simulator.appleHosts
  const file = simulator.createKey(simulator.createTeam({ name: 'Acme' }).teamId)
  token = await signToken(file, Date.now())
  bundleId = await newBundleId(clientFor(simulator, file), 'com.acme.hosts')
  const big = simulator.createKey(simulator.createTeam({ name: 'Big', kind: 'enterprise' }).teamId)
  enterpriseToken = await signToken(big, Date.now(), { aud: 'apple-developer-enterprise-v1' })
})
afterAll(async () => {
  await simulator.close()
  rmSync(folder, { recursive: true })
})

const url = `https://${API}/v1/bundleIds?limit=1`
/** What a client has to have asked by its real name: the links lead back to Apple's own name. */
const expectApples = (body: string) => {
  const { data, links } = JSON.parse(body)
  expect(data[0].id).toBe(bundleId)
  expect(links.self).toBe(`https://${API}/v1/bundleIds?limit=1`)
}
const environment = () =>
  Object.fromEntries(
    variablesFor({ caFile: hosts.caFile, proxyUrl: hosts.proxyUrl }).map((one) => [one.name, one.value]),
  )
const bare = { PATH: process.env.PATH ?? '' }

describe("Apple's hosts, reached by unchanged clients", () => {
  it('curl: through the proxy, by the variables that the command prints', async () => {
    const { stdout } = await run('curl', ['-gsS', '-H', `authorization: Bearer ${token}`, url], {
      env: { ...bare, ...environment() },
    })
    expectApples(stdout)
  })

  it('curl: by name and port, without a proxy', async () => {
    const address = `https://${ENTERPRISE}:${hosts.tlsPort}`
    const resolve = `${ENTERPRISE}:${hosts.tlsPort}:127.0.0.1`
    const args = ['-gsS', '--resolve', resolve, '--cacert', hosts.caFile ?? '']
    const { stdout } = await run(
      'curl',
      [...args, '-H', `authorization: Bearer ${enterpriseToken}`, `${address}/v1/bundleIds`],
      { env: bare },
    )
    expect(JSON.parse(stdout).links.self).toBe(`${address}/v1/bundleIds`)
    const wrong = await run('curl', [...args, '-H', `authorization: Bearer ${token}`, `${address}/v1/bundleIds`], {
      env: bare,
    })
    expect(JSON.parse(wrong.stdout).errors[0].code).toBe('NOT_AUTHORIZED')
  })

  it('curl: refuses the certificate without the authority', async () => {
    const { CURL_CA_BUNDLE: _, SSL_CERT_FILE: __, ...rest } = environment()
    await expect(run('curl', ['-sS', url], { env: { ...bare, ...rest } })).rejects.toThrow(/certificate/)
  })

  it('fetch of Node: with an agent for the proxy', async () => {
    const dispatcher = new ProxyAgent({ uri: hosts.proxyUrl ?? '', requestTls: { ca: hosts.caPem } })
    const answer = await undiciFetch(url, { dispatcher, headers: { authorization: `Bearer ${token}` } })
    expectApples(await answer.text())
    await dispatcher.close()
  })

  it('fetch of Node: straight to the TLS port under the name', async () => {
    const lookup: LookupFunction = (_name, _options, found) => found(null, [{ address: '127.0.0.1', family: 4 }])
    const dispatcher = new Agent({ connect: { ca: hosts.caPem, lookup } })
    const address = `https://${API}:${hosts.tlsPort}/v1/bundleIds`
    const answer = await undiciFetch(address, { dispatcher, headers: { authorization: `Bearer ${token}` } })
    expect(await answer.json()).toMatchObject({ data: [{ id: bundleId }], links: { self: address } })
    await dispatcher.close()
  })

  it("Python's own HTTP client: through the proxy, by the variables", async () => {
    const script = [
      'import sys, urllib.request',
      'request = urllib.request.Request(sys.argv[1], headers={"Authorization": "Bearer " + sys.argv[2]})',
      'sys.stdout.write(urllib.request.urlopen(request).read().decode())',
    ].join('\n')
    const { stdout } = await run('python3', ['-c', script, url, token], { env: { ...bare, ...environment() } })
    expectApples(stdout)
  })
})

/** Sends one request head over a plain connection and gives what comes back. */
function rawly(port: number, head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(head))
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
    })
    socket.on('end', () => resolve(text))
    socket.on('error', reject)
  })
}

describe('the proxy', () => {
  const proxyPort = () => Number(new URL(hosts.proxyUrl ?? '').port)

  it.each([
    'example.com:443',
    'gsa.apple.com:443',
    `${API}:80`,
    `${API}.example.com:443`,
    '127.0.0.1:443',
    'localhost:22',
    'nonsense',
  ])('refuses %s', async (target) => {
    const answer = await rawly(proxyPort(), `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(answer).toContain(API)
  })

  it('refuses plain requests through it', async () => {
    const answer = await rawly(
      proxyPort(),
      'GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
  })

  it('leads a name in capitals too, and ends open tunnels when the simulator closes', async () => {
    const own = await startSimulator({ proxyPort: 0 })
    expect(own.appleHosts?.tlsPort).toBeNull()
    const socket = connect(Number(new URL(own.appleHosts?.proxyUrl ?? '').port), '127.0.0.1')
    const ended = new Promise((resolve) => socket.once('close', resolve))
    socket.write(`CONNECT ${API.toUpperCase()}:443 HTTP/1.1\r\n\r\n`)
    const first = await new Promise((resolve) => socket.once('data', (chunk) => resolve(chunk.toString())))
    expect(first).toMatch(/^HTTP\/1\.1 200 /)
    await own.close()
    await ended
  })
})

describe('the TLS address', () => {
  const ask = (host: string, path: string) =>
    new Promise<string>((resolve, reject) => {
      const socket = connectTls({ port: hosts.tlsPort ?? 0, host: '127.0.0.1', servername: API, ca: hosts.caPem }, () =>
        socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`),
      )
      let text = ''
      socket.on('data', (chunk) => {
        text += chunk.toString()
      })
      socket.on('end', () => resolve(text))
      socket.on('error', reject)
    })

  it('answers only to the names in its table, and knows no control API', async () => {
    expect(await ask('example.com', '/v1/apps')).toMatch(/^HTTP\/1\.1 421 /)
    expect(await ask(API, '/_simulator/state')).toMatch(/^HTTP\/1\.1 401 /)
    expect(await ask(API, '/enterprise/v1/bundleIds')).not.toContain('200 OK')
  })
})

describe('the authority of the machine', () => {
  const path = (name: string) => join(folder, name)
  const mode = (file: string) => (statSync(file).mode & 0o777).toString(8)
  const verdict = async (authority: PemIdentity, names: readonly string[], name: string) => {
    const leaf = await newServerIdentity(authority, names, Date.now())
    writeFileSync(path('a.pem'), authority.certificate)
    writeFileSync(path('l.pem'), leaf.certificate)
    const args = ['verify', '-CAfile', path('a.pem'), '-purpose', 'sslserver', '-verify_hostname', name, path('l.pem')]
    return await run('openssl', args).then(
      ({ stdout }) => stdout.trim().split(': ').at(-1) ?? '',
      (error: { stderr: string }) => error.stderr,
    )
  }

  it("speaks for Apple's hosts and can not speak for any other, nor for an address", async () => {
    const authority = await newTlsAuthority(Date.now())
    expect(await verdict(authority, [API, ENTERPRISE], ENTERPRISE)).toBe('OK')
    expect(await verdict(authority, ['example.com'], 'example.com')).toContain('permitted subtree violation')
    expect(await verdict(authority, ['apple.com.example.com'], 'apple.com.example.com')).toContain('permitted subtree')
    expect(await verdict(authority, [API, 'example.com'], API)).toContain('permitted subtree violation')
    const text = execFileSync('openssl', ['x509', '-in', path('a.pem'), '-noout', '-text'], { encoding: 'utf8' })
    expect(text).toMatch(
      /Name Constraints: critical\s+Permitted:\s+DNS:apple\.com\s+Excluded:\s+IP:0\.0\.0\.0\/0\.0\.0\.0/,
    )
    expect(text).toContain('CA:TRUE')
  })

  it('lies in a folder and files of its owner alone, and is used again until a week before its end', async () => {
    expect([mode(caFolder), mode(join(caFolder, 'authority.pem')), mode(join(caFolder, 'ca.pem'))]).toEqual([
      '700',
      '600',
      '600',
    ])
    expect(readFileSync(join(caFolder, 'ca.pem'), 'utf8')).not.toContain('PRIVATE')
    const now = Date.now()
    const first = await keptAuthority(caFolder, now)
    expect(first.certificate).toBe(hosts.caPem)
    expect((await keptAuthority(caFolder, now + 300 * DAY_MS)).certificate).toBe(hosts.caPem)
    const later = await keptAuthority(caFolder, now + 360 * DAY_MS)
    expect(later.certificate).not.toBe(hosts.caPem)
    expect(readFileSync(later.caFile, 'utf8')).toBe(later.certificate)
  })

  it('is one for all who start at once', async () => {
    const own = path('together')
    const all = await Promise.all(Array.from({ length: 6 }, () => keptAuthority(own, Date.now())))
    expect(new Set(all.map((one) => one.certificate)).size).toBe(1)
  })

  it('is not kept in a folder that others can reach', async () => {
    const open = path('open')
    mkdirSync(open, { mode: 0o755 })
    await expect(startSimulator({ tlsPort: 0, caFolder: open })).rejects.toMatchObject({
      code: 'simulator.open_folder',
    })
  })

  it('is a fresh one, in memory, for a simulator without a folder', async () => {
    const own = await startSimulator({ tlsPort: 0 })
    expect(own.appleHosts?.caFile).toBeNull()
    expect(own.appleHosts?.caPem).not.toBe(hosts.caPem)
    await own.close()
  })
})
