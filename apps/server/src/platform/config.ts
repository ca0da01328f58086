import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { secret } from '@cordon/core/secret'
import { z } from 'zod'

/** What the documentation says of a setting. */
interface FieldNotes {
  readonly env: string
  readonly type: string
  readonly unit?: string
  readonly default: string
  readonly meaning: string
  readonly feature: string
  /** What is accepted, for the message when a value is not. */
  readonly accepted: string
}

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const
const APPLE_BASE_URL = 'https://api.appstoreconnect.apple.com'
const APPLE_ENTERPRISE_BASE_URL = 'https://api.enterprise.developer.apple.com'

const wholeNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max)
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))
const optional = <T extends z.ZodType>(schema: T) => z.union([z.literal('').transform(() => undefined), schema])

/** Every setting of the server: one environment variable each. */
export const configSchema = z.object({
  dataDir: z
    .string()
    .min(1)
    .prefault('./data')
    .transform((path) => resolve(path))
    .meta({
      env: 'CORDON_DATA_DIR',
      type: 'path',
      default: './data',
      feature: 'storage',
      accepted: 'a folder',
      meaning: 'Folder of the SQLite database. Made at the first start, for the server’s own user only.',
    }),
  databaseUrl: optional(z.url({ protocol: /^postgres(ql)?$/ }))
    .prefault('')
    .meta({
      env: 'CORDON_DATABASE_URL',
      type: 'URL',
      default: 'empty',
      feature: 'storage',
      accepted: 'empty, or a URL such as "postgres://cordon@db.example.com/cordon"',
      meaning: 'PostgreSQL 15 or newer, for several servers side by side. Empty: SQLite in the data folder.',
    }),
  host: z.string().min(1).default('127.0.0.1').meta({
    env: 'CORDON_HOST',
    type: 'address',
    default: '127.0.0.1',
    feature: 'network',
    accepted: 'an IP address or host name',
    meaning:
      'Address to listen on. Another one than loopback needs CORDON_PUBLIC_URL with https, or CORDON_TRUSTED_PROXY.',
  }),
  port: wholeNumber(0, 65_535).default(7_420).meta({
    env: 'CORDON_PORT',
    type: 'number',
    default: '7420',
    feature: 'network',
    accepted: 'a port from 0 to 65535; 0 takes a free one',
    meaning: 'TCP port to listen on.',
  }),
  publicUrl: optional(httpUrl).prefault('').meta({
    env: 'CORDON_PUBLIC_URL',
    type: 'URL',
    default: 'http://HOST:PORT',
    feature: 'network',
    accepted: 'an http or https URL, such as "https://cordon.example.com"',
    meaning: 'Where people and builds reach the server. Links, cookies and the cross-site check follow it.',
  }),
  trustedProxy: z.string().max(1_000).prefault('').meta({
    env: 'CORDON_TRUSTED_PROXY',
    type: 'list of addresses',
    default: 'empty',
    feature: 'network',
    accepted: 'addresses or networks, separated by commas, such as "10.0.0.2" or "10.0.0.0/8"',
    meaning: 'Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.',
  }),
  keyFile: z.string().min(1).optional().meta({
    env: 'CORDON_KEY_FILE',
    type: 'path',
    default: '$XDG_CONFIG_HOME/cordon/master.key, else ~/.config/cordon/master.key',
    feature: 'vault',
    accepted: 'a file outside the data folder',
    meaning:
      'The master key: 32 bytes, mode 0600, made at the first start. Without it nothing stored can be read: keep a copy apart from the backups.',
  }),
  appleBaseUrl: httpUrl.default(APPLE_BASE_URL).meta({
    env: 'CORDON_APPLE_BASE_URL',
    type: 'URL',
    default: APPLE_BASE_URL,
    feature: 'connections',
    accepted: 'an http or https URL',
    meaning: 'Where App Store Connect is. Another one than Apple’s is for tests: the web app shows a banner.',
  }),
  appleEnterpriseBaseUrl: httpUrl.default(APPLE_ENTERPRISE_BASE_URL).meta({
    env: 'CORDON_APPLE_ENTERPRISE_BASE_URL',
    type: 'URL',
    default: APPLE_ENTERPRISE_BASE_URL,
    feature: 'connections',
    accepted: 'an http or https URL',
    meaning: 'The same for keys of the Enterprise Program.',
  }),
  appleIdBaseUrl: optional(httpUrl).prefault('').meta({
    env: 'CORDON_APPLE_ID_BASE_URL',
    type: 'URL',
    default: 'empty',
    feature: 'connections',
    accepted: 'empty, or an http or https URL',
    meaning:
      'Where a stand-in serves Apple’s sign-in and developer portal, such as the simulator’s address. Empty: Apple’s own hosts. Passwords go there: it is for tests, and the web app shows a banner.',
  }),
  webhookUrl: optional(httpUrl).prefault('').meta({
    env: 'CORDON_WEBHOOK_URL',
    type: 'URL',
    default: 'empty',
    feature: 'notifications',
    accepted: 'empty, or an http or https URL',
    meaning:
      'Where the server reports what people must know, such as a session that ends soon. Needs CORDON_WEBHOOK_SECRET.',
  }),
  webhookSecret: optional(
    z
      .string()
      .regex(/^[\x21-\x7e]{24,256}$/)
      .transform((text) => secret(text)),
  )
    .prefault('')
    .meta({
      env: 'CORDON_WEBHOOK_SECRET',
      type: 'text',
      default: 'empty',
      feature: 'notifications',
      accepted: 'empty, or 24 to 256 visible ASCII characters',
      meaning:
        'Signs the reports to CORDON_WEBHOOK_URL with HMAC-SHA256, as Standard Webhooks do; with or without their prefix “whsec_”.',
    }),
  logLevel: z
    .enum(LOG_LEVELS)
    .default('info')
    .meta({
      env: 'CORDON_LOG_LEVEL',
      type: 'word',
      default: 'info',
      feature: 'log',
      accepted: LOG_LEVELS.map((level) => `"${level}"`).join(', '),
      meaning: 'Least important line that is written to standard output. Each request is one line of level info.',
    }),
  buildTokenMinutes: wholeNumber(1, 1_440).default(90).meta({
    env: 'CORDON_BUILD_TOKEN_MINUTES',
    type: 'number',
    unit: 'minutes',
    default: '90',
    feature: 'builds',
    accepted: 'a whole number from 1 to 1440',
    meaning: 'Longest life of a build and its token.',
  }),
  addressRequestsPerMinute: wholeNumber(0, 1_000_000).default(1_200).meta({
    env: 'CORDON_ADDRESS_REQUESTS_PER_MINUTE',
    type: 'number',
    unit: 'requests a minute',
    default: '1200',
    feature: 'network',
    accepted: 'a whole number from 0 to 1000000; 0 for no limit',
    meaning:
      'How often an address may ask without being signed in, or with a token that is not accepted. Behind a proxy that is not in CORDON_TRUSTED_PROXY everybody shares its address.',
  }),
  credentialRequestsPerMinute: wholeNumber(0, 1_000_000).default(3_000).meta({
    env: 'CORDON_CREDENTIAL_REQUESTS_PER_MINUTE',
    type: 'number',
    unit: 'requests a minute',
    default: '3000',
    feature: 'network',
    accepted: 'a whole number from 0 to 1000000; 0 for no limit',
    meaning:
      'How often one session, personal token, build or trigger token may ask. Each server of several counts for itself.',
  }),
  sessionIdleHours: wholeNumber(1, 24 * 90)
    .default(24 * 7)
    .meta({
      env: 'CORDON_SESSION_IDLE_HOURS',
      type: 'number',
      unit: 'hours',
      default: '168',
      feature: 'accounts',
      accepted: 'a whole number from 1 to 2160',
      meaning: 'A session that is not used ends after this time.',
    }),
  sessionDays: wholeNumber(1, 365).default(30).meta({
    env: 'CORDON_SESSION_DAYS',
    type: 'number',
    unit: 'days',
    default: '30',
    feature: 'accounts',
    accepted: 'a whole number from 1 to 365',
    meaning: 'A session ends after this time, used or not.',
  }),
})

