import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { secret } from '@cordon/core/secret'
import { expect, test } from 'vitest'
import { makeIdentity, scratchFolder } from '../../test/openssl.ts'
import { readCertificate } from '../certificate.ts'
import { secretFoldersIn } from '../secret-folder.ts'
import { openKeychain } from './keychain.ts'
import { readSearchList } from './search-list.ts'
import { createSecurityCommand } from './security.ts'
import { spawnRunner } from './spawn-runner.ts'

const scratch = scratchFolder()
const made = makeIdentity(scratch, 'identity', { subject: '/CN=Apple Distribution: Acme (ABCDE12345)' })
const identity = {
  certificate: readCertificate(made.certificatePem),
  privateKey: secret(createPrivateKey(made.keyPem)),
}
const PASSWORD = `marker "quoted" \\ and 'more'`

/** A machine whose `security` is the stand-in. `fault` makes a command fail. */
function machine({ fault = '' } = {}) {
  const folder = mkdtempSync(join(scratch, 'machine-'))
  symlinkSync(fileURLToPath(new URL('../../test/security-stand-in.mjs', import.meta.url)), join(folder, 'security'))
  const PATH = [folder, dirname(process.execPath), '/usr/bin', '/bin'].join(':')
  const env = { PATH, SECURITY_STAND_IN: folder, SECURITY_FAULT: fault }
  const run: typeof spawnRunner = (command, args, options) => spawnRunner(command, args, { ...options, env })
  const lines = (name: string) =>
    readFileSync(join(folder, name), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  return {
    options: { path: join(folder, 'build.keychain'), password: secret(PASSWORD), run, temporaryFolder: folder },
    login: join(folder, 'login.keychain-db'),
    searchList: () => readSearchList(createSecurityCommand(run)),
    calls: (): { argv: string[]; stdin: string }[] => lines('calls.jsonl'),
    imports: (): { file: string; modes: string[] }[] => lines('imports.jsonl'),
    state: () => JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')),
    secretFiles: () => readdirSync(secretFoldersIn(folder)),
  }
}

const failure = (code: string) => expect.objectContaining({ code: `signing.${code}` })

/** One whole session on one machine, looked at from several sides below. */
const usual = machine()
const opened = await openKeychain(usual.options)
const imported = await opened.importIdentity(identity)
const whileOpen = { state: usual.state(), searchList: await usual.searchList() }
await opened.close()

test('an identity in a new keychain is usable by codesign without a dialog', () => {
  expect(imported).toEqual({ isValid: true })
  expect(opened.wasCreated).toBe(true)
  expect(opened.path).toBe(`${usual.options.path}-db`)
  expect(whileOpen.state.keychains[opened.path]).toMatchObject({
    password: PASSWORD,
    isUnlocked: true,
    lockAfter: '72000',
    partitioned: true,
    identities: [{ fingerprint: identity.certificate.sha1Fingerprint }],
  })
  expect(whileOpen.searchList).toEqual([usual.login, opened.path])
})

test('no password or passphrase is ever an argument', () => {
  const calls = usual.calls()
  const passphrases = calls.flatMap(({ stdin }) => /"-P" "([^"]+)"/.exec(stdin)?.[1] ?? [])
  expect(passphrases).toHaveLength(1)
  expect(passphrases[0]?.length).toBeGreaterThanOrEqual(32)
  const inArguments = calls.map(({ argv }) => argv.join(' ')).join('\n')
  expect(inArguments).not.toContain('marker')
  expect(inArguments).not.toContain(passphrases[0])
  expect(inArguments).not.toMatch(/-P /)
  const confidential = calls.filter(({ argv }) => argv[0] === '-i')
  expect(confidential.map(({ stdin }) => /^"([\w-]+)"/.exec(stdin)?.[1])).toEqual([
    'create-keychain',
    'unlock-keychain',
    'import',
    'set-key-partition-list',
  ])
})

test('the .p12 lies in a folder of its own, for its owner alone, and is gone afterwards', () => {
  expect(usual.imports().map(({ modes }) => modes)).toEqual([['600', '700']])
  expect(usual.secretFiles()).toEqual([])
})

test('closing deletes a keychain that was made here, once', async () => {
  expect(usual.state()).toMatchObject({ keychains: {}, searchList: [usual.login] })
  const before = usual.calls().length
  await opened.close()
  expect(usual.calls()).toHaveLength(before)
})

