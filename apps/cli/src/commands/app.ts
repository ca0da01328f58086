import { appRoutes } from '@cordon/api/apps/routes'
import { authorisationRoutes } from '@cordon/api/authorisations/routes'
import type { AppAuthorisation } from '@cordon/api/authorisations/schema'
import type { ConnectionId } from '@cordon/core/ids'
import { type Command, Option } from 'commander'
import { type Context, personClient, show } from '../context.ts'
import { findApp } from '../find-app.ts'
import { readAll } from '../paging.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context
type AssignableRole = 'admin' | 'developer' | 'tester'

export function addAppCommands(program: Command, getContext: GetContext): void {
  const app = program.command('app').description('apps, their teams and what they may use')
  app
    .command('create')
    .description('create an app; you become its owner')
    .argument('<name>')
    .action((name: string, _options, command: Command) => create(getContext(command), name))
  app
    .command('list')
    .description('list the apps whose team you are in')
    .action((_options, command: Command) => list(getContext(command)))
  app
    .command('authorise')
    .alias('authorize')
    .description('choose the connection that builds of an app use')
    .argument('<app>', 'name or id')
    .argument('<connection>', 'id of a connection of the owner or an admin')
    .action((name: string, connectionId: ConnectionId, _options, command: Command) =>
      authorise(getContext(command), name, connectionId),
    )
  app
    .command('authorisations')
    .description('show what an app may use and what could be chosen')
    .argument('<app>', 'name or id')
    .action((name: string, _options, command: Command) => authorisations(getContext(command), name))
  app
    .command('members')
    .description("list an app's team")
    .argument('<app>', 'name or id')
    .action((name: string, _options, command: Command) => members(getContext(command), name))
  app
    .command('invite')
    .description("make an invitation link to an app's team; it is shown once")
    .argument('<app>', 'name or id')
    .addOption(new Option('--role <role>').choices(['admin', 'developer', 'tester']).makeOptionMandatory())
    .action((name: string, options: { role: AssignableRole }, command: Command) =>
      invite(getContext(command), name, options.role),
    )
}

async function create(context: Context, name: string): Promise<void> {
  const created = await personClient(context).call(appRoutes.create, { body: { name } })
  show(context, created, `created "${created.name}" (${created.id})\n`)
}

async function list(context: Context): Promise<void> {
  const client = personClient(context)
  const apps = await readAll((query) => client.call(appRoutes.list, { query }))
  const rows = apps.map((one) => [one.name, one.role ?? '-', one.connectionState, one.deliveryMode, one.id])
  show(
    context,
    { items: apps },
    table(['NAME', 'YOUR ROLE', 'CONNECTION', 'MODE', 'ID'], rows, 'no apps yet: cordon app create NAME'),
  )
}

async function authorise(context: Context, name: string, connectionId: ConnectionId): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, name)
  const result = await client.call(authorisationRoutes.authorise, {
    params: { appId: app.id, type: 'app_store_connect_api_key' },
    body: { connectionId },
  })
  show(context, result, `builds of "${app.name}" use "${result.current?.connection.name}" from the next build on\n`)
}

async function authorisations(context: Context, name: string): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, name)
  const { items } = await client.call(authorisationRoutes.list, { params: { appId: app.id } })
  show(context, { items }, items.map(renderAuthorisation).join(''))
}

function renderAuthorisation(authorisation: AppAuthorisation): string {
  const { current } = authorisation
  const head = current
    ? `uses "${current.connection.name}" of ${current.connection.owner.name}: ${current.state}${current.suspendedReason ? ` (${current.suspendedReason})` : ''}\n`
    : 'uses no connection\n'
  if (!authorisation.changeable) return `${head}what could be chosen is shown to the owner and the admins\n`
  const rows = authorisation.options.map((option) => [
    option.connection.name,
    option.connection.owner.name,
    option.selectable ? 'yes' : 'no',
    option.note || '-',
    option.connection.id,
  ])
  return (
    head +
    table(['CONNECTION', 'OWNER', 'SELECTABLE', 'NOTE', 'ID'], rows, 'the owner and the admins have no connections')
  )
}

async function members(context: Context, name: string): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, name)
  const items = await readAll((query) => client.call(appRoutes.members, { params: { appId: app.id }, query }))
  const rows = items.map((one) => [one.user.name, one.user.email, one.role, one.since.slice(0, 10)])
  show(context, { items }, table(['NAME', 'E-MAIL', 'ROLE', 'SINCE'], rows, 'nobody'))
}

async function invite(context: Context, name: string, role: AssignableRole): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, name)
  const created = await client.call(appRoutes.invite, { params: { appId: app.id }, body: { role } })
  context.terminal.err(`the link works once, until ${created.invitation.expiresAt}, and is shown only now\n`)
  show(context, created, `${created.url}\n`)
}
