import type { Condition } from './assignment.ts'

/** What is being built, as far as conditions can ask: `sdk`, `arch`, `config`, `variant`. */
export type ConditionContext = ReadonlyMap<string, string>

export type ConditionAnswer = 'holds' | 'fails' | 'unknown'

/**
 * Says whether all conditions of an assignment hold. A parameter that is not known matches only `*`.
 * `unknown` when the answer depends on the version of the SDK, which only the building machine knows.
 */
export function answerConditions(conditions: readonly Condition[], context: ConditionContext): ConditionAnswer {
  const answers = conditions.map((condition) => answerCondition(condition, context))
  if (answers.includes('fails')) return 'fails'
  return answers.includes('unknown') ? 'unknown' : 'holds'
}

function answerCondition({ parameter, pattern }: Condition, context: ConditionContext): ConditionAnswer {
  const value = context.get(parameter)
  if (value === undefined) return pattern === '*' ? 'holds' : 'fails'
  if (matchesPattern(pattern, value)) return 'holds'
  return parameter === 'sdk' && namesVersion(pattern, value) ? 'unknown' : 'fails'
}

function namesVersion(pattern: string, sdk: string): boolean {
  return pattern.startsWith(sdk) && /^\d/.test(pattern.slice(sdk.length))
}

/** Matches like `fnmatch`: `*` any run of characters, `?` any one. Linear in the length of the texts for each `*`. */
export function matchesPattern(pattern: string, text: string): boolean {
  let at = 0
  let star = -1
  let retry = 0
  let pos = 0
  while (pos < text.length) {
    if (pattern[at] === '*') {
      star = at++
      retry = pos
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[pos])) {
      at++
      pos++
    } else if (star >= 0) {
      at = star + 1
      pos = ++retry
    } else return false
  }
  return /^\**$/.test(pattern.slice(at))
}
