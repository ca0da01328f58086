import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { librarySteps } from '@cordon/steps/library/catalogue'
import { stepFiles } from '@cordon/steps/library/files'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { type LaneBench, openLaneBench, PEM } from '../packages/steps/test/fastlane/lane-bench.ts'
import { openBench } from '../packages/steps/test/harness.ts'
import { bundleStep } from '../scripts/step-bundles.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const steps = librarySteps()
const text = (id: string, file: string) => readFileSync(join(root, 'steps', id, file), 'utf8')

/** Keys that GitHub documents for a JavaScript action. */
const actionSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string().min(1),
  author: z.string(),
  inputs: z.record(
    z.string().regex(/^[a-z_][a-z0-9_-]*$/),
    z.strictObject({ description: z.string(), required: z.boolean(), default: z.string().optional() }),
  ),
  outputs: z.record(z.string(), z.strictObject({ description: z.string() })),
  runs: z.strictObject({
    using: z.literal('node20'),
    main: z.string(),
    post: z.string(),
    'post-if': z.literal('always()'),
  }),
  branding: z.strictObject({ icon: z.string(), color: z.string() }),
})

const options = z.strictObject({
  title: z.string(),
  summary: z.string(),
  is_required: z.boolean().optional(),
  is_expand: z.boolean().optional(),
  is_sensitive: z.boolean().optional(),
  is_dont_change_value: z.boolean().optional(),
  value_options: z.array(z.string()).optional(),
})
const entries = z.array(
  z
    .object({ opts: options })
    .catchall(z.string().nullable())
    .refine((entry) => Object.keys(entry).length === 2, 'one name and its options'),
)

const nameOf = (entry: object) => Object.keys(entry).find((key) => key !== 'opts')

/** Keys of a step that the Bitrise CLI knows and the library uses. */
const stepSchema = z.strictObject({
  title: z.string(),
  summary: z.string(),
  description: z.string(),
  deprecate_notes: z.string().optional(),
  type_tags: z.array(z.string()),
  project_type_tags: z.array(z.string()),
  is_requires_admin_user: z.boolean(),
  is_always_run: z.boolean(),
  is_skippable: z.boolean(),
  toolkit: z.strictObject({ bash: z.strictObject({ entry_file: z.literal('step.sh') }) }),
  inputs: entries,
  outputs: entries,
})

/** Keys that GitLab documents for the head of a component and for its job. */
const componentHead = z.strictObject({
  spec: z.strictObject({
    inputs: z.record(
      z.string().regex(/^[a-z_][a-z0-9_]*$/),
      z
        .strictObject({
          description: z.string().max(1024),
          default: z.string().optional(),
          options: z.array(z.string()).max(50).optional(),
        })
        .refine((input) => !input.options || !input.default || input.options.includes(input.default)),
    ),
  }),
})
const componentJob = z.record(
  z.string(),
  z.strictObject({
    stage: z.string(),
    image: z.string(),
    variables: z.record(z.string(), z.string()),
    script: z.array(z.string()).min(1),
    artifacts: z.strictObject({ reports: z.strictObject({ dotenv: z.string() }) }).optional(),
  }),
)

