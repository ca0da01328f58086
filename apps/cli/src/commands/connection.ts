import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Connection } from '@cordon/api/connections/schema'
import type { Command } from 'commander'
import { readSecrets } from '../apple-id/secrets.ts'
import { expectation, nextStep, sessionWords } from '../apple-id/session-text.ts'
import { connectAppleId, type NewAppleIdOptions, type SignInOptions, signInAgain } from '../apple-id/sign-in.ts'
import { askFirst } from '../ask-first.ts'
import { checkLines } from '../check-lines.ts'
import { type Context, personClient, show } from '../context.ts'
import { cliErrors } from '../errors.ts'
import { findConnection } from '../find-connection.ts'
import { addKeyOptions, type KeyOptions, readKey } from '../key-file.ts'
import { topLevel } from '../overview.ts'
import { readAll } from '../paging.ts'
import { table } from '../terminal.ts'
import { addConnectionChanges } from './connection-changes.ts'

type GetContext = (command: Command) => Context

interface AddOptions extends KeyOptions {
  readonly name: string
}

export function addConnectionCommands(program: Command, getContext: GetContext): void {
  const connection = topLevel(program, 'connection')
  const addCommand = connection.command('add').description('connect an account')
  addKeyOptions(
    addCommand
      .command('api-key')
      .description('connect an App Store Connect API key; it is tried against Apple before it is stored')
      .requiredOption('--name <text>', 'name of the connection, such as the team'),
  ).action((options: AddOptions, command: Command) => add(getContext(command), options))
  addSignInOptions(
    addCommand
      .command('apple-id')
      .description('connect an Apple ID (the older method): asks for its password, and for the code that Apple sends')
      .requiredOption('--name <text>', 'name of the connection, such as the team')
      .requiredOption('--email <address>', 'e-mail of the Apple ID')
      .option('--app-specific-password', "ask for an app-specific password too, for uploads by Apple's own tools"),
  ).action((options: NewAppleIdOptions, command: Command) => addAppleId(getContext(command), options))
  addSignInOptions(
    connection
      .command('sign-in')
      .description('sign in again to a connected Apple ID; apps that use it go on')
      .argument('<connection>', 'name or id'),
  ).action((wanted: string, options: SignInOptions, command: Command) => signIn(getContext(command), wanted, options))
  connection
    .command('app-specific-password')
    .description('store the app-specific password of a connected Apple ID, or remove it')
    .argument('<connection>', 'name or id')
    .option('--password-stdin', 'read it from standard input')
    .option('--remove', 'remove the one that is stored')
    .action((wanted: string, options: { passwordStdin?: boolean; remove?: boolean }, command: Command) =>
      setAppSpecificPassword(getContext(command), wanted, options),
    )
  connection
    .command('list')
    .description('list your connections')
    .action((_options, command: Command) => list(getContext(command)))
  connection
    .command('test')
    .description('try a connection against Apple now')
    .argument('<connection>', 'name or id')
    .action((wanted: string, _options, command: Command) => test(getContext(command), wanted))
  connection
    .command('remove')
    .description('remove a connection; apps that use it get nothing from then on')
    .argument('<connection>', 'name or id')
    .option('--yes', 'do not ask', false)
    .action((wanted: string, options: { yes: boolean }, command: Command) =>
      remove(getContext(command), wanted, options.yes),
    )
  addConnectionChanges(connection, getContext)
}

function addSignInOptions(command: Command): Command {
  return command
    .option('--password-stdin', 'read the password from standard input; an app-specific password is its second line')
    .option('--hand-off', 'print a link by which somebody else types the code, and wait until that is done')
}

async function addAppleId(context: Context, options: NewAppleIdOptions): Promise<void> {
  const created = await connectAppleId(context, personClient(context), options)
  show(
    context,
    created,
    `connected "${created.name}" (${created.id})\n${checkLines(created.health.checks)}${expectation(created.session, created.id)}` +
      `no app uses it yet: cordon app authorise APP ${created.id}\n`,
  )
}

