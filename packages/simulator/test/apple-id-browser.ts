import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto'
import { secretCookieValues } from '@cordon/testkit/secret-cookies'
import type { Simulator } from '../src/simulator.ts'

const PRIME = BigInt(
  `0x${[
    'AC6BDB41324A9A9BF166DE5E1389582FAF72B6651987EE07FC3192943DB56050A37329CBB4A099ED8193E0757767A13D',
    'D52312AB4B03310DCD7F48A9DA04FD50E8083969EDB767B0CF6095179A163AB3661A05FBD5FAAAE82918A9962F0B93B8',
    '55F97993EC975EEAA80D740ADBF4FF747359D041D5C33EA71D281E446B14773BCA97B43A23FB801676BD207A436C6481',
    'F1D2B9078717461A5B9D32E688F87748544523B524B0D57D5EA77A2775D2ECFA032CFBDBF52FB3786160279004E57AE6',
    'AF874E7303CE53299CCC041C7BC308D82A5698F3A8D0C38271AE35F8E9DBFBB694B5C803D89F7AE435DE236D525F5475',
    '9B65E372FCD68EF20FA7111F9E4AFF73',
  ].join('')}`,
)

const sha256 = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
const toNumber = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex') || '0'}`)
const toBytes = (value: bigint) => {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex')
}
const pad = (value: bigint) => Buffer.from(value.toString(16).padStart(512, '0'), 'hex')

function power(base: bigint, exponent: bigint): bigint {
  if (exponent === 0n) return 1n
  const half = power((base * base) % PRIME, exponent / 2n)
  return exponent % 2n === 0n ? half : (half * base) % PRIME
}

/** What the simulator answers to `signin/init`. */
export interface InitAnswer {
  readonly iteration: number
  readonly salt: string
  readonly protocol: string
  readonly b: string
  readonly c: string
}

/** A client's half of the password exchange: written from the formulas, apart from the simulator's. */
export class SrpClient {
  readonly secret: bigint
  readonly public: bigint

  constructor(secret: bigint = toNumber(randomBytes(32))) {
    this.secret = secret
    this.public = power(2n, secret)
  }

  get a(): string {
    return toBytes(this.public).toString('base64')
  }

  /** Every number of the exchange, as the vectors name them. */
  prove(accountName: string, password: string, init: InitAnswer) {
    const salt = Buffer.from(init.salt, 'base64')
    const digest = sha256(Buffer.from(password, 'utf8'))
    const prepared = init.protocol === 's2k_fo' ? Buffer.from(digest.toString('hex')) : digest
    const stretched = pbkdf2Sync(prepared, salt, init.iteration, 32, 'sha256')
    const x = toNumber(sha256(salt, sha256(Buffer.from(':'), stretched)))
    const verifier = power(2n, x)
    const b = toNumber(Buffer.from(init.b, 'base64'))
    const u = toNumber(sha256(pad(this.public), pad(b)))
    const k = toNumber(sha256(toBytes(PRIME), pad(2n)))
    const base = (((b - k * verifier) % PRIME) + PRIME) % PRIME
    const shared = power(base, this.secret + u * x)
    const key = sha256(toBytes(shared))
    const [n, g] = [sha256(toBytes(PRIME)), sha256(pad(2n))]
    const mark = Buffer.from(n.map((byte, index) => byte ^ (g[index] ?? 0)))
    const a = toBytes(this.public)
    const m1 = sha256(mark, sha256(Buffer.from(accountName)), salt, a, toBytes(b), key)
    const m2 = sha256(a, m1, key)
    return { stretched, x, verifier, u, key, m1, m2 }
  }
}

/** Solves a puzzle; `undefined` when none was set. */
export function solveHashcash(headers: Headers): string | undefined {
  const [bits, challenge] = [headers.get('x-apple-hc-bits'), headers.get('x-apple-hc-challenge')]
  if (bits === null || challenge === null) return undefined
  for (let counter = 0; ; counter += 1) {
    const token = `1:${bits}:20260301093000:${challenge}::${counter}`
    const digest = createHash('sha1').update(token).digest()
    if (digest.readUInt32BE() >>> (32 - Number(bits)) === 0 || bits === '0') return token
  }
}

/** An answer as a test reads it. */
export interface Seen {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // Tests look into bodies of many shapes.
  readonly json: Record<string, unknown>
  /** `name=value` of each cookie that was set, with its attributes. */
  readonly setCookies: readonly string[]
}

interface Kept {
  readonly value: string
  readonly domain: string
  readonly endsAt: number
}

const HOSTS: Readonly<Record<string, string>> = {
  idmsa: 'idmsa.apple.com',
  appstoreconnect: 'appstoreconnect.apple.com',
  appleid: 'appleid.apple.com',
  developer: 'developer.apple.com',
}

/** A browser of a person: keeps cookies by Apple's domains, and ends them by the simulator's clock. */
export class Browser {
  readonly simulator: Simulator
  readonly cookies = new Map<string, Kept>()
  widgetKey: string
  session: Record<string, string> = {}

