import { provisioningErrors } from './errors.ts'
import { type Action, type ActionOf, actionsOf } from './model.ts'
import type { PortalBundleId, PortalCapability } from './port.ts'
import { tracked } from './progress.ts'
import { runBounded, settle } from './settle.ts'
import type { Work } from './work.ts'

export interface BundleIdsAfter {
  /** The bundle IDs with what is switched on now. */
  readonly all: readonly PortalBundleId[]
  /** Those that were there before and of which a capability has changed. */
  readonly changedIdentifiers: ReadonlySet<string>
}

interface ChangedCapability {
  readonly identifier: string
  readonly capability: PortalCapability
}

type CapabilityAction = ActionOf<'enable-capability' | 'change-capability'>

/** Registers bundle IDs, then switches on what they lack. */
export async function applyBundleIds(
  actions: readonly Action[],
  before: readonly PortalBundleId[],
  work: Work,
): Promise<BundleIdsAfter> {
  const created = await runBounded(
    actionsOf(actions, 'create-bundle-id').map((action) => () => createBundleId(action, work)),
    work.options.concurrency,
  )
  const present = [...before, ...created]
  const changes: readonly CapabilityAction[] = [
    ...actionsOf(actions, 'enable-capability'),
    ...actionsOf(actions, 'change-capability'),
  ]
  const changed = await runBounded(
    changes.flatMap((action) => {
      const bundleId = present.find(({ identifier }) => identifier === action.identifier)
      return bundleId === undefined ? [] : [() => changeCapability(action, bundleId, work)]
    }),
    work.options.concurrency,
  )
  const existed = new Set(before.map(({ identifier }) => identifier))
  return {
    all: present.map((bundleId) => withChanges(bundleId, changed)),
    changedIdentifiers: new Set(
      changed.map(({ identifier }) => identifier).filter((identifier) => existed.has(identifier)),
    ),
  }
}

async function createBundleId(
  action: ActionOf<'create-bundle-id'>,
  { portal, options }: Work,
): Promise<PortalBundleId> {
  const find = async () => (await portal.listBundleIds([action.bundleId.identifier]))[0]
  const attempt = () => portal.createBundleId(action.bundleId)
  // Apple words the refusal alike whether a stranger has the bundle ID or a parallel run of ours.
  const mayExist = provisioningErrors.bundle_id_unavailable.is
  return tracked(action, options.onProgress, () => settle({ attempt, find, mayExist }, options.sleep))
}

async function changeCapability(
  action: CapabilityAction,
  bundleId: PortalBundleId,
  { portal, options }: Work,
): Promise<ChangedCapability> {
  const type = action.kind === 'enable-capability' ? action.capability : action.capability.type
  const find = async () => {
    const [now] = await portal.listBundleIds([bundleId.identifier])
    return now?.capabilities.find((capability) => capability.type === type && hasSettings(capability, action))
  }
  const attempt = () =>
    action.kind === 'enable-capability'
      ? portal.enableCapability(bundleId, action.capability, action.settings)
      : portal.changeCapability(bundleId, action.capability, action.settings)
  const mayExist = provisioningErrors.capability_refused.is
  const capability = await tracked(action, options.onProgress, () => settle({ attempt, find, mayExist }, options.sleep))
  return { identifier: bundleId.identifier, capability }
}

// A capability that was switched on meanwhile with other settings is not what was wanted.
function hasSettings(capability: PortalCapability, { settings }: CapabilityAction): boolean {
  return settings.every(({ key, options }) =>
    capability.settings.some(
      (setting) => setting.key === key && options.every((option) => setting.options.includes(option)),
    ),
  )
}

function withChanges(bundleId: PortalBundleId, changes: readonly ChangedCapability[]): PortalBundleId {
  const changed = changes
    .filter(({ identifier }) => identifier === bundleId.identifier)
    .map(({ capability }) => capability)
  const types = new Set(changed.map(({ type }) => type))
  return { ...bundleId, capabilities: [...bundleId.capabilities.filter(({ type }) => !types.has(type)), ...changed] }
}
