import type { World } from '../../world/world.ts'
import { derived } from '../secret.ts'
import type { Account } from '../state.ts'

const CHALLENGE_BYTES = 32

/** What an account with security keys answers instead of codes: only a browser on Apple's own site can go on from there. */
export function keyChallenge(world: World, account: Account): Record<string, unknown> {
  if (account.secondFactor !== 'security-key') return {}
  const handle = derived(world, 'security key', account.personId).toString('base64url')
  return {
    fsaChallenge: {
      challenge: Buffer.from(world.random(CHALLENGE_BYTES)).toString('base64url'),
      keyHandles: [handle],
      allowedCredentials: handle,
      rpId: 'apple.com',
    },
    keyNames: ['Security key'],
  }
}
