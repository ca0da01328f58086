import type { World } from '../../world/world.ts'
import { derived } from '../secret.ts'
import { GENERATOR, minimalBytes, numberOf, power } from '../srp/group.ts'
import type { PasswordVerifier } from '../srp/verifier.ts'
import { accountKey } from '../state.ts'
import { saltOf, usualIterations } from './create.ts'

/**
 * What is answered for an account that does not exist: the same each time for a name, and such as an account would have, so
 * that the answer does not tell which names exist. No password fits it.
 */
export function decoyPassword(world: World, email: string): PasswordVerifier {
  const bytes = derived(world, 'decoy', accountKey(email))
  const protocol = 's2k'
  return {
    protocol,
    salt: saltOf(bytes),
    iterations: usualIterations(protocol, bytes.readUInt16BE(16)),
    verifier: minimalBytes(power(GENERATOR, numberOf(derived(world, 'decoy verifier', accountKey(email))))).toString(
      'hex',
    ),
  }
}