test('the .p12 is gone after a failed import as well', async () => {
  const { options, secretFiles } = machine({ fault: 'import' })
  const keychain = await openKeychain(options)
  await expect(keychain.importIdentity(identity)).rejects.toEqual(failure('keychain_command_failed'))
  expect(secretFiles()).toEqual([])
})

test('closing takes the keychain out of the search list and keeps what others put in meanwhile', async () => {
  const { options, login, searchList } = machine()
  const keychain = await openKeychain(options)
  await options.run('security', ['list-keychains', '-d', 'user', '-s', login, keychain.path, '/other.keychain-db'])
  await keychain.close()
  expect(await searchList()).toEqual([login, '/other.keychain-db'])
})

test('an existing keychain is opened, keeps its settings and identities, and loses what was added', async () => {
  const { options, state } = machine()
  await options.run('security', ['create-keychain', '-p', PASSWORD, options.path])
  const other = makeIdentity(scratch, 'other')
  const theirs = {
    certificate: readCertificate(other.certificatePem),
    privateKey: secret(createPrivateKey(other.keyPem)),
  }
  const first = await openKeychain(options)
  await first.importIdentity(theirs)
  const keychain = await openKeychain(options)
  expect(keychain.wasCreated).toBe(false)
  await keychain.importIdentity(theirs)
  await keychain.importIdentity(identity)
  await keychain.close()
  const left = state().keychains[keychain.path]
  expect(left.identities.map(({ fingerprint }: { fingerprint: string }) => fingerprint)).toEqual([
    theirs.certificate.sha1Fingerprint,
  ])
  expect(left.lockAfter).toBeUndefined()
})

test('a wrong password of an existing keychain is told, and nothing changes', async () => {
  const { options, login, searchList } = machine()
  await options.run('security', ['create-keychain', '-p', 'another', options.path])
  await expect(openKeychain(options)).rejects.toEqual(failure('keychain_command_failed'))
  expect(await searchList()).toEqual([login])
})

test.each(['unlock-keychain', 'set-keychain-settings', 'list-keychains'])(
  'when %s fails, the keychain made a moment before is deleted again',
  async (fault) => {
    const { options, state } = machine({ fault })
    await expect(openKeychain(options)).rejects.toMatchObject({
      code: 'signing.keychain_command_failed',
      details: { command: fault, exitCode: 1 },
    })
    expect(state().keychains).toEqual({})
  },
)

test('an import that says nothing and does nothing is found out', async () => {
  const { options } = machine({ fault: 'import-does-nothing' })
  const keychain = await openKeychain(options)
  await expect(keychain.importIdentity(identity)).rejects.toMatchObject({
    code: 'signing.keychain_identity_missing',
    details: { commonName: 'Apple Distribution: Acme (ABCDE12345)' },
  })
})

test('an identity that macOS does not trust is imported and said to be not valid', async () => {
  const { options } = machine({ fault: 'untrusted' })
  expect(await (await openKeychain(options)).importIdentity(identity)).toEqual({ isValid: false })
})

test('what security prints is shown without the secrets in it', async () => {
  const { options, calls } = machine({ fault: 'import-echoes' })
  const keychain = await openKeychain(options)
  const error = await keychain.importIdentity(identity).catch((thrown) => thrown)
  const passphrase = calls().flatMap(({ stdin }) => /"-P" "([^"]+)"/.exec(stdin)?.[1] ?? [])[0]
  expect(passphrase).toBeTruthy()
  expect(error.detail).toContain('bad passphrase [redacted]')
  expect(JSON.stringify({ ...error, message: error.message })).not.toContain(passphrase)
})

test('a path with a line break cannot smuggle a second command in', async () => {
  const { options } = machine()
  const path = `${options.path}\ndelete-keychain login.keychain`
  await expect(openKeychain({ ...options, path })).rejects.toEqual(failure('keychain_argument_invalid'))
})

test('a machine without security says so by an error', async () => {
  const { options } = machine()
  const run: typeof spawnRunner = (command, args, given) =>
    spawnRunner(command, args, { ...given, env: { PATH: scratch } })
  await expect(openKeychain({ ...options, run })).rejects.toThrow(/ENOENT/)
})
