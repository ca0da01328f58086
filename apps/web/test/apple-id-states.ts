import { connectionRoutes } from '@cordon/api/connections/routes'
import type { Simulator } from '@cordon/simulator/simulator'
import { connectAppleId, newAppleId } from './apple-ids.ts'
import type { SignedIn } from './people.ts'
import type { WebWorld } from './world.ts'

// What happens to an Apple ID after it was connected; each is then looked at once.
const LATER = {
  'signed-in': async () => {},
  'changed-password': async ({ simulator }: WebWorld, email: string) => {
    simulator.changeAccount(email, { password: 'Another-Horse-2' })
  },
  locked: async ({ simulator }: WebWorld, email: string) => {
    await end(simulator, email, 'sessions')
    simulator.changeAccount(email, { switches: { locked: true } })
  },
  'wants-action': async ({ simulator }: WebWorld, email: string) => {
    await end(simulator, email, 'sessions')
    simulator.changeAccount(email, { switches: { repair: 'password' } })
  },
  'ended-early': async ({ simulator }: WebWorld, email: string) => {
    await end(simulator, email, 'sessions')
    await end(simulator, email, 'trust')
  },
}

/** Connects Apple IDs for somebody, one in each state. Gives the connection whose password Apple refuses. */
export async function connectInEveryState(world: WebWorld, person: SignedIn): Promise<string> {
  const { simulator } = world
  const connectNew = async (name: string, secondFactor: 'none' | 'two-factor' = 'two-factor') => {
    const email = newAppleId(simulator, { email: `${name}@orchard.example`, secondFactor })
    return connectAppleId(person, simulator, email, `Apple ID, ${name}`)
  }
  await connectNew('without-two-factor', 'none')
  const settings = simulator.world.settings
  simulator.world.settings = { ...settings, trustDays: 5 }
  await connectNew('expiring')
  simulator.world.settings = settings
  const ids: Record<string, string> = {}
  for (const [name, happen] of Object.entries(LATER)) {
    ids[name] = await connectNew(name)
    await happen(world, `${name}@orchard.example`)
    await person.client.call(connectionRoutes.test, { params: { connectionId: ids[name] } })
  }
  return ids['changed-password'] ?? ''
}

async function end({ controlUrl }: Simulator, email: string, what: 'sessions' | 'trust'): Promise<void> {
  const response = await fetch(`${controlUrl}/accounts/${encodeURIComponent(email)}/${what}`, { method: 'DELETE' })
  if (!response.ok) throw new Error(`the ${what} of ${email} were not ended: ${response.status}`)
}
