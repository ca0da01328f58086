import { testDeviceRoutes } from '@cordon/api/test-devices/routes'
import type { Command } from 'commander'
import { type Context, personClient, show } from '../context.ts'
import { findApp } from '../find-app.ts'
import { findOne } from '../find-one.ts'
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
  device
    .command('remove')
    .description('remove one of your test devices here; at Apple it stays registered')
    .argument('<device>', 'title, UDID or id')
    .action((wanted: string, _options, command: Command) => remove(getContext(command), wanted))
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
  const rows = items.map((one) => [one.title, one.identifier, one.owner.name, localTime(one.createdAt, 'day'), one.id])
  show(
    context,
    { items },
    table(['TITLE', 'UDID', 'OWNER', 'ADDED', 'ID'], rows, 'no test devices yet: cordon device add TITLE UDID'),
  )
}

async function remove(context: Context, wanted: string): Promise<void> {
  const client = personClient(context)
  const devices = await readAll((query) => client.call(testDeviceRoutes.list, { query }))
  const { id, title, identifier } = findOne(devices, wanted, {
    what: 'title, UDID or id of a test device of yours',
    list: 'cordon device list',
    namesOf: (one) => [one.title, one.identifier],
  })
  await client.call(testDeviceRoutes.remove, { params: { testDeviceId: id } })
  show(context, { removed: id }, `removed "${title}" (${identifier}); at Apple it stays registered\n`)
}
