import { buildNumberRoutes } from '@cordon/api/build-numbers/routes'
import { createClient } from '@cordon/api/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DATABASES, type SignedIn } from '../../../test/harness.ts'
import { codeOf, createApp, joinTeam, type ServerWorld, startBuild, startWorld } from '../../../test/world.ts'

describe.each(DATABASES)('build numbers on $database', ({ database, missing }) => {
  describe.skipIf(missing)('over HTTP', () => {
    let world: ServerWorld
    let dana: SignedIn
    beforeAll(async () => {
      world = await startWorld(database)
      dana = await world.server.setUp()
    })
    afterAll(() => world?.close())

    const LINE = { bundleId: 'com.example.wallet', version: '1.4.0' }
    const next = async (appId: string, wish: Readonly<Record<string, unknown>> = {}, by = dana) =>
      (await by.client.call(buildNumberRoutes.next, { params: { appId }, body: { ...LINE, ...wish } })).buildNumber

    test('count up for each version and platform, above what Apple has', async () => {
      const { id } = await createApp(dana)
      expect([await next(id), await next(id), await next(id, { above: 41 }), await next(id)]).toEqual([1, 2, 42, 43])
      expect(await next(id, { above: 7 })).toBe(44)
      expect(await next(id, { platform: 'tvos' })).toBe(1)
      expect(await next(id, { version: '1.4.1' })).toBe(1)
    })

    test('are each given once, to people and builds that ask at the same time', async () => {
      const { id } = await createApp(dana)
      const started = await startBuild(dana, id)
      const { url } = world.server
      const build = createClient({ baseUrl: url, fetch, headers: () => ({ BUILD_API_TOKEN: started.buildToken }) })
      const asBuild = async () =>
        (await build.call(buildNumberRoutes.nextForBuild, { params: { buildId: started.build.id }, body: LINE }))
          .buildNumber
      const numbers = await Promise.all(Array.from({ length: 40 }, (_, index) => (index % 2 ? asBuild() : next(id))))
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1))
    })

    test('are not for builds of forks, and not without end for one build', async () => {
      const { id } = await createApp(dana)
      const { url } = world.server
      const ask = (started: { readonly build: { readonly id: string }; readonly buildToken: string }) =>
        createClient({ baseUrl: url, fetch, headers: () => ({ BUILD_API_TOKEN: started.buildToken }) }).call(
          buildNumberRoutes.nextForBuild,
          { params: { buildId: started.build.id }, body: LINE },
        )
      expect(await codeOf(ask(await startBuild(dana, id, { facts: { fromFork: true } })))).toBe('build.fork')
      const started = await startBuild(dana, id)
      for (let asked = 0; asked < 100; asked += 1) await ask(started)
      expect(await codeOf(ask(started))).toBe('build.too_many_build_numbers')
      expect(await next(id)).toBe(101)
    })

    test('are not for testers, and only for versions that Apple takes', async () => {
      const { id } = await createApp(dana)
      const kim = await world.server.addPerson(dana, { email: 'kim@example.com' })
      await joinTeam(dana, id, kim, 'tester')
      expect(await codeOf(next(id, {}, kim))).toBe('access.forbidden')
      expect(await codeOf(next(id, { version: '1.4-beta' }))).toBe('request.invalid')
    })
  })
})
