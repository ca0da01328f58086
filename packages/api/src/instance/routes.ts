import { z } from 'zod'
import { route } from '../route.ts'

/** Parts of the server's work that go to Apple itself or to a stand-in, each on its own. */
const appleReached = z.enum(['api_keys', 'enterprise_keys', 'apple_ids'])
export type AppleReached = z.output<typeof appleReached>

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
      /** What goes to Apple itself, whatever stands in for the rest. */
      appleReached: z.array(appleReached),
      buildTokenMinutes: z.number().int(),
    }),
  }),
}
