import { createHmac } from 'node:crypto'
import type { World } from '../world/world.ts'

const SECRET_BYTES = 32

/** Bytes that follow from a purpose and a name, are the same each time, and cannot be guessed: HMAC-SHA-256 under a secret of the world. */
export function derived(world: World, purpose: string, name: string): Buffer {
  const { appleIds } = world
  appleIds.secret ??= Buffer.from(world.random(SECRET_BYTES)).toString('hex')
  return createHmac('sha256', Buffer.from(appleIds.secret, 'hex')).update(`${purpose}\n${name}`).digest()
}
