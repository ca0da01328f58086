import { accountRoutes } from '@cordon/api/accounts/routes'
import { TOKEN_SCOPES } from '@cordon/api/accounts/schema'
import type { Client } from '@cordon/api/client'
import type { Command } from 'commander'
import { type Context, note, personClient, show } from '../context.ts'
import { countUpTo } from '../count-option.ts'
import { findOne } from '../find-one.ts'
import { localMoment, localTime } from '../local-time.ts'
import { readAll } from '../paging.ts'
import { PASSWORD_STDIN, type PasswordOptions } from '../password.ts'
import { table } from '../terminal.ts'
import { withSession } from '../with-session.ts'

type GetContext = (command: Command) => Context

interface TokenOptions extends PasswordOptions {
  readonly days: number
  readonly readOnly?: boolean
}

/** Adds the personal tokens of an account: with one, a program acts as its person. */
export function addPersonalTokenCommands(account: Command, getContext: GetContext): void {
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
