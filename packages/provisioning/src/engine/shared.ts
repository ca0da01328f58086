import { createHash } from 'node:crypto'
import type { Desired } from './desired.ts'
import type { DeveloperPortal } from './port.ts'
import { type ProvisionOptions, type ProvisionResult, provision } from './provision.ts'

/** Provisioning for many callers in one process. */
export interface SharedProvisioning {
  /**
   * Like `provision`; callers that want the same of the same team at the same time share one run and its result, or its error.
   * Progress is told to the first of them.
   */
  provision(
    teamId: string,
    desired: Desired,
    portal: DeveloperPortal,
    options: ProvisionOptions,
  ): Promise<ProvisionResult>
}

/** Makes the place where equal runs meet. Holds nothing once they have ended: each later caller sees Apple as it is then. */
export function createSharedProvisioning(): SharedProvisioning {
  const running = new Map<string, Promise<ProvisionResult>>()
  return {
    provision(teamId, desired, portal, options) {
      const key = keyOf(teamId, desired)
      const known = running.get(key)
      if (known !== undefined) return known
      const started = provision(desired, portal, options).finally(() => running.delete(key))
      running.set(key, started)
      return started
    },
  }
}

/** Wishes that differ only in the order of their parts are the same. */
function keyOf(teamId: string, desired: Desired): string {
  const sorted = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).sort()
  const parts = Object.entries(desired).map(([name, value]) => [name, Array.isArray(value) ? sorted(value) : value])
  return createHash('sha256')
    .update(JSON.stringify([teamId, ...parts]))
    .digest('hex')
}
