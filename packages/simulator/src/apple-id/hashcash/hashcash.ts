import { createHash } from 'node:crypto'
import { MINUTE_MS, plusMs } from '@cordon/core/instant'
import type { World } from '../../world/world.ts'

const CHALLENGE_BYTES = 16
// Dates come with two or four digits of the year, in local time or UTC: nothing more is read from them.
const TOKEN = /^1:(\d{1,3}):(?:\d{12}|\d{14}):([0-9a-f]{32})::(\d{1,20})$/

/** How many zero bits the SHA-1 of a text begins with. */
export function leadingZeroBits(token: string): number {
  const digest = createHash('sha1').update(token, 'ascii').digest()
  const first = digest.findIndex((byte) => byte !== 0)
  return first < 0 ? digest.length * 8 : first * 8 + Math.clz32(digest[first] ?? 0) - 24
}

/** Gives out a puzzle: its headers, or none when sign-in asks for none. */
export function hashcashHeaders(world: World): Record<string, string> {
  const { hashcashBits: bits, hashcashMinutes } = world.settings
  if (bits === null) return {}
  const now = world.clock.now()
  const { challenges } = world.appleIds
  for (const [name, kept] of challenges) if (kept.endsAt <= now) challenges.delete(name)
  const challenge = Buffer.from(world.random(CHALLENGE_BYTES)).toString('hex')
  challenges.set(challenge, { challenge, bits, endsAt: plusMs(now, hashcashMinutes * MINUTE_MS) })
  return { 'X-Apple-HC-Bits': String(bits), 'X-Apple-HC-Challenge': challenge }
}

/** Whether `X-Apple-HC` solves a puzzle that was given out. One solution may be used several times while it lasts. */
export function isSolved(world: World, token: string): boolean {
  if (world.settings.hashcashBits === null) return true
  const [, bits = '', challenge = ''] = TOKEN.exec(token) ?? []
  const asked = world.appleIds.challenges.get(challenge)
  if (asked === undefined || asked.endsAt <= world.clock.now()) return false
  return Number(bits) >= asked.bits && leadingZeroBits(token) >= Number(bits)
}
