import { authorisationErrors } from '@cordon/api/authorisations/errors'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import type { AppAuthorisation, AuthorisationTest } from '@cordon/api/authorisations/schema'
import type { Client } from '@cordon/api/client'
import type { ConnectionTypeName } from '@cordon/api/connections/schema'
import { type ConnectionId, isId } from '@cordon/core/ids'
import { type Command, Option } from 'commander'
import { sessionWords } from '../apple-id/session-text.ts'
import { checkLines } from '../check-lines.ts'
import { type Context, personClient, show } from '../context.ts'
import { cliErrors } from '../errors.ts'
import { findApp } from '../find-app.ts'
import { onlyConnection } from '../find-connection.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context

/** Types of connection by what is typed for them. */
const TYPES = {
  'api-key': 'app_store_connect_api_key',
  'apple-id': 'apple_id',
} as const satisfies Record<string, ConnectionTypeName>
type TypeName = keyof typeof TYPES

interface TypeOption {
  readonly type?: TypeName
}

function typeOption(description: string): Option {
  return new Option('--type <type>', description).choices(Object.keys(TYPES))
}

/** Adds what an app may use of Apple, and who chose it. */
export function addAuthorisationCommands(app: Command, getContext: GetContext): void {
  app
    .command('authorise')
    .alias('authorize')
    .description('choose the connection that builds of an app use; a key and an Apple ID may be chosen side by side')
    .argument('<app>', 'name or id')
    .argument('<connection>', 'name or id of a connection of the owner or an admin')
    .addOption(typeOption('what is chosen; needed only when the connection does not tell'))
    .action((name: string, connection: string, options: TypeOption, command: Command) =>
      authorise(getContext(command), { name, connection, ...options }),
    )
  app
    .command('withdraw')
    .description('let an app use no connection any more; also builds that run get nothing from then on')
    .argument('<app>', 'name or id')
    .addOption(typeOption('which of the two; all that the app uses unless told'))
    .action((name: string, options: TypeOption, command: Command) =>
      withdraw(getContext(command), { name, ...options }),
    )
  app
    .command('authorisations')
    .description('show what an app may use and what could be chosen')
    .argument('<app>', 'name or id')
    .action((name: string, _options, command: Command) => authorisations(getContext(command), name))
  app
    .command('test-connection')
    .description('try what an app uses against Apple now, and show what was checked')
    .argument('<app>', 'name or id')
    .addOption(typeOption('which of the two; all that the app uses unless told'))
    .action((name: string, options: TypeOption, command: Command) =>
      testConnections(getContext(command), { name, ...options }),
    )
}

interface Wish {
  readonly name: string
  /** Name or id. */
  readonly connection: string
  readonly type?: TypeName
}

async function authorise(context: Context, wish: Wish): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, wish.name)
  const { items } = await client.call(authorisationRoutes.list, { params: { appId: app.id } })
  const { type, connectionId } = findChoice(items, wish)
  const result = await client.call(authorisationRoutes.authorise, {
    params: { appId: app.id, type },
    body: { connectionId },
  })
  show(context, result, `builds of "${app.name}" use "${result.current?.connection.name}" from the next build on\n`)
}

/** The connection of that name or id among those that are offered; one that is not is left to the server to refuse. */
function findChoice(
  authorisations: readonly AppAuthorisation[],
  { connection, type }: Wish,
): { readonly type: ConnectionTypeName; readonly connectionId: ConnectionId } {
  const wantedType = type && TYPES[type]
  const offered = authorisations
    .filter((one) => wantedType === undefined || one.type === wantedType)
    .flatMap((one) => one.options.map(({ connection: { id, name } }) => ({ type: one.type, id, name })))
  if (isId('connection', connection)) {
    const found = offered.find(({ id }) => id === connection)
    return { type: found?.type ?? wantedType ?? 'app_store_connect_api_key', connectionId: connection }
  }
  const found = onlyConnection(
    offered.filter(({ name }) => name === connection),
    connection,
  )
  return { type: found.type, connectionId: found.id }
}

