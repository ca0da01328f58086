import { auditRoutes } from '@cordon/api/audit/routes'
import type { AuditEventView } from '@cordon/api/audit/schema'
import type { Client } from '@cordon/api/client'
import { type Command, Option } from 'commander'
import { asBuildId } from '../build-id.ts'
import { type Context, personClient, show } from '../context.ts'
import { countOption } from '../count-option.ts'
import { cliErrors } from '../errors.ts'
import { findApp } from '../find-app.ts'
import { localTime } from '../local-time.ts'
import { topLevel } from '../overview.ts'
import { readAll } from '../paging.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context

interface ListOptions {
  readonly app?: string
  readonly build?: string
  readonly action?: string
  readonly limit: number
}

export function addAuditCommands(program: Command, getContext: GetContext): void {
  const audit = topLevel(program, 'audit')
  audit
    .command('list')
    .description('list events of an app, of a build, or (administrators) of the instance')
    .option('--app <app>', 'name or id')
    .addOption(new Option('--build <id>', 'id of a build').conflicts('app'))
    .option('--action <action>', 'one kind of event, such as credentials.released')
    .option('--limit <count>', 'how many at most', countOption, 50)
    .action((options: ListOptions, command: Command) => list(getContext(command), options))
  audit
    .command('verify')
    .description('check that no event was changed, removed or put in between')
    .option('--app <app>', 'name or id; without it every chain (administrators)')
    .action((options: { app?: string }, command: Command) => verify(getContext(command), options.app))
}

async function list(context: Context, options: ListOptions): Promise<void> {
  const events = await readEvents(personClient(context), options, options.limit)
  const rows = events.map((event) => [
    localTime(event.at, 'second'),
    event.actor.name || event.actor.kind,
    event.action,
    event.outcome,
    event.summary + askedWith(event),
  ])
  show(context, { items: events }, table(['AT (LOCAL)', 'WHO', 'ACTION', 'OUTCOME', 'WHAT'], rows, 'no events'))
}

/** The program that asked for credentials, by its own word. */
function askedWith({ details }: AuditEventView): string {
  return typeof details.userAgent === 'string' ? ` (asked by ${details.userAgent})` : ''
}

async function readEvents(client: Client, options: ListOptions, most: number): Promise<AuditEventView[]> {
  const { build, action, app: appName } = options
  if (build !== undefined) return readBuildEvents(client, build, options)
  const only = action === undefined ? {} : { action }
  if (appName === undefined)
    return readAll((query) => client.call(auditRoutes.ofInstance, { query: { ...query, ...only } }), most)
  const { id: appId } = await findApp(client, appName)
  return readAll((query) => client.call(auditRoutes.ofApp, { params: { appId }, query: { ...query, ...only } }), most)
}

/** A build has few events: they are chosen here. */
async function readBuildEvents(client: Client, id: string, { action, limit }: ListOptions): Promise<AuditEventView[]> {
  const buildId = asBuildId(id)
  const events = await readAll((query) => client.call(auditRoutes.ofBuild, { params: { buildId }, query }))
  return events.filter((event) => action === undefined || event.action === action).slice(0, limit)
}

async function verify(context: Context, appName: string | undefined): Promise<void> {
  const client = personClient(context)
  const result =
    appName === undefined
      ? await client.call(auditRoutes.verifyInstance)
      : await client.call(auditRoutes.verifyApp, { params: { appId: (await findApp(client, appName)).id } })
  const lines = result.chains.map((chain) =>
    chain.intact
      ? `intact: ${chain.chain}, ${chain.events} events\n`
      : `BROKEN: ${chain.chain} at event ${chain.brokenAt}: ${chain.problem}\n`,
  )
  show(context, result, lines.join(''))
  if (!result.intact) throw cliErrors.audit_broken()
}