type Parsed = z.output<typeof configSchema>

/** The settings of a server, checked. */
export interface Config extends Omit<Parsed, 'keyFile'> {
  readonly keyFile: string
}

/** Where Apple's own services are: any other address is a stand-in. */
export const APPLES_OWN = { baseUrl: APPLE_BASE_URL, enterpriseBaseUrl: APPLE_ENTERPRISE_BASE_URL } as const

/** All that is wrong with the settings, one line each. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`the settings are not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** Reads the settings from environment variables. Throws a `ConfigError` that names every problem at once. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const input = Object.fromEntries(fieldNotes().map(([name, { env: variable }]) => [name, env[variable]]))
  const parsed = configSchema.safeParse(input)
  if (!parsed.success) throw new ConfigError(parsed.error.issues.map((issue) => explain(String(issue.path[0]), input)))
  const config = { ...parsed.data, keyFile: resolve(parsed.data.keyFile ?? defaultKeyFile(env)) }
  const problems = [exposureProblem(config), keyFileProblem(config), webhookProblem(config)].filter(
    (problem) => problem !== undefined,
  )
  if (problems.length > 0) throw new ConfigError(problems)
  return config
}

/** Says whether an address is reachable from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** `docs/config.md`: the table of settings, made from the schema. */
export function configMarkdown(): string {
  const rows = fieldNotes().map(([, notes]) => {
    const unit = notes.unit === undefined ? '' : `, ${notes.unit}`
    return `| \`${notes.env}\` | ${notes.type}${unit} | ${notes.default} | ${notes.feature} | ${notes.meaning} Accepted: ${notes.accepted}. |`
  })
  return [
    '# Settings of the server',
    '',
    'Each setting is an environment variable. All problems are reported together when the server starts.',
    '',
    '| Variable | Type | Default | Serves | Meaning |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

function fieldNotes(): ReadonlyArray<readonly [string, FieldNotes]> {
  return Object.entries(configSchema.shape).map(([name, field]) => [name, field.meta() as unknown as FieldNotes])
}

// What was meant as a secret is not repeated.
const SECRET_FIELDS: ReadonlySet<string> = new Set(['webhookSecret'])

function explain(name: string, input: Readonly<Record<string, string | undefined>>): string {
  const notes = fieldNotes().find(([field]) => field === name)?.[1]
  const given = SECRET_FIELDS.has(name) ? 'what is given is not' : `it is ${JSON.stringify(input[name])}`
  return `${notes?.env} must be ${notes?.accepted}; ${given}`
}

function defaultKeyFile(env: Readonly<Record<string, string | undefined>>): string {
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'cordon', 'master.key')
}

function exposureProblem(config: Config): string | undefined {
  const safe = isLoopback(config.host) || config.publicUrl?.startsWith('https://') || config.trustedProxy !== ''
  if (safe) return undefined
  return `CORDON_HOST is "${config.host}", which others can reach: set CORDON_PUBLIC_URL to an https address, or CORDON_TRUSTED_PROXY to the proxy that ends TLS, or CORDON_HOST to 127.0.0.1`
}

function keyFileProblem({ keyFile, dataDir }: Config): string | undefined {
  if (keyFile !== dataDir && !keyFile.startsWith(`${dataDir}/`)) return undefined
  return `CORDON_KEY_FILE must be outside the data folder: a copy of the folder would hold both the lock and its key; it is "${keyFile}"`
}

function webhookProblem({ webhookUrl, webhookSecret }: Config): string | undefined {
  if (webhookUrl === undefined || webhookSecret !== undefined) return undefined
  return 'CORDON_WEBHOOK_URL needs CORDON_WEBHOOK_SECRET: without a signature the receiver cannot tell reports from forgeries'
}
