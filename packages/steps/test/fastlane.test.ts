import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { secretFoldersIn } from '@cordon/signing/secret-folder'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { fastlaneStep } from '../src/fastlane/step.ts'
import { leaksOf, markedVariables } from './child-environments.ts'
import { type Call, type LaneBench, openLaneBench, PEM } from './fastlane/lane-bench.ts'
import { projectRoot } from './harness.ts'

const KEY = { key_id: 'ABCDE12345', issuer_id: '00000000-1111-2222-3333-444444444444', private_key: PEM }
const TRUST = 'marker-trust-cookie'
const APPLE_ID = {
  apple_id: 'ci@acme.example',
  password: 'marker-apple-password',
  app_specific_password: 'abcd-efgh-ijkl-mnop',
  connection_expiry_date: '2099-01-01T00:00:00Z',
  session_cookies: {
    'https://idmsa.apple.com': [
      { name: 'DES0', value: TRUST, domain: 'idmsa.apple.com', path: '/', secure: true, httponly: true },
    ],
  },
}
/** Given by the recorder's shell, not by the step. */
const OF_SHELL = ['_', 'PWD', 'OLDPWD', 'SHLVL']

let bench: LaneBench
beforeEach(() => {
  bench = openLaneBench()
})
afterEach(() => bench.close())

const codeOf = (work: Promise<unknown>) => work.then(String, (error: { code?: string }) => error.code)
const lastCall = () => bench.calls().at(-1) as Call
const secretFolders = () => {
  const common = secretFoldersIn(bench.temporaryFolder)
  return existsSync(common) ? readdirSync(common) : []
}
/** What the step has added to its own environment. */
const added = ({ env } = lastCall()) =>
  Object.fromEntries(
    Object.entries(env).filter(
      ([name, value]) => !OF_SHELL.includes(name) && bench.variables[name as 'PATH'] !== value,
    ),
  )