describe.each(steps.map((step) => [step.id, step] as const))('descriptions of %s', (id, step) => {
  const names = step.inputs.map(({ name }) => name)

  test('action.yml holds what GitHub documents, every input and output, and no default that would arrive as a variable’s name', () => {
    const action = actionSchema.parse(parse(text(id, 'action.yml')))
    expect(Object.keys(action.inputs)).toEqual(names)
    expect(Object.keys(action.outputs)).toEqual(step.outputs.map(({ name }) => name))
    expect(Object.values(action.inputs).filter((input) => input.default?.includes('$'))).toEqual([])
  })

  test('step.yml holds what the Bitrise CLI knows; secrets are sensitive, and texts stay texts for readers of YAML 1.1', () => {
    const read = stepSchema.parse(parse(text(id, 'step.yml'), { version: '1.1' }))
    expect(read.inputs.map(nameOf)).toEqual(names)
    const sensitive = read.inputs.filter(({ opts }) => (opts as z.output<typeof options>).is_sensitive)
    expect(sensitive.map(nameOf)).toEqual(step.inputs.filter((input) => input.sensitive).map(({ name }) => name))
    for (const { opts } of sensitive) expect(opts).toMatchObject({ is_expand: true })
  })

  test('component.yml is a component: each input that the job uses is declared, and none of them is a secret', () => {
    const [head, job] = parseAllDocuments(text(id, 'component.yml')).map((document) => document.toJS() as unknown)
    const { inputs } = componentHead.parse(head).spec
    const used = [...JSON.stringify(componentJob.parse(job)).matchAll(/\$\[\[ inputs\.(\w+) \]\]/g)].map(
      (match) => match[1],
    )
    expect([...new Set(used)].sort()).toEqual(Object.keys(inputs).sort())
    expect(step.inputs.filter(({ name, sensitive }) => sensitive && name in inputs)).toEqual([])
  })

  test('a declaration that has changed no longer fits the committed files, which the check then tells', () => {
    const committed = [...stepFiles(step)].map(([path]) => readFileSync(join(root, path), 'utf8'))
    expect([...stepFiles(step).values()]).toEqual(committed)
    const [first, ...others] = step.inputs
    const changed = { ...step, inputs: [{ ...first, summary: 'something else' } as (typeof step.inputs)[0], ...others] }
    const stale = [...stepFiles(changed)].filter(
      ([path, content]) => readFileSync(join(root, path), 'utf8') !== content,
    )
    expect(stale.map(([path]) => path.split('/').at(-1))).toEqual(['action.yml', 'step.yml', 'component.yml'])
  })
})

/** The library as a release has it, in a folder of its own. */
let library: string
beforeAll(async () => {
  library = mkdtempSync(join(tmpdir(), 'cordon-step-library-'))
  for (const id of ['fastlane', 'auto-provision']) {
    const step = steps.find((one) => one.id === id)
    for (const [path, content] of [...(await bundleStep(id)), ...(step ? stepFiles(step) : [])]) {
      mkdirSync(dirname(join(library, path)), { recursive: true })
      writeFileSync(join(library, path), content)
    }
  }
})
afterAll(() => rmSync(library, { recursive: true, force: true }))

interface Ended {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

async function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Promise<Ended> {
  const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended: { stdout: string; stderr: string } = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    ended.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    ended.stderr += chunk
  })
  const [exitCode] = await once(child, 'close')
  return { exitCode, ...ended }
}

/** A runner of GitHub: starts what action.yml names, with inputs, files and state as GitHub hands them over. */
function openRunner(id: string, folder: string) {
  const action = actionSchema.parse(parse(readFileSync(join(library, 'steps', id, 'action.yml'), 'utf8')))
  const files = Object.fromEntries(['ENV', 'OUTPUT', 'STATE'].map((name) => [`GITHUB_${name}`, join(folder, name)]))
  for (const path of Object.values(files)) writeFileSync(path, '')
  const read = (name: string) => readFileSync(files[`GITHUB_${name}`] ?? '', 'utf8')
  const environment = (inputs: Record<string, string>, env: Record<string, string>) => {
    const all = Object.entries(action.inputs).map(([name, input]) => [
      `INPUT_${name.toUpperCase()}`,
      inputs[name] ?? input.default ?? '',
    ])
    return { ...files, ...env, ...Object.fromEntries(all), GITHUB_ACTIONS: 'true' }
  }
  const script = (name: 'main' | 'post') => join(library, 'steps', id, action.runs[name])
  const state = () =>
    Object.fromEntries(
      read('STATE')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => [`STATE_${line.slice(0, line.indexOf('='))}`, line.slice(line.indexOf('=') + 1)]),
    )
  return {
    read,
    script,
    environment,
    main: (inputs: Record<string, string>, env: Record<string, string>) =>
      start(process.execPath, [script('main')], environment(inputs, env), folder),
    post: (inputs: Record<string, string>, env: Record<string, string>) =>
      start(process.execPath, [script('post')], { ...environment(inputs, env), ...state() }, folder),
  }
}

const APPLE_ID = {
  apple_id: 'ci@acme.example',
  password: 'marker-apple-password',
  session_cookies: {
    'https://idmsa.apple.com': [{ name: 'DES0', value: 'marker-trust', domain: 'idmsa.apple.com', path: '/' }],
  },
}
const KEY = { key_id: 'ABCDE12345', issuer_id: '00000000-1111-2222-3333-444444444444', private_key: PEM }

