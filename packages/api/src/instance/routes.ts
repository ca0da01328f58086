import { z } from 'zod'
import { route } from '../route.ts'

export const instanceRoutes = {
  read: route({
    id: 'instance.read',
    method: 'GET',
    path: '/api/v1/instance',
    summary: 'Tells what anybody may know of this instance.',
    access: { who: 'anyone' },
    response: z.object({
      version: z.string(),
      setUp: z.enum(['needed', 'done']),
      publicUrl: z.string(),
      /** Set when the server talks to something else than Apple; the web app then shows a banner. */
      appleStandIn: z.string().nullable(),
      buildTokenMinutes: z.number().int(),
    }),
  }),
}
