import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Command } from 'commander'
import { askFirst } from '../ask-first.ts'
import { checkLines } from '../check-lines.ts'
import { type Context, personClient, show } from '../context.ts'
import { findConnection } from '../find-connection.ts'
import { findOne } from '../find-one.ts'
import { addKeyOptions, type KeyOptions, readKey } from '../key-file.ts'
import { PASSWORD_STDIN, type PasswordOptions } from '../password.ts'
import { withSession } from '../with-session.ts'

type GetContext = (command: Command) => Context

interface TransferOptions extends PasswordOptions {
  readonly yes: boolean
}

const CONNECTION = ['<connection>', 'name or id'] as const

/** Adds what changes a connection that is there. */
export function addConnectionChanges(connection: Command, getContext: GetContext): void {
  connection
    .command('rename')
    .description('give a connection another name')
    .argument(...CONNECTION)
    .argument('<name>', 'the new name')
    .action((wanted: string, name: string, _options, command: Command) => rename(getContext(command), wanted, name))
  addKeyOptions(
    connection
      .command('replace-key')
      .description('put another key in the place of the old one; apps that use the connection go on with it')
      .argument(...CONNECTION),
  ).action((wanted: string, options: KeyOptions, command: Command) => replaceKey(getContext(command), wanted, options))
  connection
    .command('restrict')
    .description('only you choose it for apps; what other admins have chosen is suspended')
    .argument(...CONNECTION)
    .option('--off', 'admins of apps that you lead may choose it again')
    .action((wanted: string, options: { off?: boolean }, command: Command) =>
      restrict(getContext(command), wanted, options.off !== true),
    )
  connection
    .command('revoke-use')
    .description('take a connection back from one app; its builds get nothing from then on')
    .argument(...CONNECTION)
    .argument('<app>', 'name or id of an app that uses it')
    .action((wanted: string, app: string, _options, command: Command) => revokeUse(getContext(command), wanted, app))
  connection
    .command('transfer')
    .description('give a connection to another person of the instance; asks for your password')
    .argument(...CONNECTION)
    .argument('<e-mail>', 'of that person')
    .option('--yes', 'do not ask whether', false)
    .option(...PASSWORD_STDIN)
    .action((wanted: string, email: string, options: TransferOptions, command: Command) =>
      transfer(getContext(command), wanted, email, options),
    )
}

async function rename(context: Context, wanted: string, name: string): Promise<void> {
  const client = personClient(context)
  const connection = await findConnection(client, wanted)
  const renamed = await client.call(connectionRoutes.change, {
    params: { connectionId: connection.id },
    body: { name },
  })
  show(context, renamed, `"${connection.name}" is "${renamed.name}" now\n`)
}

async function replaceKey(context: Context, wanted: string, options: KeyOptions): Promise<void> {
  const client = personClient(context)
  const key = readKey(options)
  const { id: connectionId } = await findConnection(client, wanted)
  const body = { key, storeUntested: options.storeUntested }
  const replaced = await client.call(connectionRoutes.replaceKey, { params: { connectionId }, body })
  const left = 'the old key is deleted here; at Apple it works until it is revoked in App Store Connect\n'
  show(context, replaced, `"${replaced.name}" has the key ${key.keyId}\n${checkLines(replaced.health.checks)}${left}`)
}

async function restrict(context: Context, wanted: string, restricted: boolean): Promise<void> {
  const client = personClient(context)
  const { id: connectionId } = await findConnection(client, wanted)
  const changed = await client.call(connectionRoutes.change, { params: { connectionId }, body: { restricted } })
  const who = changed.restricted ? 'only you choose' : 'admins of apps that you lead may choose'
  show(context, changed, `${who} "${changed.name}"\n`)
}

async function revokeUse(context: Context, wanted: string, app: string): Promise<void> {
  const client = personClient(context)
  const { id: connectionId, name, usedBy } = await findConnection(client, wanted)
  const uses = usedBy.map(({ appId, appName }) => ({ id: appId, name: appName }))
  const use = findOne(uses, app, {
    what: `name or id of an app that uses "${name}"`,
    list: 'cordon connection list',
    namesOf: (one) => [one.name],
  })
  await client.call(connectionRoutes.revokeUse, { params: { connectionId, appId: use.id } })
  show(context, { connectionId, appId: use.id }, `"${use.name}" does not use "${name}" any more\n`)
}

async function transfer(context: Context, wanted: string, email: string, options: TransferOptions): Promise<void> {
  const { id: connectionId, name } = await findConnection(personClient(context), wanted)
  const question = `Give "${name}" to ${email}? Only they can give it back.`
  if (!options.yes) await askFirst(context, { question, otherwise: `"${name}" stays yours` })
  await withSession(context, options, (client) =>
    client.call(connectionRoutes.transfer, { params: { connectionId }, body: { email } }),
  )
  show(context, { connectionId, to: email }, `"${name}" belongs to ${email} now\n`)
}
