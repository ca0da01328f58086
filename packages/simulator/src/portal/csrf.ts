import { createHmac, timingSafeEqual } from 'node:crypto'
import type { World } from '../world/world.ts'

type Headers = Readonly<Record<string, string | string[] | undefined>>

const SECRET_BYTES = 32
const secrets = new WeakMap<World, Uint8Array>()

function secretOf(world: World): Uint8Array {
  const secret = secrets.get(world) ?? world.random(SECRET_BYTES).slice()
  secrets.set(world, secret)
  return secret
}

function tokenFor(world: World, account: string, at: string): string {
  return createHmac('sha256', secretOf(world)).update(`${account}\n${at}`).digest('hex')
}

/** The pair of headers that every answer of the portal carries; empty `account`: nobody is signed in. */
export function csrfHeaders(world: World, account: string): Record<string, string> {
  const at = String(world.clock.now())
  return { csrf: tokenFor(world, account, at), csrf_ts: at }
}

/**
 * Whether a request brings a pair that was given to this person. Which of them does not matter, and they do not age: clients go on
 * with the one they have when they sign in anew (@expo/apple-utils 2.2.1 within a retry).
 */
export function hasCsrfToken(world: World, account: string, headers: Headers): boolean {
  const { csrf, csrf_ts: at } = headers
  if (typeof csrf !== 'string' || typeof at !== 'string') return false
  const expected = Buffer.from(tokenFor(world, account, at))
  const given = Buffer.from(csrf)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
