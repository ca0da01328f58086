import { accountRoutes } from '@cordon/api/accounts/routes'
import type { Person } from '@cordon/api/accounts/schema'
import type { Client } from '@cordon/api/client'
import { INSTANCE_ROLES, type InstanceRole } from '@cordon/api/route'
import { Argument, type Command, Option } from 'commander'
import { type Context, personClient, show } from '../context.ts'
import { findOne } from '../find-one.ts'
import { findInvitation, showInvitation, showInvitations } from '../invitations.ts'
import { topLevel } from '../overview.ts'
import { readAll } from '../paging.ts'
import { PASSWORD_STDIN, type PasswordOptions } from '../password.ts'
import { table } from '../terminal.ts'
import { withSession } from '../with-session.ts'

type GetContext = (command: Command) => Context
type Change = { readonly role: InstanceRole } | { readonly disabled: boolean }

interface InviteOptions {
  readonly role: InstanceRole
  readonly note: string
}

const PERSON = ['<person>', 'e-mail or id'] as const

export function addPeopleCommands(program: Command, getContext: GetContext): void {
  const people = topLevel(program, 'people')
  people
    .command('list')
    .description('list everybody')
    .action((_options, command: Command) => list(getContext(command)))
  people
    .command('invite')
    .description('make an invitation link; it is shown once')
    .addOption(new Option('--role <role>', 'on the instance').choices([...INSTANCE_ROLES]).default('member'))
    .option('--note <text>', 'reminder for the list of invitations', '')
    .action((options: InviteOptions, command: Command) => invite(getContext(command), options))
  people
    .command('invitations')
    .description('list the invitations that nobody has accepted yet')
    .action((_options, command: Command) => invitations(getContext(command)))
  people
    .command('revoke-invitation')
    .description('take an invitation back: its link lets nobody in')
    .argument('<invitation>', 'id or note')
    .action((wanted: string, _options, command: Command) => revokeInvitation(getContext(command), wanted))
  addChanges(people, getContext)
}

/** What changes who can get in asks for the password of whoever does it. */
function addChanges(people: Command, getContext: GetContext): void {
  people
    .command('set-role')
    .description('make somebody administrator or member; asks for your password')
    .argument(...PERSON)
    .addArgument(new Argument('<role>', 'on the instance').choices([...INSTANCE_ROLES]))
    .option(...PASSWORD_STDIN)
    .action((wanted: string, role: InstanceRole, options: PasswordOptions, command: Command) =>
      change(getContext(command), wanted, { role }, options),
    )
  people
    .command('disable')
    .description(
      'sign somebody out everywhere and let them in no more; what they connected is suspended. Asks for your password',
    )
    .argument(...PERSON)
    .option(...PASSWORD_STDIN)
    .action((wanted: string, options: PasswordOptions, command: Command) =>
      change(getContext(command), wanted, { disabled: true }, options),
    )
  people
    .command('enable')
    .description('let somebody who was disabled sign in again; asks for your password')
    .argument(...PERSON)
    .option(...PASSWORD_STDIN)
    .action((wanted: string, options: PasswordOptions, command: Command) =>
      change(getContext(command), wanted, { disabled: false }, options),
    )
}

function readPeople(client: Client): Promise<Person[]> {
  return readAll((query) => client.call(accountRoutes.people, { query }))
}

async function list(context: Context): Promise<void> {
  const people = await readPeople(personClient(context))
  const rows = people.map((one) => [one.name, one.email, one.role, stateOf(one), one.id])
  show(context, { items: people }, table(['NAME', 'E-MAIL', 'ROLE', 'STATE', 'ID'], rows, 'nobody'))
}

function stateOf({ disabled }: Person): string {
  return disabled ? 'disabled' : 'active'
}

async function change(context: Context, wanted: string, body: Change, options: PasswordOptions): Promise<void> {
  const { id: userId } = findOne(await readPeople(personClient(context)), wanted, {
    what: 'e-mail or id of a person of this instance',
    list: 'cordon people list',
    namesOf: ({ email }) => [email],
  })
  const changed = await withSession(context, options, (client) =>
    client.call(accountRoutes.changePerson, { params: { userId }, body }),
  )
  show(context, changed, `${changed.name} (${changed.email}): ${changed.role}, ${stateOf(changed)}\n`)
}

async function invite(context: Context, { role, note }: InviteOptions): Promise<void> {
  showInvitation(context, await personClient(context).call(accountRoutes.invite, { body: { role, note } }))
}

function readInvitations(client: Client) {
  return readAll((query) => client.call(accountRoutes.invitations, { query }))
}

async function invitations(context: Context): Promise<void> {
  showInvitations(context, await readInvitations(personClient(context)))
}

async function revokeInvitation(context: Context, wanted: string): Promise<void> {
  const client = personClient(context)
  const { id: invitationId } = findInvitation(await readInvitations(client), wanted, 'cordon people invitations')
  await client.call(accountRoutes.revokeInvitation, { params: { invitationId } })
  show(context, { revoked: invitationId }, `revoked ${invitationId}\n`)
}
