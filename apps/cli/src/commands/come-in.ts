import { accountRoutes } from '@cordon/api/accounts/routes'
import type { Client } from '@cordon/api/client'
import { Secret } from '@cordon/core/secret'
import type { Command } from 'commander'
import { type Context, note, personClient, safe, show } from '../context.ts'
import { openForSignIn, signedInServer } from '../credentials.ts'
import { cliErrors } from '../errors.ts'
import { keepSignIn } from '../keep-sign-in.ts'
import { topLevel } from '../overview.ts'
import { inOwnSession, sessionClient } from '../own-session.ts'
import { askFor, newPassword } from '../password.ts'

type GetContext = (command: Command) => Context

interface Options {
  readonly name?: string
  readonly email?: string
  readonly stdin?: boolean
}

/** A link to a page of a server; its token is a secret and works once. */
interface Link {
  readonly server: string
  readonly token: Secret<string>
}

const STDIN = '--stdin'

/** Adds the ways in by a link. The link is no argument: every process of the machine sees those. */
export function addComeInCommands(program: Command, getContext: GetContext): void {
  addOptions(topLevel(program, 'set-up')).action((options: Options, command: Command) =>
    setUp(getContext(command), options),
  )
  addOptions(topLevel(program, 'join')).action((options: Options, command: Command) =>
    join(getContext(command), options),
  )
}

function addOptions(command: Command): Command {
  return command
    .option('--name <text>', 'your name, for a new account')
    .option('--email <address>', 'e-mail of a new account')
    .option(STDIN, 'read the link from standard input, and from its second line the password of a new account')
}

async function setUp(context: Context, options: Options): Promise<void> {
  const { link, password } = await readLink(context, options, 'set-up')
  const account = await askAccount(context, options, password)
  const body = { token: link.token.reveal(), ...account.named, password: account.password.reveal() }
  const client = sessionClient(context, link.server)
  const open = () => client.call(accountRoutes.setUp, { body })
  const person = await inOwnSession(context, { client, open }, () =>
    signInForGood(context, client, link.server, account),
  )
  show(
    context,
    { server: link.server, person },
    `set up ${link.server}; signed in as ${person.name} (${person.email})\n`,
  )
}

/** As the person who is signed in to that server, else with a new account. */
async function join(context: Context, options: Options): Promise<void> {
  const { link, password } = await readLink(context, options, 'invitation')
  const { server, token } = link
  const own = signedInServer(context.environment) === server ? personClient(context) : undefined
  const client = own ?? sessionClient(context, server)
  const { appName, role, invitedBy } = await client.call(accountRoutes.previewInvitation, {
    body: { token: token.reveal() },
  })
  const what = appName === null ? `${server} as ${role}` : `the team of "${appName}" as ${role}`
  note(context, `${invitedBy} invites you to ${what}\n`)
  const accepted =
    own === undefined
      ? await joinAsNewcomer(context, client, link, await askAccount(context, options, password))
      : await own.call(accountRoutes.acceptInvitation, { body: { token: token.reveal() } })
  show(context, { server, ...accepted }, `${accepted.person.name} has joined ${what}\n`)
}

async function joinAsNewcomer(context: Context, client: Client, { server, token }: Link, account: Account) {
  const body = { token: token.reveal(), account: { ...account.named, password: account.password.reveal() } }
  const open = () => client.call(accountRoutes.acceptInvitation, { body })
  return inOwnSession(context, { client, open }, async (accepted) => {
    await signInForGood(context, client, server, account)
    return accepted
  })
}

/** Keeps a personal token, as "cordon login" does; the session that came with the account is ended. */
async function signInForGood(context: Context, client: Client, server: string, account: Account) {
  const { named, password } = account
  try {
    const { token, person } = await client.call(accountRoutes.signInForToken, {
      body: { email: named.email, password: password.reveal(), name: 'cordon command' },
    })
    await keepSignIn(context, { server, token: new Secret(token) }, person.email)
    return person
  } catch (error) {
    // The link is used up by now: it must not be tried again.
    note(
      context,
      `the account of ${named.email} is made; only the sign-in is missing: cordon login --server ${server}\n`,
    )
    throw error
  }
}

interface Account {
  readonly named: { readonly name: string; readonly email: string }
  readonly password: Secret<string>
}

async function askAccount(context: Context, options: Options, given: Secret<string> | undefined): Promise<Account> {
  openForSignIn(context.environment)
  const { terminal } = context
  const name = options.name ?? (await askFor(context, '--name', () => terminal.askText('Your name')))
  const email = options.email ?? (await askFor(context, '--email', () => terminal.askText('E-mail')))
  const password = given ?? (await newPassword(context, `${STDIN}, with the password on its second line`))
  return { named: { name, email }, password }
}

/** The link, and the password that may stand below it. Throws `cli.link_invalid`, `cli.missing_option`. */
async function readLink(context: Context, { stdin }: Options, page: 'set-up' | 'invitation') {
  const given = stdin
    ? await context.terminal.readStdin()
    : await askFor(context, STDIN, () => context.terminal.askSecret(`The link of the ${page}`))
  const [text = '', password = ''] = given.split(/\r?\n/)
  const link = parseLink(text.trim(), page)
  return { link, password: password === '' ? undefined : new Secret(password) }
}

/** The text is not shown again: a token is in it. */
function parseLink(text: string, page: string): Link {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const token = new URLSearchParams(url?.hash.slice(1)).get('token')
  if (url === undefined || !url.pathname.endsWith(`/${page}`) || token === null)
    throw cliErrors.link_invalid({ page }, { detail: `that link ends with "/${page}#token=…"` })
  const server = `${url.origin}${url.pathname.slice(0, -`/${page}`.length)}`
  return { server: safe(server), token: new Secret(token) }
}
