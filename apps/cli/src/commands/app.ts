import { appRoutes } from '@cordon/api/apps/routes'
import type { App } from '@cordon/api/apps/schema'
import { CordonError } from '@cordon/core/errors'
import type { Command } from 'commander'
import { type Context, personClient, show } from '../context.ts'
import { cliErrors } from '../errors.ts'
import { findApp } from '../find-app.ts'
import { topLevel } from '../overview.ts'
import { readAll } from '../paging.ts'
import { printable } from '../printable.ts'
import { table } from '../terminal.ts'
import { addAuthorisationCommands } from './app-authorisations.ts'
import { addTeamCommands } from './app-team.ts'
import { addTriggerTokenCommands } from './trigger-token.ts'

type GetContext = (command: Command) => Context

interface DeleteOptions {
  readonly confirm?: string
}

export function addAppCommands(program: Command, getContext: GetContext): void {
  const app = topLevel(program, 'app')
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
    .command('rename')
    .description('give an app another name')
    .argument('<app>', 'name or id')
    .argument('<name>', 'the new name')
    .action((wanted: string, name: string, _options, command: Command) => rename(getContext(command), wanted, name))
  app
    .command('delete')
    .description('delete an app with its builds, trigger tokens and team (owner); its audit log stays')
    .argument('<app>', 'name or id')
    .option('--confirm <name>', 'the name of the app, instead of being asked for it')
    .action((wanted: string, options: DeleteOptions, command: Command) => remove(getContext(command), wanted, options))
  addAuthorisationCommands(app, getContext)
  addTriggerTokenCommands(app, getContext)
  addTeamCommands(app, getContext)
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

async function rename(context: Context, wanted: string, name: string): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, wanted)
  const renamed = await client.call(appRoutes.rename, { params: { appId: app.id }, body: { name } })
  show(context, renamed, `"${app.name}" is "${renamed.name}" now\n`)
}

async function remove(context: Context, wanted: string, options: DeleteOptions): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, wanted)
  // The name is asked of nobody who could not do it anyway.
  if (app.role === 'owner') await confirmName(context, app, options)
  await client.call(appRoutes.remove, { params: { appId: app.id } })
  show(
    context,
    { deleted: app.id },
    `deleted "${app.name}" (${app.id}); connections stay with their owners, and its audit log with the administrators\n`,
  )
}

/** Nothing brings an app back: its name is typed, also by who has named it by its id. Throws `cli.not_confirmed`. */
async function confirmName({ terminal }: Context, { name }: App, { confirm }: DeleteOptions): Promise<void> {
  const stays = (detail: string) => unconfirmed(name, `"${name}" stays; ${detail}`)
  if (confirm === undefined && !terminal.isInteractive)
    throw stays('nobody is there to be asked, so give --confirm with its name')
  const typed =
    confirm ?? (await terminal.askText(printable(`Type "${name}" to delete it with its builds and trigger tokens`)))
  if (typed !== name) throw stays(`"${typed}" is not its name`)
}

/** `cli.not_confirmed` whose remedy names what is to be typed. */
function unconfirmed(name: string, detail: string): CordonError {
  const remedy = `Type "${name}" when asked, capitals and blanks as they are here, or give it with --confirm.`
  return new CordonError(cliErrors.not_confirmed.code, { ...cliErrors.$specs.not_confirmed, remedy }, {}, { detail })
}
