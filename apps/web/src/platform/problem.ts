import { isCordonError } from '@cordon/core/errors'

/** An error as a person sees it. */
export interface ProblemView {
  readonly code: string
  readonly title: string
  readonly detail: string | undefined
  readonly remedy: string
  readonly requestId: string | undefined
}

/** Says whether something thrown is an error of the catalogue with one of these codes. */
export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return isCordonError(error) && codes.includes(error.code)
}

/** What to tell of something thrown. */
export function viewProblem(error: unknown): ProblemView {
  if (!isCordonError(error)) {
    return {
      code: 'web.failed',
      title: 'Something went wrong in this page',
      detail: undefined,
      remedy: 'Reload the page and try again.',
      requestId: undefined,
    }
  }
  const { requestId } = error.details
  return {
    code: error.code,
    title: error.title,
    detail: error.detail === error.title ? undefined : error.detail,
    remedy: error.remedy,
    requestId: typeof requestId === 'string' ? requestId : undefined,
  }
}

/** Messages of an error by field name, where it names fields. */
export function fieldMessages(error: unknown): Record<string, string> {
  if (!isCordonError(error)) return {}
  const { fields, field } = error.details
  if (Array.isArray(fields)) return Object.fromEntries(fields.filter(isFieldMessage).map(toEntry))
  if (typeof field !== 'string') return {}
  // Beside the field its name in the request says nothing more.
  return { [bare(field)]: error.detail?.replace(/^The text in "[\w.]+"/, 'The file') ?? error.title }
}

interface FieldMessage {
  readonly field: string
  readonly message: string
}

function isFieldMessage(value: unknown): value is FieldMessage {
  return typeof value === 'object' && value !== null && 'field' in value && 'message' in value
}

function toEntry({ field, message }: FieldMessage): [string, string] {
  return [bare(field), message]
}

function bare(field: string): string {
  return field.replace(/^body\./, '')
}
