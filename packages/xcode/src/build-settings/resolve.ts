import type { Assignment, SettingOrigin } from './assignment.ts'
import { answerConditions, type ConditionContext } from './conditions.ts'
import { type Part, parseExpression, type Reference } from './expression.ts'
import { applyOperator } from './operators.ts'

/** A text with every reference in it replaced, or the reason why that is not possible here. */
export type Resolution =
  | {
      readonly state: 'resolved'
      readonly value: string
      /** The lines that made the value; the one that wins comes first. */
      readonly origins: readonly SettingOrigin[]
      /** Names that nothing defines; they count as empty, as in Xcode. */
      readonly undefinedNames: readonly string[]
    }
  | {
      readonly state: 'unresolved'
      /** As written. */
      readonly text: string
      readonly reason: string
      readonly undefinedNames: readonly string[]
      readonly origins: readonly SettingOrigin[]
    }

/** The build settings of one target in one configuration. */
export interface BuildSettings {
  /** The value of a setting; undefined when nothing defines it. */
  resolve(name: string): Resolution | undefined
  /** Replaces the references in a text, such as a value of an Info.plist. */
  expand(text: string, extra?: ReadonlyMap<string, string>): Resolution
  /** All that defines a setting under its conditions, winner first, before expansion. */
  originsOf(name: string): readonly SettingOrigin[]
}

/** Says why a name that nothing defines must not count as empty; undefined when it may. */
export type WhyNotEmpty = (name: string) => string | undefined

/** Expansions that one question may cost, so that a file cannot make it endless. */
const MAX_STEPS = 5_000
const MAX_DEPTH = 100
const MAX_LENGTH = 256 * 1024

interface Evaluation {
  readonly stacks: ReadonlyMap<string, readonly Assignment[]>
  readonly context: ConditionContext
  readonly extra: ReadonlyMap<string, string>
  readonly origins: SettingOrigin[]
  readonly problems: string[]
  readonly undefinedNames: Set<string>
  readonly whyNotEmpty: WhyNotEmpty
  steps: number
}

/** What is being expanded now: the setting and how far down its assignments we are. */
interface Frame {
  readonly name: string
  readonly index: number
  readonly parent: Frame | undefined
  readonly depth: number
}

type Found =
  | { readonly kind: 'assignment'; readonly assignment: Assignment; readonly index: number }
  | { readonly kind: 'unknown'; readonly assignment: Assignment }
  | { readonly kind: 'none' }

const NO_EXTRA: ReadonlyMap<string, string> = new Map()

/** Resolves over assignments given lowest first: the last one whose conditions hold wins. */
export function createBuildSettings(
  assignments: Iterable<Assignment>,
  context: ConditionContext,
  whyNotEmpty: WhyNotEmpty = () => undefined,
): BuildSettings {
  const stacks = stack(assignments)
  const start = (extra: ReadonlyMap<string, string>): Evaluation => ({
    stacks,
    context,
    extra,
    origins: [],
    problems: [],
    undefinedNames: new Set(),
    whyNotEmpty,
    steps: 0,
  })
  return {
    resolve(name) {
      const evaluation = start(NO_EXTRA)
      const found = lookUp(evaluation, name, topOf(evaluation, name))
      if (found.kind === 'none') return undefined
      return conclude(evaluation, found.assignment.value, evaluateFound(evaluation, name, found, undefined))
    },
    expand(text, extra = NO_EXTRA) {
      const evaluation = start(extra)
      return conclude(evaluation, text, evaluateText(evaluation, text, undefined))
    },
    originsOf: (name) =>
      (stacks.get(name) ?? [])
        .filter((assignment) => answerConditions(assignment.conditions, context) === 'holds')
        .map((assignment) => assignment.origin)
        .reverse(),
  }
}

function stack(assignments: Iterable<Assignment>): Map<string, Assignment[]> {
  const stacks = new Map<string, Assignment[]>()
  for (const assignment of assignments) {
    const known = stacks.get(assignment.name)
    if (known === undefined) stacks.set(assignment.name, [assignment])
    else known.push(assignment)
  }
  return stacks
}

function conclude(evaluation: Evaluation, text: string, value: string): Resolution {
  const { origins, problems } = evaluation
  const undefinedNames = [...evaluation.undefinedNames]
  const reason = problems[0]
  if (reason === undefined) return { state: 'resolved', value, origins, undefinedNames }
  return { state: 'unresolved', text, reason, origins, undefinedNames }
}

function topOf(evaluation: Evaluation, name: string): number {
  return (evaluation.stacks.get(name)?.length ?? 0) - 1
}

