import { accountErrors } from '@cordon/api/accounts/errors'
import { accountRoutes } from '@cordon/api/accounts/routes'
import type { Client } from '@cordon/api/client'
import type { SessionId } from '@cordon/core/ids'
import { type Command, Option } from 'commander'
import { type Context, personClient, show } from '../context.ts'
import { findOne } from '../find-one.ts'
import { localTime } from '../local-time.ts'
import { readAll } from '../paging.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context

interface EndOptions {
  readonly all?: boolean
}

/** Adds the sessions of an account, which browsers hold. */
export function addSessionCommands(account: Command, getContext: GetContext): void {
  const session = account.command('session').description('where you are signed in with a browser')
  session
    .command('list')
    .description('list your sessions')
    .action((_options, command: Command) => listSessions(getContext(command)))
  session
    .command('end')
    .description('sign a browser out, or all of them; personal tokens stay')
    .argument('[session]', 'id')
    .addOption(new Option('--all', 'every session'))
    .action((id: string | undefined, options: EndOptions, command: Command) =>
      endSessions(getContext(command), id, options, command),
    )
}

function readSessions(client: Client) {
  return readAll((query) => client.call(accountRoutes.sessions, { query }))
}

async function listSessions(context: Context): Promise<void> {
  const items = await readSessions(personClient(context))
  const rows = items.map((one) => [
    one.client || '-',
    one.address,
    localTime(one.createdAt, 'minute'),
    localTime(one.lastSeenAt, 'minute'),
    one.id,
  ])
  const columns = ['BROWSER', 'ADDRESS', 'SIGNED IN (LOCAL)', 'LAST SEEN', 'ID']
  show(context, { items }, table(columns, rows, 'you are signed in with no browser'))
}

async function endSessions(
  context: Context,
  id: string | undefined,
  { all = false }: EndOptions,
  command: Command,
): Promise<void> {
  if ((id === undefined) !== all) command.error('error: give the id of a session, or --all')
  const client = personClient(context)
  const sessions = await readSessions(client)
  const ended = id === undefined ? sessions : [findSession(sessions, id)]
  for (const one of ended) await end(client, one.id)
  const count = `${ended.length} ${ended.length === 1 ? 'session' : 'sessions'}`
  show(context, { ended: ended.map((one) => one.id) }, `ended ${count}; personal tokens stay\n`)
}

/** A session may have ended since it was listed. */
async function end(client: Client, sessionId: SessionId): Promise<void> {
  try {
    await client.call(accountRoutes.endSession, { params: { sessionId } })
  } catch (error) {
    if (!accountErrors.not_found.is(error)) throw error
  }
}

function findSession<T extends { readonly id: string }>(sessions: readonly T[], id: string): T {
  return findOne(sessions, id, {
    what: 'id of a session of yours',
    list: 'cordon account session list',
    namesOf: () => [],
  })
}
