import { appRoutes } from '@cordon/api/apps/routes'
import { ASSIGNABLE_ROLES, type Member } from '@cordon/api/apps/schema'
import type { Client } from '@cordon/api/client'
import type { AppId } from '@cordon/core/ids'
import { Argument, type Command, Option } from 'commander'
import { askFirst } from '../ask-first.ts'
import { type Context, personClient, show } from '../context.ts'
import { findApp } from '../find-app.ts'
import { findOne } from '../find-one.ts'
import { findInvitation, showInvitation, showInvitations } from '../invitations.ts'
import { localTime } from '../local-time.ts'
import { readAll } from '../paging.ts'
import { table } from '../terminal.ts'

type GetContext = (command: Command) => Context
type AssignableRole = (typeof ASSIGNABLE_ROLES)[number]

interface InviteOptions {
  readonly role: AssignableRole
  readonly note: string
}

const APP = ['<app>', 'name or id'] as const
const PERSON = ['<person>', 'e-mail or id of a member'] as const
const ROLES = [...ASSIGNABLE_ROLES]

/** Adds what can be done with the team of an app. */
export function addTeamCommands(app: Command, getContext: GetContext): void {
  app
    .command('members')
    .description("list an app's team")
    .argument(...APP)
    .action((name: string, _options, command: Command) => members(getContext(command), name))
  app
    .command('set-role')
    .description("change a member's role; connections of who is no admin any more are suspended for the app")
    .argument(...APP)
    .argument(...PERSON)
    .addArgument(new Argument('<role>').choices(ROLES))
    .action((name: string, wanted: string, role: AssignableRole, _options, command: Command) =>
      setRole(getContext(command), name, wanted, role),
    )
  app
    .command('remove-member')
    .description('take somebody out of the team, or yourself; what they connected is suspended for the app')
    .argument(...APP)
    .argument(...PERSON)
    .action((name: string, wanted: string, _options, command: Command) =>
      removeMember(getContext(command), name, wanted),
    )
  app
    .command('transfer')
    .description('make another member the owner; you become an admin')
    .argument(...APP)
    .argument(...PERSON)
    .option('--yes', 'do not ask', false)
    .action((name: string, wanted: string, options: { yes: boolean }, command: Command) =>
      transfer(getContext(command), name, wanted, options.yes),
    )
  addInvitationCommands(app, getContext)
}

function addInvitationCommands(app: Command, getContext: GetContext): void {
  app
    .command('invite')
    .description("make an invitation link to an app's team; it is shown once")
    .argument(...APP)
    .addOption(new Option('--role <role>', 'in the team').choices(ROLES).makeOptionMandatory())
    .option('--note <text>', 'reminder for the list of invitations', '')
    .action((name: string, options: InviteOptions, command: Command) => invite(getContext(command), name, options))
  app
    .command('invitations')
    .description("list the invitations to an app's team that nobody has accepted yet")
    .argument(...APP)
    .action((name: string, _options, command: Command) => invitations(getContext(command), name))
  app
    .command('revoke-invitation')
    .description('take an invitation back: its link lets nobody in')
    .argument(...APP)
    .argument('<invitation>', 'id or note')
    .action((name: string, wanted: string, _options, command: Command) =>
      revokeInvitation(getContext(command), name, wanted),
    )
}

function readMembers(client: Client, appId: AppId): Promise<Member[]> {
  return readAll((query) => client.call(appRoutes.members, { params: { appId }, query }))
}

async function members(context: Context, name: string): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, name)
  const items = await readMembers(client, app.id)
  const rows = items.map((one) => [one.user.name, one.user.email, one.role, localTime(one.since, 'day'), one.user.id])
  show(context, { items }, table(['NAME', 'E-MAIL', 'ROLE', 'SINCE', 'ID'], rows, 'nobody'))
}

/** An app and one of its team, both as a person names them. */
async function findInTeam(client: Client, name: string, wanted: string) {
  const app = await findApp(client, name)
  const users = (await readMembers(client, app.id)).map(({ user }) => user)
  const user = findOne(users, wanted, {
    what: `e-mail or id of a member of "${app.name}"`,
    list: 'cordon app members',
    namesOf: ({ email }) => [email],
  })
  return { app, user, params: { appId: app.id, userId: user.id } }
}

async function setRole(context: Context, name: string, wanted: string, role: AssignableRole): Promise<void> {
  const client = personClient(context)
  const { app, params } = await findInTeam(client, name, wanted)
  const changed = await client.call(appRoutes.changeMember, { params, body: { role } })
  show(context, changed, `${changed.user.name} is ${changed.role} of "${app.name}"\n`)
}

async function removeMember(context: Context, name: string, wanted: string): Promise<void> {
  const client = personClient(context)
  const { app, user, params } = await findInTeam(client, name, wanted)
  await client.call(appRoutes.removeMember, { params })
  show(context, { appId: app.id, removed: user.id }, `${user.name} is not in the team of "${app.name}" any more\n`)
}

async function transfer(context: Context, name: string, wanted: string, yes: boolean): Promise<void> {
  const client = personClient(context)
  const { app, user } = await findInTeam(client, name, wanted)
  const question = `Make ${user.name} the owner of "${app.name}"? Only they can give it back.`
  if (!yes) await askFirst(context, { question, otherwise: `"${app.name}" keeps its owner` })
  const changed = await client.call(appRoutes.transfer, { params: { appId: app.id }, body: { userId: user.id } })
  show(context, changed, `${changed.owner.name} is the owner of "${changed.name}"\n`)
}

async function invite(context: Context, name: string, { role, note }: InviteOptions): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, name)
  showInvitation(context, await client.call(appRoutes.invite, { params: { appId: app.id }, body: { role, note } }))
}

function readInvitations(client: Client, appId: AppId) {
  return readAll((query) => client.call(appRoutes.invitations, { params: { appId }, query }))
}

async function invitations(context: Context, name: string): Promise<void> {
  const client = personClient(context)
  const app = await findApp(client, name)
  showInvitations(context, await readInvitations(client, app.id))
}

async function revokeInvitation(context: Context, name: string, wanted: string): Promise<void> {
  const client = personClient(context)
  const { id: appId } = await findApp(client, name)
  const { id: invitationId } = findInvitation(await readInvitations(client, appId), wanted, 'cordon app invitations')
  await client.call(appRoutes.revokeInvitation, { params: { appId, invitationId } })
  show(context, { revoked: invitationId }, `revoked ${invitationId}\n`)
}
