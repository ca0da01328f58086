import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { connectionRoutes } from '@cordon/api/connections/routes'
import { type Connection, KEY_KINDS, type KeyKind } from '@cordon/api/connections/schema'
import type { ConnectionId } from '@cordon/core/ids'
import { type Command, Option } from 'commander'
import { type Context, personClient, show } from '../context.ts'
import { cliErrors } from '../errors.ts'
import { readAll } from '../paging.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context

interface AddOptions {
  readonly name: string
  readonly keyFile: string
  readonly keyId?: string
  readonly issuerId?: string
  readonly kind: KeyKind
  readonly storeUntested: boolean
}

const KEY_FILE_NAME = /^AuthKey_([A-Z0-9]{10})\.p8$/
const MAX_KEY_BYTES = 16_384

export function addConnectionCommands(program: Command, getContext: GetContext): void {
  const connection = program.command('connection').description('your connections to Apple')
  connection
    .command('add')
    .description('connect an account')
    .command('api-key')
    .description('connect an App Store Connect API key; it is tried against Apple before it is stored')
    .requiredOption('--name <text>', 'name of the connection, such as the team')
    .requiredOption('--key-file <path>', 'the .p8 file; AuthKey_<key id>.p8 gives the key id')
    .option('--key-id <id>', 'key id, when the file name does not give it')
    .option('--issuer-id <uuid>', 'issuer id (not for individual keys)')
    .addOption(new Option('--kind <kind>', 'whose key it is').choices([...KEY_KINDS]).default('team'))
    .option('--store-untested', 'keep the key though Apple could not be asked or rejected it', false)
    .action((options: AddOptions, command: Command) => add(getContext(command), options))
  connection
    .command('list')
    .description('list your connections')
    .action((_options, command: Command) => list(getContext(command)))
  connection
    .command('test')
    .description('try a connection against Apple now')
    .argument('<connection>', 'id')
    .action((id: ConnectionId, _options, command: Command) => test(getContext(command), id))
  connection
    .command('remove')
    .description('remove a connection; apps that use it get nothing from then on')
    .argument('<connection>', 'id')
    .option('--yes', 'do not ask', false)
    .action((id: ConnectionId, options: { yes: boolean }, command: Command) =>
      remove(getContext(command), id, options.yes),
    )
}

async function add(context: Context, options: AddOptions): Promise<void> {
  const privateKey = readKeyFile(options.keyFile)
  const keyId = options.keyId ?? KEY_FILE_NAME.exec(basename(options.keyFile))?.[1]
  if (keyId === undefined) {
    throw cliErrors.missing_option(
      { option: '--key-id' },
      { detail: `--key-id, since "${basename(options.keyFile)}" is not named AuthKey_<key id>.p8` },
    )
  }
  const key = {
    kind: options.kind,
    keyId,
    privateKey,
    ...(options.issuerId === undefined ? {} : { issuerId: options.issuerId }),
  }
  const created = await personClient(context).call(connectionRoutes.create, {
    body: { type: 'app_store_connect_api_key', name: options.name, key, storeUntested: options.storeUntested },
  })
  show(
    context,
    created,
    `connected "${created.name}" (${created.id})\n${renderChecks(created)}no app uses it yet: cordon app authorise APP ${created.id}\n`,
  )
}

function readKeyFile(path: string): string {
  try {
    if (statSync(path).size > MAX_KEY_BYTES) {
      throw cliErrors.file_unreadable(
        { path },
        { detail: `"${path}" is larger than any .p8 file (${MAX_KEY_BYTES} bytes)` },
      )
    }
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (cliErrors.file_unreadable.is(cause)) throw cause
    throw cliErrors.file_unreadable({ path }, { detail: `"${path}"`, cause })
  }
}

function renderChecks(connection: Connection): string {
  const marks = { passed: 'ok', failed: 'failed', unknown: 'unknown', not_applicable: 'not applicable' } as const
  return connection.health.checks
    .map((check) => `  ${check.title}: ${marks[check.result]}${check.explanation ? ` (${check.explanation})` : ''}\n`)
    .join('')
}

async function list(context: Context): Promise<void> {
  const client = personClient(context)
  const connections = await readAll((query) => client.call(connectionRoutes.list, { query }))
  const rows = connections.map((one) => [
    one.name,
    one.summary.kind,
    one.summary.keyId,
    one.health.state,
    one.usedBy.map((use) => use.appName).join(', ') || '-',
    one.id,
  ])
  show(
    context,
    { items: connections },
    table(
      ['NAME', 'KIND', 'KEY ID', 'STATE', 'USED BY', 'ID'],
      rows,
      'no connections yet: cordon connection add api-key',
    ),
  )
}

async function test(context: Context, connectionId: ConnectionId): Promise<void> {
  const tested = await personClient(context).call(connectionRoutes.test, { params: { connectionId } })
  show(context, tested, `"${tested.name}" is ${tested.health.state}\n${renderChecks(tested)}`)
  if (tested.health.state !== 'healthy') throw cliErrors.connection_unhealthy({ state: tested.health.state })
}

async function remove(context: Context, connectionId: ConnectionId, yes: boolean): Promise<void> {
  const client = personClient(context)
  const connection = await client.call(connectionRoutes.read, { params: { connectionId } })
  const apps = connection.usedBy.map((use) => use.appName)
  const question = `Remove "${connection.name}"?${apps.length > 0 ? ` These apps will get no connection: ${apps.join(', ')}` : ''}`
  if (!yes && !(context.terminal.isInteractive && (await context.terminal.confirm(question))))
    throw cliErrors.not_confirmed()
  await client.call(connectionRoutes.remove, { params: { connectionId } })
  show(
    context,
    { removed: connectionId, apps },
    `removed "${connection.name}"${apps.length > 0 ? `; without a connection now: ${apps.join(', ')}` : ''}\n`,
  )
}
