import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { accountRoutes } from '@cordon/api/accounts/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import { buildRoutes } from '@cordon/api/builds/routes'
import { createClient } from '@cordon/api/client'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { startSimulator } from '@cordon/simulator/simulator'
import { buildProgram } from '../../scripts/programs/programs.mjs'

/** A Cordon server with running builds whose app is authorised to use a team key. */
export interface CordonTarget {
  readonly port: number
  /** A request of each build. */
  readonly requests: readonly string[]
  /** The text of the `.p8` that builds receive. */
  readonly privateKey: string
  /** What a build receives. */
  readonly body: string
  close(): Promise<void>
}

const TYPE = 'app_store_connect_api_key'

/** Starts the real server as it is in service, its log in a file, and walks the path of a person up to running builds. */
export async function startCordon(databaseUrl: string | undefined, builds: number): Promise<CordonTarget> {
  const folder = await mkdtemp(join(tmpdir(), 'cordon-bench-'))
  const simulator = await startSimulator()
  const env = {
    CORDON_DATA_DIR: join(folder, 'data'),
    CORDON_KEY_FILE: join(folder, 'config', 'master.key'),
    CORDON_PORT: '0',
    // Requests are counted as ever; few builds ask as often as many would.
    CORDON_CREDENTIAL_REQUESTS_PER_MINUTE: '1000000',
    CORDON_APPLE_BASE_URL: simulator.url,
    CORDON_DATABASE_URL: databaseUrl ?? '',
  }
  const server = await startProgram(env, join(folder, 'log'))
  const team = simulator.createTeam({ name: 'Bench' })
  const { keyId, issuerId, privateKey } = simulator.createKey(team.teamId)
  if (issuerId === null || privateKey === null) throw new Error('the simulator made no team key')
  const tokens = await prepareBuilds(server.url, server.setUpUrl, { keyId, issuerId, privateKey }, builds)
  await simulator.close()
  const { host, port } = new URL(server.url)
  const requests = tokens.map(({ buildId, token }) => requestText(buildId, token, host))
  const [first] = tokens
  const answer = await fetch(`${server.url}/build/${first?.buildId}/apple_developer_portal_data.json`, {
    headers: { BUILD_API_TOKEN: first?.token ?? '' },
  })
  return {
    port: Number(port),
    requests,
    privateKey,
    body: await answer.text(),
    close: async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** Starts `npm start`'s program and waits for what it tells. */
async function startProgram(env: Readonly<Record<string, string>>, logPath: string) {
  const log = openSync(logPath, 'w')
  const program = await buildProgram('server')
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...env },
    stdio: ['ignore', log, 'inherit'],
  })
  closeSync(log)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const close = async () => {
    child.kill('SIGTERM')
    await ended
  }
  while (child.exitCode === null) {
    const told = /^Cordon runs at (\S+)[\s\S]*?^ +(\S+#token=\S+)[\s\S]*Ctrl-C/m.exec(await readFile(logPath, 'utf8'))
    if (told?.[1] !== undefined && told[2] !== undefined) return { url: told[1], setUpUrl: told[2], close }
    await wait(POLL_MS)
  }
  throw new Error('the server ended before it answered')
}

const POLL_MS = 50

/** A request of the build protocol as existing clients send it. */
export function requestText(buildId: string, token: string, host: string): string {
  return [
    `GET /build/${buildId}/apple_developer_portal_data.json HTTP/1.1`,
    `Host: ${host}`,
    'User-Agent: Go-http-client/1.1',
    `BUILD_API_TOKEN: ${token}`,
    '\r\n',
  ].join('\r\n')
}

async function prepareBuilds(
  url: string,
  setUpUrl: string,
  key: { readonly keyId: string; readonly issuerId: string; readonly privateKey: string },
  count: number,
): Promise<ReadonlyArray<{ readonly buildId: string; readonly token: string }>> {
  const account = { name: 'Bench', email: 'bench@example.com', password: 'correct horse battery' }
  const token = new URL(setUpUrl).hash.replace('#token=', '')
  await createClient({ baseUrl: url, fetch }).call(accountRoutes.setUp, { body: { ...account, token } })
  const { email, password } = account
  const anonymous = createClient({ baseUrl: url, fetch })
  const personal = await anonymous.call(accountRoutes.signInForToken, { body: { name: 'bench', email, password } })
  const headers = () => ({ authorization: `Bearer ${personal.token}` })
  const client = createClient({ baseUrl: url, fetch, headers })
  const connection = await client.call(connectionRoutes.create, {
    body: { type: TYPE, name: 'Bench', key: { kind: 'team', ...key } },
  })
  const { id: appId } = await client.call(appRoutes.create, { body: { name: 'Bench' } })
  await client.call(authorisationRoutes.authorise, {
    params: { appId, type: TYPE },
    body: { connectionId: connection.id },
  })
  const builds: Array<{ buildId: string; token: string }> = []
  for (let made = 0; made < count; made += 1) {
    const { build, buildToken } = await client.call(buildRoutes.start, { params: { appId }, body: {} })
    builds.push({ buildId: build.id, token: buildToken })
  }
  return builds
}
