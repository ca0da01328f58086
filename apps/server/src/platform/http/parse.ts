import { requestErrors } from '@cordon/api/errors'
import type { ParsedRequest, Route } from '@cordon/api/route'
import type { z } from 'zod'

interface RawRequest {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

interface FieldProblem {
  readonly field: string
  readonly message: string
}

const MOST_PROBLEMS = 20

/** Parses all parts of a request. Throws `request.invalid` with every field that is not accepted. */
export function parseRequest<R extends Route>(route: R, raw: RawRequest): ParsedRequest<R> {
  const problems: FieldProblem[] = []
  const parsed = {
    params: parsePart(route.params, raw.params, problems),
    query: parsePart(route.query, raw.query, problems),
    body: parsePart(route.body, raw.body ?? {}, problems),
  }
  if (problems.length > 0) throw invalid(problems)
  return parsed as ParsedRequest<R>
}

function parsePart(schema: z.ZodType | undefined, value: unknown, problems: FieldProblem[]): unknown {
  if (schema === undefined) return undefined
  const result = schema.safeParse(value)
  if (result.success) return result.data
  for (const issue of result.error.issues) problems.push(...toProblems(issue))
  return undefined
}

function toProblems(issue: z.core.$ZodIssue): FieldProblem[] {
  if (issue.code !== 'unrecognized_keys') return [toProblem(issue)]
  return issue.keys.map((key) => ({
    field: [...issue.path, shown(key)].join('.'),
    message: 'is not a field of this request',
  }))
}

const NAME = /^\w{1,60}$/

// What is no name may be anything, also a secret in the wrong place.
function shown(key: string): string {
  return NAME.test(key) ? key : '(unnamed)'
}

function toProblem(issue: z.core.$ZodIssue): FieldProblem {
  return { field: issue.path.join('.') || '(whole)', message: wording(issue) }
}

// Never names what was sent, so a secret is not repeated.
function wording(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value')
    return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
  if (issue.code !== 'invalid_type') return issue.message
  const expected = `must be ${EXPECTED[issue.expected] ?? `of type ${issue.expected}`}`
  return issue.message.endsWith('received undefined') ? `is missing; it ${expected}` : expected
}

const EXPECTED: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
}

function invalid(problems: readonly FieldProblem[]) {
  const fields = problems.slice(0, MOST_PROBLEMS)
  const detail = fields.map(({ field, message }) => `"${field}" ${message}`).join('; ')
  return requestErrors.invalid({ fields }, { detail })
}
