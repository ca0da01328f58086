import { z } from 'zod'
import { idOf } from '../fields.ts'
import { route } from '../route.ts'
import { allocatedBuildNumber, buildNumberWish } from './schema.ts'

export const buildNumberRoutes = {
  next: route({
    id: 'buildNumbers.next',
    method: 'POST',
    path: '/api/v1/apps/:appId/build-numbers',
    summary: 'Gives the next build number of a version and platform; nobody else gets the same.',
    access: { who: 'member', roles: ['owner', 'admin', 'developer'] },
    params: z.object({ appId: idOf('app') }),
    body: buildNumberWish,
    response: allocatedBuildNumber,
  }),
  nextForBuild: route({
    id: 'buildNumbers.nextForBuild',
    method: 'POST',
    path: '/build/:buildId/build-numbers',
    summary: 'Gives a running build the next build number of a version and platform; nobody else gets the same.',
    access: { who: 'build' },
    params: z.object({ buildId: idOf('build') }),
    body: buildNumberWish,
    response: allocatedBuildNumber,
  }),
}
