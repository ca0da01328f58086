// Entry of every npm script. Runs on a bare machine: plain JavaScript, nothing installed, Node 20 or later.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const MINIMUM_NODE = [20, 19]

/** What each command needs before it runs, and the script or the program of the product that does it. */
const COMMANDS = {
  demo: { script: 'scripts/demo.ts', web: true },
  test: { script: 'scripts/test.ts', web: true, system: true },
  'test-long': { script: 'scripts/test.ts', args: ['--long'], web: true, system: true },
  check: { script: 'scripts/check.ts' },
  start: { program: 'server', web: true },
  simulator: { program: 'simulator' },
  'example-ipa': { script: 'scripts/example-ipa.ts' },
  cordon: { program: 'cordon' },
  bench: { script: 'bench/main.ts', web: true },
  'build-steps': { script: 'scripts/build-steps.ts' },
  dev: { script: 'scripts/dev.ts' },
}

/** Debian packages that the tests use: what must be on the PATH, and the package that brings it. */
const SYSTEM_PACKAGES = [
  { package: 'chromium', found: () => existsSync('/usr/bin/chromium') || Boolean(process.env.CHROMIUM_PATH) },
  { package: 'postgresql', found: () => onPath('postgres') || hasPostgresFolder() },
  { package: 'openssl', found: () => onPath('openssl') },
  { package: 'golang-go', found: () => onPath('go') },
  { package: 'strace', found: () => onPath('strace') },
  { package: 'gnustep-base-runtime', found: () => onPath('pldes') },
  { package: 'ruby', found: () => onPath('ruby') },
  { package: 'ruby-http-cookie', found: hasRubyCookies },
]

async function main([name, ...args]) {
  const command = COMMANDS[name]
  if (!command) fail(`usage: node scripts/bootstrap.mjs ${Object.keys(COMMANDS).join('|')} [arguments]`)
  checkNode()
  installPackages()
  if (command.system) installSystemPackages()
  if (command.web) buildWeb()
  const program = await programOf(command)
  const child = spawn(process.execPath, [...program, ...(command.args ?? []), ...args], {
    cwd: name === 'cordon' || name === 'demo' ? (process.env.INIT_CWD ?? process.cwd()) : root,
    stdio: 'inherit',
  })
  // Whoever ends this process means the program: left alone, a server would keep its port and database.
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  // Ctrl-C reaches the program by itself; this process only has to wait for it.
  process.on('SIGINT', () => {})
  child.once('exit', (code) => process.exit(code ?? 1))
}

/** Programs of the product run bundled, scripts from their sources. What does either is there only after the install. */
async function programOf({ program, script }) {
  if (script !== undefined) return [join(root, 'node_modules/tsx/dist/cli.mjs'), join(root, script)]
  const { buildProgram } = await import('./programs/programs.mjs')
  try {
    return [await buildProgram(program)]
  } catch (error) {
    return fail(`${program} could not be bundled: ${error.message}`)
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor < MINIMUM_NODE[1])) {
    fail(`Cordon needs Node ${MINIMUM_NODE.join('.')} or later; this is ${process.versions.node}`)
  }
}

/** Installs the locked packages, unless what is installed is what the lock file names. */
function installPackages() {
  if (isInstalled()) return
  say('installing the locked npm packages (npm ci)')
  run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'])
}

/** npm writes down what it installed in a hidden lock file; platform packages of other machines are not in it. */
function isInstalled() {
  const installedFile = join(root, 'node_modules/.package-lock.json')
  if (!existsSync(installedFile)) return false
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
  return Object.entries(wanted)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.optional && !entry.link)
    .every(([path, entry]) => installed[path]?.version === entry.version)
}

function installSystemPackages() {
  const missing = SYSTEM_PACKAGES.filter((entry) => !entry.found()).map((entry) => entry.package)
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    say(
      `not on this machine: ${missing.join(', ')} (install with apt-get as root); tests that need them are counted as skipped`,
    )
    return
  }
  say(`installing Debian packages for the tests: ${missing.join(', ')}`)
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  run('apt-get', ['update', '-qq'], environment, 'ignore')
  for (const name of missing) {
    const installed = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: environment,
    })
    if (installed.status !== 0) say(`could not install ${name}; tests that need it are counted as skipped`)
  }
}

function buildWeb() {
  const output = join(root, 'apps/web/dist/index.html')
  if (!existsSync(join(root, 'apps/web/index.html'))) return
  if (existsSync(output) && statSync(output).mtimeMs > newestSource()) return
  say('building the web app')
  run(process.execPath, [
    join(root, 'node_modules/vite/bin/vite.js'),
    'build',
    '--logLevel',
    'warn',
    join(root, 'apps/web'),
  ])
}

function newestSource() {
  const folders = ['apps/web/src', 'apps/web/public', 'packages/api/src', 'packages/core/src']
  const files = ['apps/web/index.html', 'apps/web/vite.config.ts', 'apps/web/package.json', 'package-lock.json']
  const times = [
    ...folders.flatMap((folder) => filesBelow(join(root, folder))),
    ...files.map((file) => join(root, file)),
  ]
  return Math.max(0, ...times.filter((file) => existsSync(file)).map((file) => statSync(file).mtimeMs))
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
}

function onPath(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => folder !== '' && existsSync(join(folder, program)))
}

function hasRubyCookies() {
  return onPath('ruby') && spawnSync('ruby', ['-e', 'require "http/cookie"'], { stdio: 'ignore' }).status === 0
}

function hasPostgresFolder() {
  const base = '/usr/lib/postgresql'
  return existsSync(base) && readdirSync(base).some((version) => existsSync(join(base, version, 'bin/postgres')))
}

function run(program, args, env = process.env, stdout = 'inherit') {
  const result = spawnSync(program, args, { cwd: root, stdio: ['ignore', stdout, 'inherit'], env })
  if (result.status !== 0) fail(`${program} ${args[0] ?? ''} failed (${relative(process.cwd(), root) || '.'})`)
}

function say(text) {
  process.stderr.write(`· ${text}\n`)
}

function fail(text) {
  process.stderr.write(`error: ${text}\n`)
  process.exit(1)
}

await main(process.argv.slice(2))
