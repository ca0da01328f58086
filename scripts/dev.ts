// `npm run dev`: a simulated Apple, the server with it, and the web app, each restarted when its sources change.
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { projectRoot } from './checks.ts'

const tsx = join(projectRoot, 'node_modules/tsx/dist/cli.mjs')
const vite = join(projectRoot, 'node_modules/vite/bin/vite.js')
const SIMULATOR_PORT = '4180'
const apple = {
  CORDON_APPLE_BASE_URL: `http://127.0.0.1:${SIMULATOR_PORT}`,
  CORDON_APPLE_ENTERPRISE_BASE_URL: `http://127.0.0.1:${SIMULATOR_PORT}/enterprise`,
}

const children = [
  start([tsx, 'watch', 'packages/simulator/src/main.ts', '--port', SIMULATOR_PORT]),
  start([tsx, 'watch', 'apps/server/src/main.ts'], {
    ...apple,
    CORDON_DATA_DIR: 'scratch/dev/data',
    CORDON_KEY_FILE: 'scratch/dev/master.key',
  }),
  start([vite, 'apps/web', '--host', '127.0.0.1']),
]

function start(args: readonly string[], environment: Record<string, string> = {}) {
  return spawn(process.execPath, args, { cwd: projectRoot, stdio: 'inherit', env: { ...process.env, ...environment } })
}

process.once('SIGINT', () => {
  for (const child of children) child.kill('SIGTERM')
})
