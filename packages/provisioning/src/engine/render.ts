import { type Instant, toIso } from '@cordon/core/instant'
import { capacityLines } from './capacity.ts'
import { IDENTIFIER_KINDS } from './identifier-kinds.ts'
import type { Action, ActionKind, Plan, Slot } from './model.ts'
import { PLATFORMS } from './profile-kinds.ts'

const VERBS = {
  'register-device': 'register device',
  'create-certificate': 'create',
  'create-bundle-id': 'register bundle ID',
  'enable-capability': 'switch on',
  'change-capability': 'change',
  'create-identifier': 'register',
  'attach-identifiers': 'attach',
  'create-profile': 'create profile',
  'delete-profile': 'delete profile',
} as const satisfies Record<ActionKind, string>

/** One action as a line without its mark: `create profile "…" because …`. */
export function actionLine(action: Action): string {
  return `${VERBS[action.kind]} ${quoted(action)} because ${action.reason}`
}

/**
 * A plan as lines of text without colours: `+` is made, `~` is changed, `-` is deleted, `=` stays; then warnings, what a person has
 * to do, and what stands in the way.
 */
export function planLines(plan: Plan): readonly string[] {
  return [
    ...plan.actions.map((action) => `${mark(action.kind)} ${actionLine(action)}`),
    ...plan.reuse.map(
      ({ slot, profile, reason }) => `= use profile "${profile.name}" for ${slotText(slot)} because ${reason}`,
    ),
    ...capacityLines(plan.capacity, plan.actions).map((line) => `i ${line}`),
    ...plan.warnings.map(({ text, remedy }) => `! ${text}. ${remedy}`),
    ...plan.todos.map(({ identifier, text, page }) => `? to do by a person for ${identifier}: ${text} (${page})`),
    ...plan.blockers.map(({ title, detail, remedy }) => `x ${detail ?? title}. ${remedy}`),
    ...(plan.actions.length === 0 && plan.blockers.length === 0 ? ['nothing to change at Apple'] : []),
  ]
}

/** What `planJson` gives: the plan without files and handles that nobody reads. */
export interface PlanDocument {
  readonly actions: readonly { readonly kind: ActionKind; readonly subject: string; readonly reason: string }[]
  readonly reuse: readonly (Slot & {
    readonly profile: string
    readonly uuid: string
    readonly expiresAt: string
    readonly reason: string
  })[]
  readonly warnings: Plan['warnings']
  readonly todos: Plan['todos']
  readonly capacity: Plan['capacity']
  readonly blockers: readonly {
    readonly code: string
    readonly title: string
    readonly detail?: string
    readonly remedy: string
    readonly details: Readonly<Record<string, unknown>>
  }[]
}

/** A plan as a plain document for `JSON.stringify`. */
export function planJson(plan: Plan): PlanDocument {
  return {
    actions: plan.actions.map(({ kind, subject, reason }) => ({ kind, subject, reason })),
    reuse: plan.reuse.map(({ slot, profile, reason }) => ({
      ...slot,
      profile: profile.name,
      uuid: profile.uuid,
      expiresAt: iso(profile.expiresAt),
      reason,
    })),
    warnings: plan.warnings,
    todos: plan.todos,
    capacity: plan.capacity,
    blockers: plan.blockers.map(({ code, title, detail, remedy, details }) => ({
      code,
      title,
      remedy,
      details,
      ...(detail !== undefined && { detail }),
    })),
  }
}

function mark(kind: ActionKind): string {
  if (kind === 'change-capability') return '~'
  return kind === 'delete-profile' ? '-' : '+'
}

function quoted(action: Action): string {
  const { kind, subject } = action
  if (kind === 'create-certificate') return `a ${subject}`
  return kind === 'create-identifier' ? `${IDENTIFIER_KINDS[action.wanted.kind].label} "${subject}"` : `"${subject}"`
}

function slotText({ identifier, platform, distribution }: Slot): string {
  return `${identifier}, ${PLATFORMS[platform].label} ${distribution}`
}

function iso(at: Instant): string {
  return toIso(at)
}
