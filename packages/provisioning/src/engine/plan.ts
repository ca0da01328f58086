import type { Instant } from '@cordon/core/instant'
import type { Desired } from './desired.ts'
import type { Action, ActionKind, Observed, Plan } from './model.ts'
import { planBundleIds } from './plan-bundle-ids.ts'
import { planDevices } from './plan-devices.ts'
import { planSlots } from './plan-profiles.ts'

const ORDER = [
  'register-device',
  'create-certificate',
  'create-bundle-id',
  'enable-capability',
  'change-capability',
  'create-profile',
  'delete-profile',
] as const satisfies readonly ActionKind[]

/** Compares what shall be with what is. Pure: the same arguments give the same plan, in whatever order they list things. */
export function plan(desired: Desired, observed: Observed, now: Instant): Plan {
  const devices = planDevices(desired, observed.devices)
  const bundleIds = planBundleIds(desired, observed)
  const slots = planSlots(desired, observed, now, bundleIds, devices.pending)
  return {
    actions: [...devices.actions, ...bundleIds.actions, ...slots.actions].sort(inOrder),
    reuse: slots.reuse,
    warnings: [...bundleIds.warnings, ...devices.warnings, ...slots.warnings],
    todos: [...bundleIds.todos, ...slots.todos],
    blockers: [...bundleIds.blockers, ...slots.blockers],
  }
}

function inOrder(a: Action, b: Action): number {
  return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || compare(a.subject, b.subject)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
