import { auditRoutes } from '@cordon/api/audit/routes'
import type { AuditEventView } from '@cordon/api/audit/schema'
import type { Client } from '@cordon/api/client'
import type { BuildId } from '@cordon/core/ids'
import type { Command } from 'commander'
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
  readonly build?: BuildId
  readonly limit: number
}

export function addAuditCommands(program: Command, getContext: GetContext): void {
  const audit = topLevel(program, 'audit')
  audit
    .command('list')
    .description('list events of an app, of a build, or (administrators) of the instance')
    .option('--app <app>', 'name or id')
    .option('--build <id>', 'id of a build')
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
  const buildId = options.build
  if (buildId !== undefined)
    return readAll((query) => client.call(auditRoutes.ofBuild, { params: { buildId }, query }), most)
  if (options.app === undefined) return readAll((query) => client.call(auditRoutes.ofInstance, { query }), most)
  const app = await findApp(client, options.app)
  return readAll((query) => client.call(auditRoutes.ofApp, { params: { appId: app.id }, query }), most)
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
