import { type Instant, toIso } from '@cordon/core/instant'
import type { Desired } from '@cordon/provisioning/engine/desired'
import { provisioningErrors } from '@cordon/provisioning/engine/errors'
import { type Fingerprint, fingerprintOf, whatMoved } from '@cordon/provisioning/engine/fingerprint'
import type { Observed, Plan } from '@cordon/provisioning/engine/model'
import { type PlanDocument, planJson } from '@cordon/provisioning/engine/render'
import { z } from 'zod'
import { invalid } from '../inputs.ts'
import { type DesiredFile, desiredShape, parseJson, toDesiredFile } from './desired-file.ts'

const hash = z.string().regex(/^[0-9a-f]{64}$/)
const shape = z.object({
  kind: z.literal('cordon-provision-plan'),
  version: z.literal(1),
  madeAt: z.iso.datetime(),
  desired: desiredShape,
  /** What Apple had when the plan was made, by its hashes. */
  observed: z.object({ bundleIds: hash, certificates: hash, devices: hash, profiles: hash }),
  plan: z.object({ actions: z.array(z.object({ kind: z.string(), subject: z.string(), reason: z.string() })) }),
})

/** A plan as a file: the wish, what was seen at Apple, and what would change. No secret is in it. */
export interface PlanFile {
  readonly kind: 'cordon-provision-plan'
  readonly version: 1
  readonly madeAt: string
  readonly desired: DesiredFile
  readonly observed: Fingerprint
  readonly plan: Pick<PlanDocument, 'actions'>
}

/** Makes the file of a plan. */
export function planFile(desired: Desired, observed: Observed, plan: Plan, madeAt: Instant) {
  return {
    kind: 'cordon-provision-plan',
    version: 1,
    madeAt: toIso(madeAt),
    desired: toDesiredFile(desired),
    observed: fingerprintOf(observed),
    plan: planJson(plan),
  } as const
}

/** Reads the file of a plan. Throws `step.input_invalid` naming the field at fault. */
export function parsePlanFile(json: string): PlanFile {
  const parsed = shape.safeParse(parseJson(json, 'plan'))
  if (parsed.success) return parsed.data as PlanFile
  const [issue] = parsed.error.issues
  throw invalid(
    'plan',
    `a file of "cordon provision plan --out": at "${issue?.path.join('.') ?? ''}": ${issue?.message}`,
  )
}

/**
 * Refuses a plan whose world has moved: what Apple has, or time itself, would now make another one.
 * Throws `provisioning.plan_outdated` naming what has changed.
 */
export function requireUnmoved(file: PlanFile, observed: Observed, now: Plan): void {
  const moved: string[] = [...whatMoved(file.observed, fingerprintOf(observed))]
  if (moved.length === 0 && actionsText(planJson(now)) !== actionsText(file.plan)) moved.push('the time')
  if (moved.length === 0) return
  throw provisioningErrors.plan_outdated(
    { changed: moved },
    { detail: `since the plan of ${file.madeAt} this has changed: ${moved.join(', ')}` },
  )
}

function actionsText({ actions }: Pick<PlanDocument, 'actions'>): string {
  return JSON.stringify(actions.map(({ kind, subject }) => [kind, subject]))
}