describe('what fastlane gets', () => {
  test('a key: a file for the build’s user alone, named in the three variables, and no in-app purchases in precheck', async () => {
    bench.answer(KEY)
    await bench.run()
    const { key, env } = lastCall()
    const path = env.APP_STORE_CONNECT_API_KEY_PATH
    expect(added()).toEqual({
      APP_STORE_CONNECT_API_KEY_PATH: path,
      DELIVER_API_KEY_PATH: path,
      PILOT_API_KEY_PATH: path,
      PRECHECK_INCLUDE_IN_APP_PURCHASES: 'false',
      FL_BUILDLOG_PATH: expect.stringContaining(bench.temporaryFolder),
    })
    expect(key).toEqual({
      content: { key_id: KEY.key_id, issuer_id: KEY.issuer_id, key: PEM },
      mode: 0o600,
      folderMode: 0o700,
      outerMode: 0o700,
    })
    expect(secretFolders()).toEqual([])
  })

  test('an Enterprise key says so in its file', async () => {
    bench.answer({ ...KEY, is_enterprise_account: true })
    await bench.run()
    expect(lastCall().key?.content).toEqual({ key_id: KEY.key_id, issuer_id: KEY.issuer_id, key: PEM, in_house: true })
  })

  test('an Apple ID: the variables of fastlane, deliver and pilot, and no stored session beside them', async () => {
    bench.answer(APPLE_ID)
    await bench.run()
    const { password, apple_id: user } = APPLE_ID
    expect(added()).toEqual({
      SPACESHIP_SKIP_2FA_UPGRADE: '1',
      ...{ FASTLANE_USER: user, DELIVER_USERNAME: user, PILOT_USERNAME: user },
      ...{ FASTLANE_PASSWORD: password, DELIVER_PASSWORD: password, PILOT_PASSWORD: password },
      FASTLANE_SESSION: expect.stringMatching(/^---\\n- !ruby\/object:HTTP::Cookie\\n {2}name: "DES0"\\n/),
      FASTLANE_APPLE_APPLICATION_SPECIFIC_PASSWORD: 'abcd-efgh-ijkl-mnop',
      SPACESHIP_COOKIE_PATH: expect.stringContaining(bench.temporaryFolder),
      FL_BUILDLOG_PATH: expect.stringContaining(bench.temporaryFolder),
    })
    expect(secretFolders()).toEqual([])
  })

  test('an Apple ID without session and app-specific password: neither variable is set, not even empty', async () => {
    bench.answer({ apple_id: 'ci@acme.example', password: 'marker-apple-password' })
    await bench.run()
    expect(Object.keys(added())).not.toEqual(expect.arrayContaining(['FASTLANE_SESSION']))
    expect(Object.keys(added())).not.toEqual(expect.arrayContaining(['FASTLANE_APPLE_APPLICATION_SPECIFIC_PASSWORD']))
  })

  test('nothing connected: the lane runs with what it brings, and a warning says why', async () => {
    await bench.run()
    expect(Object.keys(added())).toEqual(['FL_BUILDLOG_PATH'])
    expect(bench.said.join('\n')).toContain('nothing is connected')
  })

  test('a build server that refuses is a warning; a key of the inputs is taken then', async () => {
    writeFileSync(join(bench.folder, 'AuthKey_INPUTKEY01.p8'), PEM)
    bench.answer({ apple_id: 7 })
    await bench.run({ api_key_path: 'AuthKey_INPUTKEY01.p8', api_issuer: 'issuer' })
    expect(bench.said.join('\n')).toContain('step.build_answer_invalid')
    expect(lastCall().key?.content).toMatchObject({ key_id: 'INPUTKEY01', issuer_id: 'issuer' })
  })

  test.each([
    ['automatic', 'key and Apple ID', { ...KEY, ...APPLE_ID }, 'key'],
    ['apple_id', 'key and Apple ID', { ...KEY, ...APPLE_ID }, 'apple-id'],
    ['api_key', 'Apple ID', { ...APPLE_ID }, 'none'],
    ['apple_id', 'key', { ...KEY }, 'none'],
    ['off', 'key and Apple ID', { ...KEY, ...APPLE_ID }, 'none'],
  ])('connection %s where %s is connected takes the right one', async (connection, _, answer, expected) => {
    bench.answer(answer)
    const { result } = await bench.run({ connection })
    expect(result.credentials).toBe(expected)
  })

  test('an Apple ID whose session is over fails before fastlane is started; with a key beside it nobody notices', async () => {
    const over = { ...APPLE_ID, connection_expiry_date: '2020-01-01T00:00:00Z' }
    bench.answer(over)
    expect(await codeOf(bench.run())).toBe('step.session_expired')
    expect(bench.calls()).toEqual([])
    bench.answer({ ...over, ...KEY })
    expect((await bench.run()).result.credentials).toBe('key')
  })

  test('secrets given as inputs reach fastlane under its own names only, and a variable of the user is told to be set anew', async () => {
    bench.close()
    bench = openLaneBench()
    Object.assign(bench.variables, {
      password: 'input-password',
      apple_id: 'a@b.example',
      FASTLANE_USER: 'other@b.example',
    })
    await bench.run({ connection: 'off' })
    expect(lastCall().env).toMatchObject({ FASTLANE_USER: 'a@b.example', FASTLANE_PASSWORD: 'input-password' })
    expect(lastCall().env).not.toHaveProperty('password')
    expect(lastCall().env).not.toHaveProperty('apple_id')
    expect(bench.said.join('\n')).toContain('FASTLANE_USER is set already')
  })

  test('no spelling of a secret input reaches fastlane or gems; of what opens the server the build’s token alone stays with the lane', async () => {
    const lock = 'GEM\n  specs:\n    fastlane (2.225.0)\n\nBUNDLED WITH\n   2.5.23\n'
    writeFileSync(join(bench.folder, 'Gemfile.lock'), lock)
    bench.answer(KEY)
    bench.plan({ exit: 1 })
    Object.assign(bench.variables, markedVariables(fastlaneStep.inputs))
    // The way to Apple is that of the connection.
    await codeOf(bench.run({ connection: 'api_key' }))
    const started = bench.calls().map(({ program, args, env }) => ({ command: program, args, env }))
    expect(started.map(({ args }) => args.slice(1).join(' '))).toEqual([
      ...['--version', 'install --jobs 20 --retry 5', 'exec fastlane beta', 'exec fastlane env'],
    ])
    expect(leaksOf(started)).toEqual(['bundle _2.5.23_: BITRISE_BUILD_API_TOKEN'])
    expect(started.at(-1)?.env, 'fastlane env needs no way to Apple').not.toHaveProperty('PILOT_API_KEY_PATH')
  })

  test.each([
    [{ lane: '' }, 'step.input_missing'],
    [{ lane: "beta 'open" }, 'step.input_invalid'],
    [{ api_key_path: 'a.p8' }, 'step.input_missing'],
    [{ apple_id: 'a@b.example' }, 'step.input_missing'],
    [{ api_key_path: 'a.p8', api_issuer: 'i', app_password: 'p' }, 'step.input_invalid'],
    [{ api_key_path: 'http://example.com/a.p8', api_issuer: 'i' }, 'step.insecure_address'],
    [{ work_dir: 'nowhere' }, 'step.input_invalid'],
    [{ connection: 'off', api_key_path: 'key.p8', api_issuer: 'i' }, 'step.input_invalid'],
  ])('%o is refused, and fastlane is not started', async (inputs, code) => {
    expect(await codeOf(bench.run(inputs))).toBe(code)
    expect(bench.calls()).toEqual([])
  })
})

