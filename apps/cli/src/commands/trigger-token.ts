import { buildRoutes } from '@cordon/api/builds/routes'
import type { Client } from '@cordon/api/client'
import type { AppId } from '@cordon/core/ids'
import { type Command, Option } from 'commander'
import { type Context, note, personClient, show } from '../context.ts'
import { countUpTo } from '../count-option.ts'
import { findApp } from '../find-app.ts'
import { findOne } from '../find-one.ts'
import { localMoment, localTime } from '../local-time.ts'
import { readAll } from '../paging.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context

interface LifeOptions {
  readonly days: number
  readonly neverExpires?: boolean
}

const APP = ['<app>', 'name or id'] as const

/** Adds the trigger tokens of an app: with one, a CI system starts builds of it. */
export function addTriggerTokenCommands(app: Command, getContext: GetContext): void {
  const token = app.command('trigger-token').description('tokens with which a CI system starts builds of an app')
  token
    .command('list')
    .description("list an app's trigger tokens")
    .argument(...APP)
    .action((name: string, _options, command: Command) => list(getContext(command), name))
  token
    .command('create')
    .description('make a trigger token, for CORDON_TRIGGER_TOKEN; it is shown once')
    .argument(...APP)
    .argument('<name>', 'what uses it, such as the CI system')
    .option('--days <count>', 'how long it works, at most 3650 days', countUpTo(3_650), 365)
    .addOption(new Option('--never-expires', 'it works until it is revoked').conflicts('days'))
    .action((name: string, tokenName: string, options: LifeOptions, command: Command) =>
      create(getContext(command), name, tokenName, options),
    )
  token
    .command('revoke')
    .description('revoke a trigger token: it starts no build any more; those that it has started go on')
    .argument(...APP)
    .argument('<token>', 'name or id')
    .action((name: string, wanted: string, _options, command: Command) => revoke(getContext(command), name, wanted))
}

function readTokens(client: Client, appId: AppId) {
  return readAll((query) => client.call(buildRoutes.triggerTokens, { params: { appId }, query }))
}

async function list(context: Context, name: string): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, name)
  const items = await readTokens(client, app.id)
  const rows = items.map((one) => [
    one.name,
    one.createdBy,
    localTime(one.createdAt, 'day'),
    one.lastUsedAt === null ? 'never' : localTime(one.lastUsedAt, 'minute'),
    one.expiresAt === null ? 'never' : localTime(one.expiresAt, 'day'),
    one.id,
  ])
  const columns = ['NAME', 'MADE BY', 'MADE', 'LAST USED (LOCAL)', 'EXPIRES', 'ID']
  show(context, { items }, table(columns, rows, 'no trigger tokens: cordon app trigger-token create APP NAME'))
}

async function create(
  context: Context,
  appName: string,
  name: string,
  { days, neverExpires = false }: LifeOptions,
): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, appName)
  const body = { name, expiresInDays: neverExpires ? null : days }
  const created = await client.call(buildRoutes.createTriggerToken, { params: { appId: app.id }, body })
  const { expiresAt } = created.triggerToken
  const until = expiresAt === null ? 'until it is revoked' : `until ${localMoment(expiresAt)}`
  note(context, `the token starts builds of "${app.name}" ${until}, and is shown only now\n`)
  show(context, created, `${created.token}\n`)
}

async function revoke(context: Context, appName: string, wanted: string): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, appName)
  const { id, name } = findOne(await readTokens(client, app.id), wanted, {
    what: `name or id of a trigger token of "${app.name}"`,
    list: 'cordon app trigger-token list',
    namesOf: (token) => [token.name],
  })
  await client.call(buildRoutes.revokeTriggerToken, { params: { appId: app.id, triggerTokenId: id } })
  show(context, { revoked: id }, `revoked "${name}"; builds that it has started go on\n`)
}
