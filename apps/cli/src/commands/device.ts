import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import type { Command } from 'commander'
import { type Context, personClient, show } from '../context.ts'
import { findApp } from '../find-app.ts'
import { localTime } from '../local-time.ts'
import { topLevel } from '../overview.ts'
import { readAll } from '../paging.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context

export function addDeviceCommands(program: Command, getContext: GetContext): void {
  const device = topLevel(program, 'device')
  device
    .command('add')
    .description('add one of your test devices')
    .argument('<title>')
    .argument('<udid>')
    .action((title: string, identifier: string, _options, command: Command) =>
      add(getContext(command), { title, identifier }),
    )
  device
    .command('list')
    .description('list your test devices, or those that builds of an app see')
    .option('--app <app>', 'name or id')
    .action((options: { app?: string }, command: Command) => list(getContext(command), options.app))
}

async function add(context: Context, body: { title: string; identifier: string }): Promise<void> {
  const device = await personClient(context).call(testDeviceRoutes.add, { body })
  show(context, device, `added "${device.title}" (${device.identifier})\n`)
}

async function list(context: Context, appName: string | undefined): Promise<void> {
  const client = personClient(context)
  const app = appName === undefined ? undefined : await findApp(client, appName)
  const items = await readAll((query) =>
    app
      ? client.call(testDeviceRoutes.ofApp, { params: { appId: app.id }, query })
      : client.call(testDeviceRoutes.list, { query }),
  )
  const rows = items.map((one) => [one.title, one.identifier, one.owner.name, localTime(one.createdAt, 'day')])
  show(
    context,
    { items },
    table(['TITLE', 'UDID', 'OWNER', 'ADDED'], rows, 'no test devices yet: cordon device add TITLE UDID'),
  )
}