describe('how fastlane is called', () => {
  test('the lane with its options as a shell would split it, in the working folder', async () => {
    mkdirSync(join(bench.folder, 'app'))
    await bench.run({ lane: `ios beta notes:"two words" path:a\\ b`, work_dir: 'app', verbose_log: 'yes' })
    expect(lastCall()).toMatchObject({
      program: 'fastlane',
      args: ['ios', 'beta', 'notes:two words', 'path:a b', '--verbose'],
      cwd: join(bench.folder, 'app'),
    })
  })

  test('with a lock file: Bundler in the version it names, before and as fastlane; gems get no secret', async () => {
    bench.answer({ ...APPLE_ID })
    writeFileSync(
      join(bench.folder, 'Gemfile.lock'),
      'GEM\n  specs:\n    CFPropertyList (3.0.7)\n    fastlane (2.225.0)\n      addressable (>= 2.8)\n\nBUNDLED WITH\n   2.5.23\n',
    )
    await bench.run({ update_fastlane: 'true' })
    expect(bench.calls().map(({ program, args }) => [program, ...args].join(' '))).toEqual([
      'bundle _2.5.23_ --version',
      'bundle _2.5.23_ install --jobs 20 --retry 5',
      'bundle _2.5.23_ exec fastlane beta',
    ])
    expect(JSON.stringify(bench.calls().slice(0, -1))).not.toContain(APPLE_ID.password)
    const holdToken = bench.calls().map(({ env }) => 'BITRISE_BUILD_API_TOKEN' in env)
    expect(holdToken, 'gems could fetch the rest with it').toEqual([false, false, true])
  })

  test('without one: the system’s, updated first if wished; a failed installation ends the step', async () => {
    await bench.run({ update_fastlane: 'true' })
    expect(bench.calls().map(({ program, args }) => [program, ...args].join(' '))).toEqual([
      'gem install fastlane --no-document',
      'fastlane beta',
    ])
    bench.plan({ gemsExit: 3 })
    expect(await codeOf(bench.run({ update_fastlane: 'yes' }))).toBe('step.gems_not_installed')
  })

  test('no fastlane at all is told by name', async () => {
    rmSync(join(bench.folder, 'bin/fastlane'))
    expect(await codeOf(bench.run())).toBe('step.program_missing')
    expect(secretFolders()).toEqual([])
  })
})

