import type { Instant } from '@cordon/core/instant'
import { capacityOf } from './capacity.ts'
import type { Desired } from './desired.ts'
import { type Action, type ActionKind, isSameSlot, type Observed, type Plan, type Reuse } from './model.ts'
import { type BundleIdAction, planBundleIds } from './plan-bundle-ids.ts'
import { planDevices } from './plan-devices.ts'
import { planSlots } from './plan-profiles.ts'
import { slotsOf } from './slots.ts'

const ORDER = [
  'register-device',
  'create-certificate',
  'create-bundle-id',
  'enable-capability',
  'change-capability',
  'create-identifier',
  'attach-identifiers',
  'create-profile',
  'delete-profile',
] as const satisfies readonly ActionKind[]

/** Compares what shall be with what is. Pure: the same arguments give the same plan, in whatever order they list things. */
export function plan(desired: Desired, observed: Observed, now: Instant): Plan {
  const devices = planDevices(desired, observed.devices)
  const bundleIds = planBundleIds(desired, observed)
  const slots = planSlots(desired, observed, now, bundleIds, devices.pending)
  const isServed = servedHere(desired, slots.reuse)
  return {
    actions: [...devices.actions, ...bundleIds.actions.filter((action) => !isServed(action)), ...slots.actions].sort(
      inOrder,
    ),
    reuse: slots.reuse,
    warnings: [...bundleIds.warnings, ...devices.warnings, ...slots.warnings],
    todos: [...bundleIds.todos, ...slots.todos],
    blockers: [...bundleIds.blockers, ...slots.blockers],
    capacity: capacityOf(observed, now),
  }
}

/** Tells the changes to bundle IDs that nobody needs, because profiles on this machine serve them completely. */
function servedHere(desired: Desired, reuse: readonly Reuse[]) {
  const open = new Set(
    slotsOf(desired)
      .filter((slot) => !reuse.some((one) => one.installedAt !== undefined && isSameSlot(one.slot, slot)))
      .map(({ identifier }) => identifier),
  )
  return (action: BundleIdAction) => !bundleIdsOf(action).some((identifier) => open.has(identifier))
}

/** The bundle IDs for which a change is made. */
function bundleIdsOf(action: BundleIdAction): readonly string[] {
  if (action.kind === 'create-identifier') return action.neededBy
  return [action.kind === 'create-bundle-id' ? action.bundleId.identifier : action.identifier]
}

function inOrder(a: Action, b: Action): number {
  return ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || compare(a.subject, b.subject)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