describe('the built step fastlane', { timeout: 60_000 }, () => {
  let bench: LaneBench
  beforeEach(() => {
    bench = openLaneBench()
  })
  afterEach(() => bench.close())
  const environment = () => {
    const { update_fastlane: _, ...variables } = bench.variables
    return { ...variables, TMPDIR: bench.temporaryFolder }
  }

  test('as an action: inputs from INPUT_…, secrets masked first, outputs in the files, the lane’s exit code', async () => {
    const runner = openRunner('fastlane', bench.folder)
    bench.answer(APPLE_ID)
    bench.plan({ say: ['password is marker-apple-pass', 'word\n'] })
    const inputs = { lane: 'ios beta note:"two words"', export_session: 'yes', update_fastlane: 'false' }
    const done = await runner.main(inputs, environment())
    expect(done.stderr).toContain('fastlane gets Apple ID ci@acme.example')
    expect(done.exitCode).toBe(0)
    expect(bench.calls().at(-1)?.args).toEqual(['ios', 'beta', 'note:two words'])
    expect(done.stdout).toMatch(/^::add-mask::marker-build-token\n/)
    expect(done.stdout).toContain('password is [redacted]\n')
    const session = /^FASTLANE_SESSION=(.*)$/m.exec(runner.read('OUTPUT'))?.[1] ?? ''
    expect(session).toContain('marker-trust')
    expect(runner.read('ENV')).toBe(runner.read('OUTPUT'))
    expect(done.stdout).toContain(`::add-mask::${session}\n`)
    const rest = done.stdout.replace(/^::add-mask::.*$/gm, '') + done.stderr
    for (const secret of ['marker-apple-password', 'marker-trust', 'marker-build-token'])
      expect(rest).not.toContain(secret)
    bench.plan({ exit: 42 })
    const failed = await runner.main(inputs, environment())
    expect(failed.exitCode).toBe(42)
    expect(failed.stdout).toMatch(/^::error::error: fastlane ended with an error.*%0Acode: step\.lane_failed$/m)
  })

  test('as an action whose job was killed: the run after the job removes the key file', async () => {
    const runner = openRunner('fastlane', bench.folder)
    bench.answer(KEY)
    bench.plan({ hang: true })
    const inputs = { lane: 'beta', update_fastlane: 'false' }
    const child = spawn(process.execPath, [runner.script('main')], {
      env: runner.environment(inputs, environment()),
      cwd: bench.folder,
      stdio: 'ignore',
    })
    while (!existsSync(join(bench.folder, 'hanging'))) await wait(20)
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
    rmSync(join(bench.folder, 'hanging'))
    const keyFile = bench.calls().at(-1)?.env.APP_STORE_CONNECT_API_KEY_PATH ?? ''
    expect(existsSync(keyFile)).toBe(true)
    const post = await runner.post(inputs, environment())
    expect(post.stderr).toContain('removed ')
    expect(post.exitCode).toBe(0)
    expect(existsSync(keyFile)).toBe(false)
    expect(bench.calls()).toHaveLength(1)
  })

  test('as a Bitrise step: inputs by their names, outputs through envman, the session never as an argument', async () => {
    installEnvman(bench.folder)
    bench.answer(APPLE_ID)
    const store = join(bench.folder, 'envstore')
    const env = {
      ...environment(),
      ENVMAN_ENVSTORE_PATH: store,
      lane: 'beta',
      update_fastlane: 'false',
      export_session: 'yes',
    }
    const done = await start('bash', [join(library, 'steps/fastlane/step.sh')], env, bench.folder)
    expect(done.stderr).toContain('fastlane is done; outputs: FASTLANE_SESSION, FASTLANE_USER')
    expect(done.exitCode).toBe(0)
    const calls = readFileSync(store, 'utf8').trim().split('\n')
    expect(calls[0]).toMatch(
      /^add --key FASTLANE_SESSION --sensitive --no-expand --valuefile \S+ => ---\\n- .*marker-trust/,
    )
    expect(calls[0]?.split(' => ')[0]).not.toContain('marker-trust')
    expect(calls[1]).toBe('add --key FASTLANE_USER --value ci@acme.example')
    expect(done.stdout + done.stderr).not.toContain('marker-trust')
  })

  test('a Bitrise step without its program, or without Node, says so', async () => {
    const folder = mkdtempSync(join(bench.folder, 'step-'))
    writeFileSync(join(folder, 'step.sh'), text('fastlane', 'step.sh'))
    const missing = await start('/bin/bash', [join(folder, 'step.sh')], environment(), folder)
    expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining('dist/main.cjs is missing')])
    const bare = await start('/bin/bash', [join(folder, 'step.sh')], { PATH: '/nowhere' }, folder)
    expect([bare.exitCode, bare.stderr]).toEqual([1, expect.stringContaining('needs Node 20')])
  })

  test('as a GitLab job: what the component sets to nothing keeps its default', async () => {
    const given = { lane: 'beta', bundle: join(library, 'steps/fastlane/dist/main.cjs'), update_fastlane: 'false' }
    const { script, variables } = jobOf('fastlane', given)
    bench.answer(KEY)
    bench.plan({ log: 'built' })
    const done = await start('bash', ['-e', '-c', script.join('\n')], { ...environment(), ...variables }, bench.folder)
    expect(done.exitCode).toBe(0)
    expect(bench.calls().at(-1)?.key?.content).toMatchObject({ key_id: 'ABCDE12345' })
    expect(readdirSync(bench.folder)).toContain('deploy')
  })
})

