import type { ProvisionedProfile } from '@cordon/provisioning/engine/apply-profiles'
import type { InstalledProfile } from '@cordon/provisioning/engine/installed-profile'
import { actionsOf, type Plan } from '@cordon/provisioning/engine/model'
import type { DistributionMethod, ProfileKind } from '@cordon/provisioning/engine/profile-kinds'
import type { ProvisionResult } from '@cordon/provisioning/engine/provision'
import type { ProjectAnalysis } from '@cordon/xcode/analyse'
import { stepErrors } from '../errors.ts'
import type { StepContext } from '../step.ts'
import { distributionsFor, type SignedTarget } from './desired-state.ts'
import { toInstalled } from './local-profiles.ts'
import { type ProvisionRequest, provisionApp } from './provision-app.ts'

/**
 * Provisions by the rule of the input: own profiles, those that Xcode keeps at Apple, or these when own ones cannot be had. Only a project
 * that says it is signed by Xcode is served by Xcode's.
 */
export async function provisionChosen(
  request: ProvisionRequest,
  { targets: [main] }: Pick<ProjectAnalysis, 'targets'>,
  context: StepContext,
): Promise<ProvisionResult> {
  const isXcodes = main?.signingStyle.value === 'automatic' && main.signingStyle.origin !== undefined
  const rule = isXcodes ? request.inputs.managedProfiles : 'never'
  if (rule === 'never') return provisionApp(request, context)
  if (rule === 'only') return provisionManaged(request, context)
  try {
    return await provisionApp(request, context)
  } catch (error) {
    context.warn(
      `own profiles cannot be had (${error instanceof Error ? error.message : String(error)}); looking for Xcode’s`,
    )
    return provisionManaged(request, context).catch((second: unknown) => {
      context.warn(second instanceof Error ? second.message : String(second))
      throw error
    })
  }
}

/**
 * Uses the profiles that Xcode has made: for the exact bundle ID before a wildcard, by the rules that hold for profiles on this machine.
 * Makes none. Throws `step.managed_profile_missing`.
 */
async function provisionManaged(request: ProvisionRequest, context: StepContext): Promise<ProvisionResult> {
  context.log('the project is signed by Xcode: looking for the profiles that Xcode keeps at Apple')
  const managed = await findManaged(request)
  // Own ones are neither used nor tidied up here.
  const portal = { ...request.apple.portal, listProfiles: async () => [] }
  const found = await provisionApp(
    { ...request, apple: { portal }, installed: managed, approve: requireFound },
    context,
  )
  const profiles = found.profiles.map(asManaged)
  return { ...found, profiles }
}

/** A profile of one's own would have to be made: there is none of Xcode's. */
function requireFound({ actions, blockers }: Plan): void {
  const missing = actionsOf(actions, 'create-profile').map(({ slot }) => `${slot.identifier} (${slot.distribution})`)
  if (missing.length === 0 || blockers.length > 0) return
  throw stepErrors.managed_profile_missing(
    { profiles: missing },
    { detail: `none for ${missing.join(', ')} with the certificate and all devices, valid for long enough` },
  )
}

function asManaged({ installedAt: _, ...profile }: ProvisionedProfile): ProvisionedProfile {
  return { ...profile, why: 'it is Xcode’s own and holds all that is needed' }
}

async function findManaged({ apple, inputs, targets, uiTests, identities }: ProvisionRequest) {
  const { required, optional } = distributionsFor(inputs, identities)
  const distributions = [...required, ...(optional === undefined ? [] : [optional])]
  const all = [...targets, ...uiTests]
  const identifiers = [...new Set(all.flatMap(({ bundleId }) => [bundleId, ...wildcardsFor(bundleId)]))]
  const listed = await apple.portal.listProfiles(kindsOf(all, distributions), identifiers)
  const managed = listed
    .filter(({ isActive, content }) => isActive && content.length > 0)
    .map(({ name, content }) => toInstalled(`"${name}" at Apple`, content))
    .filter(({ isXcodeManaged }) => isXcodeManaged)
  return all.flatMap(({ bundleId }) => servingExactly(bundleId, managed))
}

/** Those for the bundle ID itself; if there are none, those whose wildcard covers it, the longest first. */
function servingExactly(bundleId: string, managed: readonly InstalledProfile[]): readonly InstalledProfile[] {
  const fitting = [bundleId, ...wildcardsFor(bundleId)].flatMap((identifier) =>
    managed.filter((profile) => profile.identifier === identifier),
  )
  return fitting.map((profile) => ({ ...profile, identifier: bundleId, isXcodeManaged: false }))
}

/** `com.acme.app.widget` may be served by `com.acme.app.*`, `com.acme.*`, `com.*` and `*`. */
function wildcardsFor(bundleId: string): readonly string[] {
  const parts = bundleId.split('.')
  const longestFirst = parts.map((_, index) => parts.slice(0, parts.length - 1 - index))
  return longestFirst.map((kept) => [...kept, '*'].join('.')).filter((wildcard) => wildcard !== bundleId)
}

function kindsOf(
  targets: readonly SignedTarget[],
  distributions: readonly DistributionMethod[],
): readonly ProfileKind[] {
  const platforms = [...new Set(targets.map(({ platform }) => platform))]
  return platforms.flatMap((platform) => distributions.map((distribution) => ({ platform, distribution })))
}