function lookUp(evaluation: Evaluation, name: string, from: number): Found {
  const assignments = evaluation.stacks.get(name) ?? []
  for (let index = from; index >= 0; index--) {
    const assignment = assignments[index]
    if (assignment === undefined) continue
    const answer = answerConditions(assignment.conditions, evaluation.context)
    if (answer === 'holds') return { kind: 'assignment', assignment, index }
    if (answer === 'unknown') return { kind: 'unknown', assignment }
  }
  return { kind: 'none' }
}

function evaluateFound(
  evaluation: Evaluation,
  name: string,
  found: Exclude<Found, { kind: 'none' }>,
  parent: Frame | undefined,
): string {
  evaluation.origins.push(found.assignment.origin)
  if (found.kind === 'unknown') {
    return fail(evaluation, `"${found.assignment.origin.setting}" depends on the version of the SDK`)
  }
  const depth = (parent?.depth ?? 0) + 1
  if (depth > MAX_DEPTH) return fail(evaluation, 'the settings refer to each other too deeply')
  return evaluateText(evaluation, found.assignment.value, { name, index: found.index, parent, depth })
}

function evaluateText(evaluation: Evaluation, text: string, frame: Frame | undefined): string {
  const parts = parseExpression(text)
  if (parts === undefined) return fail(evaluation, `a reference in "${clip(text)}" is not closed`)
  return evaluateParts(evaluation, parts, frame)
}

function evaluateParts(evaluation: Evaluation, parts: readonly Part[], frame: Frame | undefined): string {
  let value = ''
  for (const part of parts) {
    value += part.kind === 'text' ? part.text : evaluateReference(evaluation, part, frame)
    if (value.length > MAX_LENGTH) return fail(evaluation, 'the value grows beyond 256 KiB')
  }
  return value
}

function evaluateReference(evaluation: Evaluation, reference: Reference, frame: Frame | undefined): string {
  if (++evaluation.steps > MAX_STEPS) return fail(evaluation, 'the settings refer to each other too often')
  const name = evaluateParts(evaluation, reference.name, frame)
  const value = valueNamed(evaluation, name, frame)
  if (value === undefined && !hasDefault(reference)) noteUndefined(evaluation, name, reference)
  if (value === undefined && reference.isBare) return reference.source
  return reference.operators.reduce((current, operator) => {
    const operand = operator.operand && evaluateParts(evaluation, operator.operand, frame)
    const changed = applyOperator(operator.name, current, operand)
    return changed ?? fail(evaluation, `"${clip(reference.source)}" uses the unknown operator "${clip(operator.name)}"`)
  }, value ?? '')
}

function noteUndefined(evaluation: Evaluation, name: string, reference: Reference): void {
  evaluation.undefinedNames.add(name)
  const why = evaluation.whyNotEmpty(name)
  if (why !== undefined) fail(evaluation, `"${clip(reference.source)}" is not defined here: ${why}`)
}

function hasDefault(reference: Reference): boolean {
  return reference.operators[0]?.name === 'default' && reference.operators[0].operand !== undefined
}

function valueNamed(evaluation: Evaluation, name: string, frame: Frame | undefined): string | undefined {
  const extra = evaluation.extra.get(name)
  if (extra !== undefined) return extra
  if (name === 'inherited' || name === 'value') return frame && inheritedValue(evaluation, frame, frame)
  const active = activeFrame(frame, name)
  if (active !== undefined) return revisit(evaluation, active, frame)
  const found = lookUp(evaluation, name, topOf(evaluation, name))
  return found.kind === 'none' ? undefined : evaluateFound(evaluation, name, found, frame)
}

/** A setting met again while it is being expanded goes on at its next lower assignment; through others, that must exist. */
function revisit(evaluation: Evaluation, active: Frame, frame: Frame | undefined): string {
  if (active === frame) return inheritedValue(evaluation, active, frame)
  if (lookUp(evaluation, active.name, active.index - 1).kind !== 'none')
    return inheritedValue(evaluation, active, frame)
  return fail(evaluation, `the settings go in a circle: ${circle(active, frame)}`)
}

function inheritedValue(evaluation: Evaluation, active: Frame, parent: Frame | undefined): string {
  const found = lookUp(evaluation, active.name, active.index - 1)
  return found.kind === 'none' ? '' : evaluateFound(evaluation, active.name, found, parent)
}

function activeFrame(frame: Frame | undefined, name: string): Frame | undefined {
  for (let current = frame; current !== undefined; current = current.parent) {
    if (current.name === name) return current
  }
  return undefined
}

function circle(active: Frame, frame: Frame | undefined): string {
  const names = [active.name]
  for (let current = frame; current !== undefined && current !== active; current = current.parent)
    names.push(current.name)
  return [active.name, ...names.reverse()].join(' → ')
}

function fail(evaluation: Evaluation, reason: string): string {
  evaluation.problems.push(reason)
  return ''
}

function clip(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}