async function authorisations(context: Context, name: string): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, name)
  const { items } = await client.call(authorisationRoutes.list, { params: { appId: app.id } })
  show(context, { items }, items.map(renderAuthorisation).join('\n'))
}

async function withdraw(context: Context, { name, type }: NamedType): Promise<void> {
  const client = personClient(context)
  const { app, used } = await usedBy(client, name, type)
  for (const one of used) await client.call(authorisationRoutes.withdraw, { params: { appId: app.id, type: one.type } })
  const names = used.map(({ current }) => `"${current?.connection.name}"`)
  show(
    context,
    { appId: app.id, withdrawn: used.map((one) => ({ type: one.type, connectionId: one.current?.connection.id })) },
    `"${app.name}" does not use ${names.join(' and ')} any more; what builds fetched before stays with them\n`,
  )
}

interface NamedType extends TypeOption {
  readonly name: string
}

/** What an app uses, of one type or of both. Throws `authorisation.not_found` when that is nothing. */
async function usedBy(client: Client, name: string, type: TypeName | undefined) {
  const app = await findApp(client, name)
  const { items } = await client.call(authorisationRoutes.list, { params: { appId: app.id } })
  const used = items.filter((one) => one.current !== null && (type === undefined || one.type === TYPES[type]))
  if (used.length === 0) {
    const nothing = type === undefined ? 'no connection' : `no connection of type ${type}`
    throw authorisationErrors.not_found({}, { detail: `"${app.name}" uses ${nothing}: cordon app authorise` })
  }
  return { app, used }
}

const TITLES = {
  app_store_connect_api_key: 'App Store Connect API',
  apple_id: 'Session based authentication (deprecated)',
} as const satisfies Record<ConnectionTypeName, string>

function renderAuthorisation({ type, current, options, changeable }: AppAuthorisation): string {
  const head = `${TITLES[type]}: ${current ? renderCurrent(current) : 'uses no connection'}\n`
  if (!changeable) return `${head}what could be chosen is shown to the owner and the admins\n`
  const rows = options.map(({ connection, selectable, note }) => [
    connection.name,
    connection.identifier,
    connection.owner.name,
    selectable ? 'yes' : 'no',
    [connection.session && sessionWords(connection.session), note].filter(Boolean).join('; ') || '-',
    connection.id,
  ])
  const columns = ['CONNECTION', 'KEY ID OR E-MAIL', 'OWNER', 'SELECTABLE', 'NOTE', 'ID']
  return head + table(columns, rows, 'the owner and the admins have no connections of this type')
}

function renderCurrent({ connection, state, suspendedReason }: NonNullable<AppAuthorisation['current']>): string {
  const why = suspendedReason ? ` (${suspendedReason})` : ''
  const session = connection.session ? `, ${sessionWords(connection.session)}` : ''
  return `uses "${connection.name}" of ${connection.owner.name}: ${state}${why}${session}`
}

async function testConnections(context: Context, { name, type }: NamedType): Promise<void> {
  const client = personClient(context)
  const { app, used } = await usedBy(client, name, type)
  const tests = []
  for (const one of used)
    tests.push({
      type: one.type,
      ...(await client.call(authorisationRoutes.test, { params: { appId: app.id, type: one.type } })),
    })
  show(context, { items: tests }, tests.map(renderTest).join(''))
  const ill = tests.find(({ state }) => state !== 'healthy')
  if (ill !== undefined) throw cliErrors.connection_unhealthy({ state: ill.state })
}

function renderTest({
  type,
  state,
  checks,
  session,
}: AuthorisationTest & { readonly type: ConnectionTypeName }): string {
  const line = session === null ? '' : `  Session: ${sessionWords(session)}\n`
  return `${TITLES[type]}: ${state}\n${checkLines(checks)}${line}`
}
