import { noticeRoutes } from '@cordon/api/notices/routes'
import type { Notice } from '@cordon/api/notices/schema'
import type { Command } from 'commander'
import { type Context, personClient, show } from '../context.ts'
import { countOption } from '../count-option.ts'
import { localTime } from '../local-time.ts'
import { topLevel } from '../overview.ts'
import { readAll } from '../paging.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context

interface Options {
  readonly limit: number
  readonly markRead?: boolean
}

/** Adds what the bell of the web app shows. */
export function addNoticesCommand(program: Command, getContext: GetContext): void {
  topLevel(program, 'notices')
    .option('--limit <count>', 'how many at most', countOption, 20)
    .option('--mark-read', 'mark all of them as read')
    .action((options: Options, command: Command) => notices(getContext(command), options))
}

async function notices(context: Context, { limit, markRead }: Options): Promise<void> {
  const client = personClient(context)
  const items: Notice[] = await readAll((query) => client.call(noticeRoutes.list, { query }), limit)
  if (markRead) await client.call(noticeRoutes.markAllRead)
  const rows = items.map(({ at, readAt, title, body }) => [
    localTime(at, 'minute'),
    readAt === null ? 'new' : '',
    `${title}${body === '' ? '' : `: ${body}`}`,
  ])
  show(context, { items }, table(['AT (LOCAL)', '', 'WHAT'], rows, 'no notices'))
}
