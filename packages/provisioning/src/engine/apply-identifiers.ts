import { provisioningErrors } from './errors.ts'
import { attachedTo, isIdentifier, type ObservedIdentifiers } from './identifiers.ts'
import { type Action, type ActionOf, actionsOf } from './model.ts'
import type { PortalBundleId, PortalIdentifier, PortalIdentifiers } from './port.ts'
import { tracked } from './progress.ts'
import { runBounded, settle } from './settle.ts'
import type { Work } from './work.ts'

/** What Apple has after identifiers were registered and attached. */
export interface IdentifiersAfter {
  readonly observed: ObservedIdentifiers | undefined
  /** Bundle IDs to which something was attached. */
  readonly changedIdentifiers: readonly string[]
}

/** Registers identifiers, then attaches them. Both count as done when they are found done. */
export async function applyIdentifiers(
  actions: readonly Action[],
  bundleIds: readonly PortalBundleId[],
  before: ObservedIdentifiers | undefined,
  work: Work,
): Promise<IdentifiersAfter> {
  const { identifiers } = work.portal
  if (identifiers === undefined || before === undefined) return { observed: before, changedIdentifiers: [] }
  const created = await runBounded(
    actionsOf(actions, 'create-identifier').map((action) => () => createIdentifier(action, identifiers, work)),
    work.options.concurrency,
  )
  const registered = [...before.registered, ...created]
  const attachments = actionsOf(actions, 'attach-identifiers')
  const changedIdentifiers = [...new Set(attachments.map(({ identifier }) => identifier))]
  // Kinds of one bundle ID after each other: each change reads what is attached before it adds to it.
  const changed = await runBounded(
    changedIdentifiers.map((identifier) => async () => {
      const bundleId = bundleIds.find((one) => one.identifier === identifier)
      if (bundleId === undefined) throw provisioningErrors.not_found({ subject: identifier })
      let attached = attachedTo(before, bundleId)
      for (const action of attachments.filter((one) => one.identifier === identifier)) {
        const added = await attach(action, { bundleId, registered, identifiers }, work)
        attached = [...attached, ...added]
      }
      return [identifier, attached] as const
    }),
    work.options.concurrency,
  )
  return {
    observed: { registered, attached: { ...before.attached, ...Object.fromEntries(changed) } },
    changedIdentifiers,
  }
}

function createIdentifier(
  action: ActionOf<'create-identifier'>,
  identifiers: PortalIdentifiers,
  { options }: Work,
): Promise<PortalIdentifier> {
  const { wanted } = action
  const find = async () => (await identifiers.list(wanted.kind)).find(isIdentifier(wanted.kind, wanted.identifier))
  const attempt = () => identifiers.create(wanted)
  // Apple words the refusal alike whether a stranger has it or a parallel run of ours.
  const mayExist = provisioningErrors.identifier_unavailable.is
  return tracked(action, options.onProgress, () => settle({ attempt, find, mayExist }, options.sleep))
}

async function attach(
  action: ActionOf<'attach-identifiers'>,
  {
    bundleId,
    registered,
    identifiers,
  }: { bundleId: PortalBundleId; registered: readonly PortalIdentifier[]; identifiers: PortalIdentifiers },
  { options }: Work,
): Promise<readonly PortalIdentifier[]> {
  const wanted = action.values.map((value) => {
    const found = registered.find(isIdentifier(action.identifierKind, value))
    if (found === undefined) throw provisioningErrors.not_found({ subject: value })
    return found
  })
  const find = async () => {
    const now = await identifiers.attachedTo(bundleId)
    return wanted.every(({ kind, identifier }) => now.some(isIdentifier(kind, identifier))) ? wanted : undefined
  }
  const attempt = async () => {
    await identifiers.attach(bundleId, wanted)
    return wanted
  }
  return tracked(action, options.onProgress, () => settle({ attempt, find }, options.sleep))
}
