import type { CordonError } from '@cordon/core/errors'
import { capabilityGap, type RequiredCapability, type Requirements, requirementsOf } from './capabilities.ts'
import { type Desired, type DesiredBundleId, isWildcard } from './desired.ts'
import { bundleIdPage } from './entitlements.ts'
import { provisioningErrors } from './errors.ts'
import { IDENTIFIER_KINDS } from './identifier-kinds.ts'
import type { ActionOf, Observed } from './model.ts'
import type { Todo, Warning } from './notices.ts'
import { planAttachments, planRegistrations } from './plan-identifiers.ts'
import type { PortalBundleId } from './port.ts'
import { PLATFORMS } from './profile-kinds.ts'

/** A bundle ID over all the platforms that it serves. */
export interface PlannedBundleId {
  readonly identifier: string
  readonly entitlements: Readonly<Record<string, unknown>>
  readonly capabilities: readonly RequiredCapability[]
  readonly atApple: PortalBundleId | undefined
  /** The capabilities and identifiers that are about to change: profiles made before lack them, and Apple marks them invalid. */
  readonly changing: readonly string[]
}

/** A change to bundle IDs and what belongs to them. */
export type BundleIdAction = ActionOf<
  'create-bundle-id' | 'enable-capability' | 'change-capability' | 'create-identifier' | 'attach-identifiers'
>

export interface BundleIdPlan {
  readonly bundleIds: ReadonlyMap<string, PlannedBundleId>
  readonly actions: readonly BundleIdAction[]
  readonly warnings: readonly Warning[]
  readonly todos: readonly Todo[]
  readonly blockers: readonly CordonError[]
}

type CapabilityAction = ActionOf<'enable-capability' | 'change-capability'>
const SIGN_IN_WITH_APPLE = 'APPLE_ID_AUTH'

/** Plans the registration of bundle IDs, what is switched on for them and attached to them. Nothing is ever switched off or detached. */
export function planBundleIds(desired: Desired, observed: Observed): BundleIdPlan {
  const plans = [...groupByIdentifier(desired.bundleIds)].map(([identifier, group]) =>
    planBundleId(identifier, group, observed),
  )
  return {
    bundleIds: new Map(plans.map(({ planned }) => [planned.identifier, planned])),
    actions: [
      ...plans.flatMap(({ actions }) => actions),
      ...planRegistrations(
        plans.flatMap(({ attachments }) => attachments),
        observed.identifiers,
      ),
    ],
    warnings: plans.flatMap(({ requirements }) => requirements.warnings),
    todos: plans.flatMap(({ todos }) => todos),
    blockers: plans.flatMap(({ blockers }) => blockers),
  }
}

/** The name under which Apple lists a new bundle ID. Apple refuses anything but letters, digits and spaces. */
export function bundleIdName({ identifier, name }: DesiredBundleId): string {
  const wished = name ?? `Cordon ${identifier.replace('*', 'wildcard')}`
  return wished
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .trim()
    .slice(0, 100)
}

function planBundleId(identifier: string, group: readonly [DesiredBundleId, ...DesiredBundleId[]], observed: Observed) {
  const entitlements = Object.assign({}, ...group.map((bundleId) => bundleId.entitlements))
  const requirements = requirementsOf(identifier, entitlements)
  const atApple = observed.bundleIds.find((bundleId) => bundleId.identifier === identifier)
  const isByHand = (action: CapabilityAction) => requirements.isAppClip && typeOf(action) === SIGN_IN_WITH_APPLE
  const gaps = capabilityChanges(identifier, requirements, atApple)
  const changes = gaps.filter((action) => !isByHand(action))
  const attachments = planAttachments({ identifier, entitlements, atApple }, observed.identifiers)
  const planned: PlannedBundleId = {
    identifier,
    entitlements,
    capabilities: requirements.capabilities,
    atApple,
    changing: [
      ...changes.map(typeOf),
      ...attachments.map(({ identifierKind }) => IDENTIFIER_KINDS[identifierKind].labels),
    ],
  }
  const changed = [...changes, ...attachments]
  const actions = atApple === undefined ? [registration(group[0]), ...changed] : changed
  const todos = gaps.filter(isByHand).map(() => signInOfAppClip(identifier, atApple))
  return {
    planned,
    requirements,
    actions,
    attachments,
    todos,
    blockers: [...requirements.invalid, ...appClip(planned, requirements)],
  }
}

function typeOf({ capability }: CapabilityAction): string {
  return typeof capability === 'string' ? capability : capability.type
}

// Apple's API refuses this one combination; every engine leaves it to a person.
function signInOfAppClip(identifier: string, atApple: PortalBundleId | undefined): Todo {
  return {
    identifier,
    entitlement: 'com.apple.developer.applesignin',
    text: 'switch on Sign in with Apple for this App Clip',
    values: [],
    page: bundleIdPage(atApple),
  }
}

function registration(bundleId: DesiredBundleId): ActionOf<'create-bundle-id'> {
  const { identifier, platform } = bundleId
  return {
    kind: 'create-bundle-id',
    subject: identifier,
    reason: 'the team has no such bundle ID',
    bundleId: { identifier, name: bundleIdName(bundleId), platform: PLATFORMS[platform].bundleIdPlatform },
  }
}

function capabilityChanges(
  identifier: string,
  { capabilities }: Requirements,
  atApple: PortalBundleId | undefined,
): readonly ActionOf<'enable-capability' | 'change-capability'>[] {
  // Apple offers most capabilities for explicit bundle IDs only.
  if (isWildcard(identifier)) return []
  return capabilities.flatMap((required) => {
    const gap = capabilityGap(required, atApple?.capabilities ?? [])
    if (gap === undefined) return []
    return [gap.state === 'missing' ? enabling(identifier, required) : changing(identifier, required, gap)]
  })
}

function enabling(
  identifier: string,
  { type, settings, entitlement }: RequiredCapability,
): ActionOf<'enable-capability'> {
  return {
    kind: 'enable-capability',
    subject: `${type} of ${identifier}`,
    reason: `the app claims ${entitlement}`,
    identifier,
    capability: type,
    settings,
  }
}

function changing(
  identifier: string,
  { type, entitlement }: RequiredCapability,
  { capability, settings }: Pick<ActionOf<'change-capability'>, 'capability' | 'settings'>,
): ActionOf<'change-capability'> {
  const wanted = settings.map(({ key, options }) => `${key} ${options.join(', ')}`).join('; ')
  return {
    kind: 'change-capability',
    subject: `${type} of ${identifier}`,
    reason: `${entitlement} needs ${wanted}`,
    identifier,
    capability,
    settings,
  }
}

function appClip({ identifier, atApple }: PlannedBundleId, { isAppClip }: Requirements): readonly CordonError[] {
  if (!isAppClip || atApple !== undefined) return []
  return [
    provisioningErrors.app_clip_by_hand(
      { identifier },
      { detail: `"${identifier}" is an App Clip and not registered` },
    ),
  ]
}

function groupByIdentifier(
  bundleIds: readonly DesiredBundleId[],
): Map<string, [DesiredBundleId, ...DesiredBundleId[]]> {
  const groups = new Map<string, [DesiredBundleId, ...DesiredBundleId[]]>()
  for (const bundleId of bundleIds) {
    const group = groups.get(bundleId.identifier)
    if (group === undefined) groups.set(bundleId.identifier, [bundleId])
    else group.push(bundleId)
  }
  return groups
}
