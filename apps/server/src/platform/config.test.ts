import { expect, test } from 'vitest'
import { ConfigError, configMarkdown, configSchema, readConfig } from './config.ts'

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
}

test('without any setting the server listens on loopback, keeps its data in ./data, and its key elsewhere', () => {
  const config = readConfig({ XDG_CONFIG_HOME: '/home/dana/.config' })
  expect(config).toMatchObject({ host: '127.0.0.1', port: 7_420, publicUrl: undefined, databaseUrl: undefined })
  expect(config.dataDir).toBe(`${process.cwd()}/data`)
  expect(config.keyFile).toBe('/home/dana/.config/cordon/master.key')
  expect(config.appleBaseUrl).toBe('https://api.appstoreconnect.apple.com')
})

test('every problem is told at once, by name, with what is accepted', () => {
  const problems = problemsOf({
    CORDON_PORT: 'seventy',
    CORDON_LOG_LEVEL: 'loud',
    CORDON_PUBLIC_URL: 'cordon.example.com',
    CORDON_DATABASE_URL: 'mysql://db',
    CORDON_BUILD_TOKEN_MINUTES: '0',
  })
  expect(problems).toHaveLength(5)
  expect(problems.join('\n')).toContain(
    'CORDON_PORT must be a port from 0 to 65535; 0 takes a free one; it is "seventy"',
  )
  for (const name of ['LOG_LEVEL', 'PUBLIC_URL', 'DATABASE_URL', 'BUILD_TOKEN_MINUTES']) {
    expect(problems.filter((problem) => problem.startsWith(`CORDON_${name} must be`))).toHaveLength(1)
  }
})

test('an address that others can reach needs TLS, by the public address or by a named proxy', () => {
  for (const host of ['0.0.0.0', '192.168.1.5', '::', 'cordon.internal']) {
    expect(problemsOf({ CORDON_HOST: host })[0], host).toContain('CORDON_PUBLIC_URL')
    expect(problemsOf({ CORDON_HOST: host, CORDON_PUBLIC_URL: 'http://cordon.example.com' })).toHaveLength(1)
    expect(problemsOf({ CORDON_HOST: host, CORDON_PUBLIC_URL: 'https://cordon.example.com' })).toEqual([])
    expect(problemsOf({ CORDON_HOST: host, CORDON_TRUSTED_PROXY: '10.0.0.2' })).toEqual([])
  }
  for (const host of ['127.0.0.1', '127.0.1.1', '::1', 'localhost'])
    expect(problemsOf({ CORDON_HOST: host })).toEqual([])
})

test('the master key may not lie in the data folder', () => {
  const problems = problemsOf({ CORDON_DATA_DIR: '/srv/cordon', CORDON_KEY_FILE: '/srv/cordon/keys/master.key' })
  expect(problems[0]).toContain('CORDON_KEY_FILE must be outside the data folder')
  expect(problemsOf({ CORDON_DATA_DIR: '/srv/cordon', CORDON_KEY_FILE: '/srv/cordon-keys/master.key' })).toEqual([])
})

test('the page of settings tells every setting, its default and what is accepted', () => {
  const page = configMarkdown()
  for (const field of Object.values(configSchema.shape)) {
    const { env, meaning, accepted } = field.meta() as { env: string; meaning: string; accepted: string }
    expect(page).toContain(`| \`${env}\` |`)
    expect(page).toContain(meaning)
    expect(page).toContain(accepted)
  }
})