async function signIn(context: Context, wanted: string, options: SignInOptions): Promise<void> {
  const client = personClient(context)
  const connection = await findConnection(client, wanted)
  const renewed = await signInAgain(context, client, connection, options)
  show(context, renewed, `signed in again to "${renewed.name}"\n${expectation(renewed.session, renewed.id)}`)
}

async function setAppSpecificPassword(
  context: Context,
  wanted: string,
  options: { readonly passwordStdin?: boolean; readonly remove?: boolean },
): Promise<void> {
  const client = personClient(context)
  const { id: connectionId } = await findConnection(client, wanted)
  const [given] = options.remove ? [] : await readSecrets(context, ['app-specific password'], options)
  const changed = await client.call(connectionRoutes.setAppSpecificPassword, {
    params: { connectionId },
    body: { appSpecificPassword: given?.reveal() ?? null },
  })
  const done = options.remove ? 'has no app-specific password now' : 'has the app-specific password now'
  show(context, changed, `"${changed.name}" ${done}\n`)
}

async function add(context: Context, options: AddOptions): Promise<void> {
  const key = readKey(options)
  const created = await personClient(context).call(connectionRoutes.create, {
    body: { type: 'app_store_connect_api_key', name: options.name, key, storeUntested: options.storeUntested },
  })
  show(
    context,
    created,
    `connected "${created.name}" (${created.id})\n${checkLines(created.health.checks)}no app uses it yet: cordon app authorise APP ${created.id}\n`,
  )
}

async function list(context: Context): Promise<void> {
  const client = personClient(context)
  const connections = await readAll((query) => client.call(connectionRoutes.list, { query }))
  const rows = connections.map((one) => [
    one.name,
    one.summary.kind,
    one.summary.kind === 'apple_id' ? one.summary.accountName : one.summary.keyId,
    one.session === null ? one.health.state : `${one.health.state}: ${whyOrWords(one)}`,
    one.usedBy.map((use) => use.appName).join(', ') || '-',
    one.id,
  ])
  show(
    context,
    { items: connections },
    table(
      ['NAME', 'KIND', 'KEY ID OR E-MAIL', 'STATE', 'USED BY', 'ID'],
      rows,
      'no connections yet: cordon connection add api-key',
    ),
  )
}

/** A session that could not be looked at has no words of its own: why is what helps. */
function whyOrWords({ health, session }: Connection): string {
  const why = health.state === 'unreachable' ? health.checks.find(({ result }) => result === 'unknown') : undefined
  if (why !== undefined) return why.explanation.replace(/\.$/, '')
  return session === null ? '' : sessionWords(session)
}

async function test(context: Context, wanted: string): Promise<void> {
  const client = personClient(context)
  const { id: connectionId } = await findConnection(client, wanted)
  const tested = await client.call(connectionRoutes.test, { params: { connectionId } })
  show(
    context,
    tested,
    `"${tested.name}" is ${tested.health.state}\n${checkLines(tested.health.checks)}${renderSession(tested)}`,
  )
  if (tested.health.state !== 'healthy') throw cliErrors.connection_unhealthy({ state: tested.health.state })
}

function renderSession({ session, id }: Connection): string {
  if (session === null) return ''
  const next = nextStep(session, id)
  return `  Session: ${sessionWords(session)}\n${next === undefined ? '' : `  ${next}\n`}`
}

async function remove(context: Context, wanted: string, yes: boolean): Promise<void> {
  const client = personClient(context)
  const connection = await findConnection(client, wanted)
  const connectionId = connection.id
  const apps = connection.usedBy.map((use) => use.appName)
  const question = `Remove "${connection.name}"?${apps.length > 0 ? ` These apps will get no connection: ${apps.join(', ')}` : ''}`
  const otherwise = `"${connection.name}" stays${apps.length > 0 ? `, for ${apps.join(', ')}` : ''}`
  if (!yes) await askFirst(context, { question, otherwise })
  await client.call(connectionRoutes.remove, { params: { connectionId } })
  show(
    context,
    { removed: connectionId, apps },
    `removed "${connection.name}"${apps.length > 0 ? `; these apps do not use it any more: ${apps.join(', ')}` : ''}\n`,
  )
}