/** Writes down each call, with the content of the file that it names. */
function installEnvman(folder: string): void {
  const path = join(folder, 'bin/envman')
  writeFileSync(
    path,
    '#!/bin/sh\nline="$*"\nfor last; do :; done\n[ "$4" = --sensitive ] && line="$line => $(cat "$last")"\nprintf "%s\\n" "$line" >> "$ENVMAN_ENVSTORE_PATH"\n',
  )
  chmodSync(path, 0o755)
}

/** The job of a component with its inputs filled in, as GitLab does it. */
function jobOf(id: string, given: Record<string, string>) {
  const content = readFileSync(join(library, 'steps', id, 'component.yml'), 'utf8')
  const { inputs } = componentHead.parse(parseAllDocuments(content)[0]?.toJS()).spec
  const filled = content.replace(
    /\$\[\[ inputs\.(\w+) \]\]/g,
    (_, name: string) => given[name] ?? inputs[name]?.default ?? '',
  )
  const job = Object.values(componentJob.parse(parseAllDocuments(filled, { schema: 'failsafe' })[1]?.toJS()))[0]
  if (job === undefined) throw new Error('the component has no job')
  return job
}

test('the built step auto-provision signs the example project as an action, with masks, outputs and a quiet run after the job', {
  timeout: 90_000,
}, async () => {
  const bench = await openBench()
  try {
    const project = bench.copy(join(root, 'examples/tidepool'))
    const runner = openRunner('auto-provision', bench.folder)
    const env = {
      PATH: process.env.PATH ?? '',
      HOME: join(bench.folder, 'home'),
      TMPDIR: join(bench.folder, 'tmp'),
      CORDON_APPLE_BASE_URL: bench.simulator.url,
      BITRISE_PROJECT_PATH: project,
    }
    const inputs = { ...bench.keyInputs, create_certificate: 'yes', p12_passphrase: 'marker-passphrase' }
    const done = await runner.main(inputs, env)
    expect(done.stderr).toContain('auto-provision is done')
    expect(done.exitCode).toBe(0)
    expect(done.stdout).toBe('::add-mask::marker-passphrase\n')
    expect(runner.read('OUTPUT')).toContain(`BITRISE_DEVELOPER_TEAM=${bench.teamId}\n`)
    expect(runner.read('STATE')).toContain(`CORDON_INPUT_signing_folder=${join(bench.folder, 'cordon-signing')}\n`)
    expect((await runner.post(inputs, env)).exitCode).toBe(0)
    const refused = await runner.main({ ...inputs, distribution_type: 'nonsense' }, env)
    expect([refused.exitCode, refused.stdout]).toEqual([3, expect.stringContaining('::error::error: ')])
  } finally {
    await bench.close()
  }
})