describe('what is left', () => {
  test('secrets are masked in what it prints, also when they come in pieces, and in the logs that are kept', async () => {
    bench.answer(APPLE_ID)
    bench.plan({
      say: ['login with marker-app', 'le-pass', 'word and marker-tr', 'ust-cookie;', ' a tail: marker-'],
      sayToError: 'token marker-build-token\n',
      log: `upload with ${APPLE_ID.app_specific_password} done\n`,
    })
    await bench.run()
    expect(bench.printed()).toContain('login with [redacted] and [redacted]; a tail: ')
    expect(bench.printed()).toMatch(/marker-$/)
    expect(bench.printed()).toContain('token [redacted]\n')
    expect(readFileSync(join(bench.folder, 'deploy/gym.log'), 'utf8')).toBe('upload with [redacted] done\n')
    const everything = bench.printed() + bench.said.join('\n')
    for (const secret of [APPLE_ID.password, TRUST, APPLE_ID.app_specific_password, 'marker-build-token'])
      expect(everything).not.toContain(secret)
  })

  test('lines of a key are masked wherever they are printed', async () => {
    bench.answer(KEY)
    bench.plan({ say: [JSON.stringify({ key: PEM })] })
    await bench.run()
    const lines = PEM.split('\n').filter((line) => line !== '' && !line.startsWith('---'))
    for (const line of lines) expect(bench.printed()).not.toContain(line)
  })

  test('a failed lane: its exit code, its logs, what fastlane tells of itself; nothing secret stays', async () => {
    bench.answer(KEY)
    bench.plan({ exit: 42, log: 'the reason', say: ['as told'] })
    await expect(bench.run()).rejects.toMatchObject({ code: 'step.lane_failed', details: { exitCode: 42 } })
    expect(readdirSync(join(bench.folder, 'deploy')).sort()).toEqual(['fastlane_env.log', 'gym.log'])
    expect(lastCall().args).toEqual(['env'])
    expect(secretFolders()).toEqual([])
  })

  test('the session is handed on only when asked for, in a file for the build’s user alone', async () => {
    bench.answer(APPLE_ID)
    const silent = await bench.run({ output_file: 'out.env' })
    expect(silent.outputs).toEqual({})
    const { outputs } = await bench.run({ export_session: 'yes', output_file: 'out.env' })
    expect(Object.keys(outputs)).toEqual(['FASTLANE_SESSION', 'FASTLANE_USER'])
    expect(readFileSync(join(bench.folder, 'out.env'), 'utf8')).toContain(
      `FASTLANE_SESSION=${outputs.FASTLANE_SESSION}\n`,
    )
    expect(outputs.FASTLANE_SESSION).toContain(TRUST)
  })
})

// A program that is started from its sources needs its time on a busy machine.
describe('the command', { timeout: 90_000 }, () => {
  const main = join(projectRoot, 'apps/cli/src/main.ts')
  const start = (lane = 'beta') =>
    spawn(process.execPath, ['--import', 'tsx', main, 'fastlane', '--lane', lane], {
      cwd: projectRoot,
      env: { ...bench.variables, TMPDIR: bench.temporaryFolder, work_dir: bench.folder },
      stdio: 'ignore',
    })

  test('ends with fastlane’s exit code', async () => {
    bench.plan({ exit: 42 })
    const [exitCode] = await once(start(), 'exit')
    expect(exitCode).toBe(42)
  })

  test('cancelled in the middle of a lane it passes the signal on, cleans up, and ends as the lane did', async () => {
    bench.answer(KEY)
    bench.plan({ hang: true })
    const child = start()
    onTestFinished(() => void child.kill('SIGKILL'))
    while (!existsSync(join(bench.folder, 'hanging'))) await wait(20)
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await ended).toEqual([143, null])
    expect(existsSync(lastCall().env.APP_STORE_CONNECT_API_KEY_PATH ?? '')).toBe(false)
    expect(secretFolders()).toEqual([])
    expect(bench.calls()).toHaveLength(1)
  })

  test('killed in the middle of a lane it leaves a key file, which the next start removes', async () => {
    bench.answer(KEY)
    bench.plan({ hang: true })
    const child = start()
    onTestFinished(() => void child.kill('SIGKILL'))
    while (!existsSync(join(bench.folder, 'hanging'))) await wait(20)
    const keyFile = lastCall().env.APP_STORE_CONNECT_API_KEY_PATH ?? ''
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    expect(existsSync(keyFile)).toBe(true)
    rmSync(join(bench.folder, 'hanging'))
    bench.plan({})
    await bench.run()
    expect(existsSync(keyFile)).toBe(false)
    expect(secretFolders()).toEqual([])
  })
})
