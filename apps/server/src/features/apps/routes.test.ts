import { accountRoutes } from '@cordon/api/accounts/routes'
import { appRoutes } from '@cordon/api/apps/routes'
import { auditRoutes } from '@cordon/api/audit/routes'
import { buildRoutes } from '@cordon/api/builds/routes'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, fragmentToken, type SignedIn } from '../../../test/harness.ts'
import { codeOf, createApp, errorOf, joinTeam, type ServerWorld, startBuild, startWorld } from '../../../test/world.ts'

describe.each(DATABASES)('apps on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    let robin: SignedIn
    let kim: SignedIn
    beforeAll(async () => {
      world = await startWorld(database)
      dana = await world.server.setUp()
      robin = await world.server.addPerson(dana, { email: 'robin@example.com' })
      kim = await world.server.addPerson(dana, { email: 'kim@example.com' })
    })
    afterAll(() => world?.close())

    const members = async (app: { id: string }) => {
      const { items } = await dana.client.call(appRoutes.members, { params: { appId: app.id }, query: {} })
      return Object.fromEntries(items.map(({ user, role }) => [user.email.split('@')[0], role]))
    }

    test('a member of the instance creates an app and owns it', async () => {
      const app = await createApp(robin, '  Wallet  ')
      expect(app).toMatchObject({ name: 'Wallet', role: 'owner', deliveryMode: 'release', connectionState: 'none' })
      expect(app.owner.email).toBe('robin@example.com')
      const listed = await robin.client.call(appRoutes.list, { query: {} })
      expect(listed.items.map(({ id }) => id)).toContain(app.id)
    })

    test('an administrator of the instance who is no member does not see an app', async () => {
      const app = await createApp(robin)
      expect(await codeOf(dana.client.call(appRoutes.read, { params: { appId: app.id } }))).toBe('app.not_found')
      const listed = await dana.client.call(appRoutes.list, { query: {} })
      expect(listed.items.map(({ id }) => id)).not.toContain(app.id)
    })

    test('membership starts when the invitation is accepted, and the link works once', async () => {
      const app = await createApp(dana)
      const params = { appId: app.id }
      const made = await dana.client.call(appRoutes.invite, { params, body: { role: 'developer', note: 'for Robin' } })
      expect(await members(app)).toEqual({ dana: 'owner' })
      const open = await dana.client.call(appRoutes.invitations, { params, query: {} })
      expect(open.items).toEqual([made.invitation])
      expect(JSON.stringify(open)).not.toContain(fragmentToken(made.url))
      const body = { token: fragmentToken(made.url) }
      const accepted = await robin.client.call(accountRoutes.acceptInvitation, { body })
      expect(accepted.appId).toBe(app.id)
      expect(await members(app)).toEqual({ dana: 'owner', robin: 'developer' })
      expect((await dana.client.call(appRoutes.invitations, { params, query: {} })).items).toEqual([])
      expect(await codeOf(kim.client.call(accountRoutes.acceptInvitation, { body }))).toBe('account.invitation_invalid')
    })

    test('a revoked invitation lets nobody in, and who is in the team is not invited twice', async () => {
      const app = await createApp(dana)
      const params = { appId: app.id }
      const made = await dana.client.call(appRoutes.invite, { params, body: { role: 'tester' } })
      const invitation = { appId: app.id, invitationId: made.invitation.id }
      await dana.client.call(appRoutes.revokeInvitation, { params: invitation })
      const again = dana.client.call(appRoutes.revokeInvitation, { params: invitation })
      expect(await codeOf(again)).toBe('app.invitation_not_found')
      const body = { token: fragmentToken(made.url) }
      expect(await codeOf(kim.client.call(accountRoutes.acceptInvitation, { body }))).toBe('account.invitation_invalid')
      await joinTeam(dana, app.id, kim, 'tester')
      expect(await codeOf(joinTeam(dana, app.id, kim, 'admin'))).toBe('app.already_member')
      expect(await members(app)).toEqual({ dana: 'owner', kim: 'tester' })
    })

    test('the owner can be neither demoted nor removed, and cannot leave', async () => {
      const app = await createApp(dana)
      await joinTeam(dana, app.id, robin, 'admin')
      const params = { appId: app.id, userId: dana.userId }
      const demote = robin.client.call(appRoutes.changeMember, { params, body: { role: 'developer' } })
      expect(await codeOf(demote)).toBe('app.owner_fixed')
      expect(await codeOf(robin.client.call(appRoutes.removeMember, { params }))).toBe('app.owner_fixed')
      expect(await codeOf(dana.client.call(appRoutes.removeMember, { params }))).toBe('app.owner_fixed')
      expect(await members(app)).toEqual({ dana: 'owner', robin: 'admin' })
    })

    test('nobody is made owner by a change of role', async () => {
      const app = await createApp(dana)
      await joinTeam(dana, app.id, robin, 'admin')
      const response = await dana.fetch(`/api/v1/apps/${app.id}/members/${robin.userId}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ role: 'owner' }),
      })
      expect(response.status).toBe(400)
      expect(await members(app)).toEqual({ dana: 'owner', robin: 'admin' })
    })

    test('a transfer leaves exactly one owner, and two at once do too', async () => {
      const app = await createApp(dana)
      await joinTeam(dana, app.id, robin, 'developer')
      await joinTeam(dana, app.id, kim, 'tester')
      const transfer = (userId: string) =>
        dana.client.call(appRoutes.transfer, { params: { appId: app.id }, body: { userId } })
      const results = await Promise.allSettled([transfer(robin.userId), transfer(kim.userId)])
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const roles = Object.values(await members(app))
      expect(roles.filter((role) => role === 'owner')).toHaveLength(1)
      expect((await members(app)).dana).toBe('admin')
    })

    test('only a member can become the owner', async () => {
      const app = await createApp(dana)
      const call = dana.client.call(appRoutes.transfer, { params: { appId: app.id }, body: { userId: kim.userId } })
      expect(await codeOf(call)).toBe('app.member_not_found')
    })

    test('members leave by themselves, and a developer removes nobody else', async () => {
      const app = await createApp(dana)
      await joinTeam(dana, app.id, robin, 'developer')
      await joinTeam(dana, app.id, kim, 'tester')
      const remove = (by: SignedIn, userId: string) =>
        by.client.call(appRoutes.removeMember, { params: { appId: app.id, userId } })
      const refused = await errorOf(remove(robin, kim.userId))
      expect(refused.code).toBe('access.forbidden')
      expect(refused.details).toMatchObject({ needs: ['owner', 'admin'], has: 'developer' })
      await remove(robin, robin.userId)
      expect(await members(app)).toEqual({ dana: 'owner', kim: 'tester' })
      expect(await codeOf(robin.client.call(appRoutes.read, { params: { appId: app.id } }))).toBe('app.not_found')
      expect(await codeOf(remove(dana, robin.userId))).toBe('app.member_not_found')
    })

    test('a deleted app is gone with its builds, and its audit log stays and holds', async () => {
      const app = await createApp(dana, 'Short-lived')
      const started = await startBuild(dana, app.id)
      await dana.client.call(appRoutes.remove, { params: { appId: app.id } })
      expect(await codeOf(dana.client.call(appRoutes.read, { params: { appId: app.id } }))).toBe('app.not_found')
      const read = dana.client.call(buildRoutes.read, { params: { buildId: started.build.id } })
      expect(await codeOf(read)).toBe('build.not_found')
      const { chains } = await dana.client.call(auditRoutes.verifyInstance)
      expect(chains.find(({ chain }) => chain === app.id)).toMatchObject({ intact: true, events: 3 })
      const { items } = await dana.client.call(auditRoutes.ofInstance, { query: { action: 'app.deleted' } })
      expect(items[0]).toMatchObject({ object: { kind: 'app', id: app.id, name: 'Short-lived' } })
    })

    test('every change of a team is in the log of the app, with who did it', async () => {
      const app = await createApp(dana)
      const params = { appId: app.id }
      await joinTeam(dana, app.id, robin, 'admin')
      await robin.client.call(appRoutes.rename, { params, body: { name: 'Purse' } })
      const member = { appId: app.id, userId: robin.userId }
      await dana.client.call(appRoutes.changeMember, { params: member, body: { role: 'tester' } })
      await dana.client.call(appRoutes.removeMember, { params: member })
      const { items } = await dana.client.call(auditRoutes.ofApp, { params, query: {} })
      expect(items.map(({ action, actor }) => `${action} by ${actor.name}`)).toEqual(
        expect.arrayContaining([
          'app.created by Dana',
          'invitation.created by Dana',
          'member.joined by robin',
          'app.renamed by robin',
          'member.role_changed by Dana',
          'member.removed by Dana',
        ]),
      )
    })

    test('lists are paged to the end without a double or a gap', async () => {
      const names = ['one', 'two', 'three', 'four', 'five']
      for (const name of names) await createApp(kim, name)
      const seen: string[] = []
      let cursor: string | undefined
      do {
        const query = { limit: 2, ...(cursor === undefined ? {} : { cursor }) }
        const page = await kim.client.call(appRoutes.list, { query })
        seen.push(...page.items.map(({ name }) => name))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      expect(seen.filter((name) => names.includes(name)).sort()).toEqual([...names].sort())
      expect(await codeOf(kim.client.call(appRoutes.list, { query: { cursor: 'bm90IG9uZQ' } }))).toBe(
        'request.invalid_cursor',
      )
    })

    test.each([
      ['', 'must not be empty'],
      ['   ', 'must not be empty'],
      ['a\u0000b', 'control characters'],
      ['x'.repeat(1_000_000), '80 characters'],
    ])('a name that is no name is refused with what is accepted (%#)', async (name, accepted) => {
      const before = await dana.client.call(appRoutes.list, { query: { limit: 200 } })
      const error = await errorOf(createApp(dana, name))
      expect(error).toMatchObject({ code: 'request.invalid', detail: expect.stringContaining(accepted) })
      expect(error.details.fields).toMatchObject([{ field: 'name' }])
      expect(await dana.client.call(appRoutes.list, { query: { limit: 200 } })).toEqual(before)
    })
  })
})