  constructor(simulator: Simulator) {
    this.simulator = simulator
    this.widgetKey = simulator.world.settings.widgetKey
  }

  cookieHeader(host: string): string {
    const now = this.simulator.world.clock.now()
    return [...this.cookies]
      .filter(([, { domain, endsAt }]) => endsAt > now && (host === domain || host.endsWith(`.${domain}`)))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ')
  }

  /** Values of the cookies that are secrets. */
  secretCookies(): readonly string[] {
    return secretCookieValues(Array.from(this.cookies, ([name, { value }]) => ({ name, value })))
  }

  cookie(prefix: string): string | undefined {
    const now = this.simulator.world.clock.now()
    for (const [name, { value, endsAt }] of this.cookies) if (name.startsWith(prefix) && endsAt > now) return value
    return undefined
  }

  #keep(host: string, line: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const mark = pair.indexOf('=')
    const attribute = (name: string) => attributes.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1)
    const age = attribute('Max-Age')
    const endsAt = age === undefined ? Number.POSITIVE_INFINITY : this.simulator.world.clock.now() + Number(age) * 1_000
    this.cookies.set(pair.slice(0, mark), { value: pair.slice(mark + 1), domain: attribute('Domain') ?? host, endsAt })
  }

  /** `path` begins with the prefix of a host: `/idmsa/appleauth/auth`. */
  async send(
    method: string,
    path: string,
    options: { body?: unknown; headers?: Record<string, string>; withCookies?: boolean } = {},
  ): Promise<Seen> {
    const host = HOSTS[path.split('/')[1] ?? ''] ?? ''
    const cookie = options.withCookies === false ? '' : this.cookieHeader(host)
    const answer = await fetch(`${this.simulator.url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        accept: 'application/json',
        'x-apple-widget-key': this.widgetKey,
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(cookie === '' ? {} : { cookie }),
        ...options.headers,
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    })
    const setCookies = answer.headers.getSetCookie()
    for (const line of setCookies) this.#keep(host, line)
    const text = await answer.text()
    const json = text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : {}
    return { status: answer.status, headers: answer.headers, text, json, setCookies }
  }

  /** A request within the sign-in: with its session id and the first `scnt`, as spaceship and expo send them. */
  async step(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Seen> {
    const all = { ...this.session, ...headers }
    return await this.send(method, `/idmsa/appleauth/auth${path}`, {
      headers: all,
      ...(body === undefined ? {} : { body }),
    })
  }

  async puzzle(): Promise<string | undefined> {
    return solveHashcash((await this.send('GET', `/idmsa/appleauth/auth/signin?widgetKey=${this.widgetKey}`)).headers)
  }

  async init(accountName: string, client = new SrpClient()): Promise<Seen> {
    const body = { a: client.a, accountName, protocols: ['s2k', 's2k_fo'] }
    return await this.send('POST', '/idmsa/appleauth/auth/signin/init', { body })
  }

  /** Both requests of the password exchange. */
  async enterPassword(accountName: string, password: string): Promise<Seen> {
    const client = new SrpClient()
    const init = (await this.init(accountName, client)).json as unknown as InitAnswer
    const { m1, m2 } = client.prove(accountName, password, init)
    const proofs = { m1: m1.toString('base64'), m2: m2.toString('base64') }
    return await this.complete({ accountName, c: init.c, rememberMe: false, ...proofs })
  }

  async complete(body: unknown, puzzle?: string): Promise<Seen> {
    const solved = puzzle ?? (await this.puzzle())
    const headers = solved === undefined ? undefined : { 'x-apple-hc': solved }
    const answer = await this.send('POST', '/idmsa/appleauth/auth/signin/complete', {
      body,
      ...(headers === undefined ? {} : { headers }),
    })
    const id = answer.headers.get('x-apple-id-session-id')
    const scnt = answer.headers.get('scnt')
    if (id !== null && scnt !== null) this.session = { 'X-Apple-ID-Session-Id': id, scnt }
    return answer
  }

  async checkDeviceCode(code: string): Promise<Seen> {
    return await this.step('POST', '/verify/trusteddevice/securitycode', { securityCode: { code } })
  }

  async checkPhoneCode(code: string, id = 1): Promise<Seen> {
    return await this.step('POST', '/verify/phone/securitycode', {
      securityCode: { code },
      phoneNumber: { id },
      mode: 'sms',
    })
  }

  async trust(): Promise<Seen> {
    return await this.step('GET', '/2sv/trust')
  }

  async olympus(): Promise<Seen> {
    return await this.send('GET', '/appstoreconnect/olympus/v1/session')
  }

  /** The whole way, with the code that a device shows. */
  async signIn(email: string, password: string): Promise<Seen> {
    const first = await this.enterPassword(email, password)
    if (first.status !== 409) return first
    await this.step('GET', '')
    await this.checkDeviceCode(this.simulator.codeOf(email, 'device') ?? '')
    return await this.trust()
  }
}
