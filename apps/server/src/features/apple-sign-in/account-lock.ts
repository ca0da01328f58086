import { createHash } from 'node:crypto'
import { appleSignInErrors } from '@cordon/api/apple-sign-ins/errors'
import { MINUTE_MS } from '@cordon/core/instant'
import type { Lease } from '../../platform/locks/locks.ts'
import type { AppleSignInParts } from './parts.ts'

// Far above what Apple takes for a whole sign-in, so that a lease ends with its holder only.
const LEASE_MS = 5 * MINUTE_MS
const LOOK_EVERY_MS = 100
const LOOKS = 500

/** One conversation with Apple per account at a time, on all servers of a database. Throws `apple_sign_in.busy`. */
export async function withAccount<T>(
  { locks, sleep }: Pick<AppleSignInParts, 'locks' | 'sleep'>,
  accountName: string,
  patience: 'wait' | 'at-once',
  work: () => Promise<T>,
): Promise<T> {
  const lease = await take({ locks, sleep }, lockName(accountName), patience === 'wait' ? LOOKS : 1)
  try {
    return await work()
  } finally {
    await locks.release(lease)
  }
}

async function take(
  { locks, sleep }: Pick<AppleSignInParts, 'locks' | 'sleep'>,
  name: string,
  looks: number,
): Promise<Lease> {
  for (let look = 1; ; look += 1) {
    const lease = await locks.tryAcquire(name, LEASE_MS)
    if (lease !== undefined) return lease
    if (look >= looks) throw appleSignInErrors.busy()
    await sleep(LOOK_EVERY_MS)
  }
}

/** A name that tells nothing of the e-mail. */
export function lockName(accountName: string): string {
  return `apple-id:${createHash('sha256').update(accountName).digest('hex').slice(0, 32)}`
}
