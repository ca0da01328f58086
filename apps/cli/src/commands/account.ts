import { accountRoutes } from '@cordon/api/accounts/routes'
import { TOKEN_SCOPES } from '@cordon/api/accounts/schema'
import type { Client } from '@cordon/api/client'
import { Secret } from '@cordon/core/secret'
import { type Command, Option } from 'commander'
import { type Context, note, personClient, show } from '../context.ts'
import { countUpTo } from '../count-option.ts'
import { cliErrors } from '../errors.ts'
import { findOne } from '../find-one.ts'
import { localMoment, localTime } from '../local-time.ts'
import { topLevel } from '../overview.ts'
import { readAll } from '../paging.ts'
import { newPassword, PASSWORD_STDIN, type PasswordOptions, readPassword } from '../password.ts'
import { table } from '../terminal.ts'
import { withPassword, withSession } from '../with-session.ts'

type GetContext = (command: Command) => Context

interface TokenOptions extends PasswordOptions {
  readonly days: number
  readonly readOnly?: boolean
}

interface EndOptions {
  readonly all?: boolean
}

/** Adds the ways into one's own account: personal tokens and sessions. */
export function addAccountCommands(program: Command, getContext: GetContext): void {
  const account = topLevel(program, 'account')
  account
    .command('password')
    .description('change your password; ends your other sessions, and personal tokens stay')
    .option('--password-stdin', 'read the present password from standard input, and from its second line the new one')
    .action((options: PasswordOptions, command: Command) => changePassword(getContext(command), options))
  addTokenCommands(account, getContext)
  addSessionCommands(account, getContext)
}

function addTokenCommands(account: Command, getContext: GetContext): void {
  const token = account.command('token').description('your personal tokens, such as those of "cordon login"')
  token
    .command('list')
    .description('list your personal tokens')
    .action((_options, command: Command) => listTokens(getContext(command)))
  token
    .command('create')
    .description('make a personal token, for CORDON_TOKEN; it is shown once. Asks for your password')
    .argument('<name>', 'what uses it')
    .option('--days <count>', 'how long it works, at most 365 days', countUpTo(365), 90)
    .option('--read-only', 'it may look at things and change nothing')
    .option(...PASSWORD_STDIN)
    .action((name: string, options: TokenOptions, command: Command) => createToken(getContext(command), name, options))
  token
    .command('revoke')
    .description('revoke a personal token: whatever uses it is signed out at once')
    .argument('<token>', 'name or id')
    .action((wanted: string, _options, command: Command) => revokeToken(getContext(command), wanted))
}

function addSessionCommands(account: Command, getContext: GetContext): void {
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

async function changePassword(context: Context, options: PasswordOptions): Promise<void> {
  const { present, next } = options.passwordStdin ? await passwordsFromStdin(context) : await askPasswords(context)
  await withPassword(context, present, (client) =>
    client.call(accountRoutes.changePassword, {
      body: { currentPassword: present.reveal(), newPassword: next.reveal() },
    }),
  )
  show(context, { changed: true }, 'changed your password and ended your other sessions; personal tokens stay\n')
}

async function passwordsFromStdin({ terminal }: Context) {
  const [present = '', next = ''] = (await terminal.readStdin()).split(/\r?\n/)
  if (present === '' || next === '')
    throw cliErrors.missing_option(
      { option: '--password-stdin' },
      { detail: '--password-stdin reads two lines: the present password and the new one' },
    )
  return { present: new Secret(present), next: new Secret(next) }
}

async function askPasswords(context: Context) {
  const present = await readPassword(context, {}, 'Present password')
  return { present, next: await newPassword(context, '--password-stdin') }
}

function readTokens(client: Client) {
  return readAll((query) => client.call(accountRoutes.personalTokens, { query }))
}

async function listTokens(context: Context): Promise<void> {
  const items = await readTokens(personClient(context))
  const rows = items.map((one) => [
    one.name,
    one.scopes.join(', '),
    localTime(one.createdAt, 'minute'),
    one.lastUsedAt === null ? 'never' : localTime(one.lastUsedAt, 'minute'),
    localTime(one.expiresAt, 'day'),
    one.id,
  ])
  const columns = ['NAME', 'MAY', 'MADE (LOCAL)', 'LAST USED', 'EXPIRES', 'ID']
  show(context, { items }, table(columns, rows, 'no personal tokens'))
}

async function createToken(context: Context, name: string, options: TokenOptions): Promise<void> {
  const scopes = options.readOnly ? (['read'] as const) : TOKEN_SCOPES
  const body = { name, scopes: [...scopes], expiresInDays: options.days }
  const created = await withSession(context, options, (client) =>
    client.call(accountRoutes.createPersonalToken, { body }),
  )
  note(context, `the token acts as you until ${localMoment(created.personalToken.expiresAt)}, and is shown only now\n`)
  show(context, created, `${created.token}\n`)
}

async function revokeToken(context: Context, wanted: string): Promise<void> {
  const client = personClient(context)
  const { id, name } = findOne(await readTokens(client), wanted, {
    what: 'name or id of a personal token of yours',
    list: 'cordon account token list',
    namesOf: (token) => [token.name],
  })
  await client.call(accountRoutes.revokePersonalToken, { params: { personalTokenId: id } })
  show(context, { revoked: id }, `revoked "${name}"\n`)
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
  for (const one of ended) await client.call(accountRoutes.endSession, { params: { sessionId: one.id } })
  const count = `${ended.length} ${ended.length === 1 ? 'session' : 'sessions'}`
  show(context, { ended: ended.map((one) => one.id) }, `ended ${count}; personal tokens stay\n`)
}

function findSession<T extends { readonly id: string }>(sessions: readonly T[], id: string): T {
  return findOne(sessions, id, {
    what: 'id of a session of yours',
    list: 'cordon account session list',
    namesOf: () => [],
  })
}
