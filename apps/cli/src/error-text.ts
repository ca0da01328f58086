import { type CordonError, isCordonError } from '@cordon/core/errors'
import { z } from 'zod'
import { printable } from './printable.ts'

const fieldList = z.array(z.object({ field: z.string(), message: z.string() }))

/** `error: …` and `hint: …` for people, lower case and without a full stop; fields below the error. `here` ends the hint. */
export function renderError(error: unknown, here = ''): string {
  if (!isCordonError(error)) return printable(`error: ${error instanceof Error ? error.message : String(error)}\n`)
  const problems = problemsOf(error)
  const fields = fieldsOf(error)
  const detail = problems.length > 0 || repeats(error.detail, fields) ? undefined : error.detail
  const lines = [`error: ${lowerFirst(error.title)}${detail ? `: ${withoutStop(detail)}` : ''}`]
  for (const { text, remedy } of problems)
    lines.push(`  - ${withoutStop(text)}`, `    ${lowerFirst(withoutStop(remedy))}`)
  for (const { field, message } of fields) lines.push(`  ${field}: ${withoutStop(message)}${optionOf(field)}`)
  lines.push(
    `hint: ${lowerFirst(withoutStop(error.remedy))}${waitOf(error)}${here}`,
    `code: ${error.code}${requestIdOf(error)}`,
  )
  return printable(`${lines.join('\n')}\n`)
}

/** The error as one JSON object, for `--json`. */
export function errorToJson(error: unknown): Record<string, unknown> {
  if (!isCordonError(error))
    return { error: { code: 'cli.failed', title: error instanceof Error ? error.message : String(error) } }
  const { code, title, detail, remedy, details } = error
  return { error: { code, title, ...(detail ? { detail } : {}), remedy, details } }
}

/** Options that are called otherwise than the fields of a request that they become. */
const OPTIONS: Readonly<Record<string, string>> = {
  'facts.branch': '--branch',
  'facts.commit': '--commit',
  'facts.pullRequest': '--pull-request',
  'facts.workflow': '--workflow',
  'key.issuerId': '--issuer-id',
  'key.keyId': '--key-id',
  'key.privateKey': '--key-file',
  bundleId: '--bundle-id',
  version: '--for-version',
}

function optionOf(field: string): string {
  const option = Object.hasOwn(OPTIONS, field) ? OPTIONS[field] : undefined
  return option === undefined ? '' : ` (${option})`
}

/** Says whether a detail tells nothing but what is wrong with the fields; they stand below it. */
function repeats(detail = '', fields: z.output<typeof fieldList>): boolean {
  return fields.length > 0 && fields.every(({ message }) => detail.includes(message))
}

function fieldsOf(error: CordonError): z.output<typeof fieldList> {
  const parsed = fieldList.safeParse(error.details.fields)
  return parsed.success ? parsed.data : []
}

const problemList = z.array(z.object({ text: z.string(), remedy: z.string() }))

/** Several problems in one error, each with its own remedy. */
function problemsOf(error: CordonError): z.output<typeof problemList> {
  const parsed = problemList.safeParse(error.details.problems)
  return parsed.success ? parsed.data : []
}

/** Longer waits are told in minutes. */
const MOST_SECONDS = 120

/** How long to wait, where a remedy speaks of the time that the details name: for people it stands there. */
function waitOf({ details: { retryAfterSeconds } }: CordonError): string {
  if (typeof retryAfterSeconds !== 'number') return ''
  return retryAfterSeconds > MOST_SECONDS
    ? ` (in ${Math.ceil(retryAfterSeconds / 60)} min)`
    : ` (in ${retryAfterSeconds} s)`
}

function requestIdOf(error: CordonError): string {
  return typeof error.details.requestId === 'string' ? ` (request ${error.details.requestId})` : ''
}

/** Words that keep their capital at the beginning of a message. */
const NAMES = /^(Apple|Cordon|App Store|App Clip|Xcode|PKCS|HTTP)\b/

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) && !NAMES.test(text) ? `${text[0]?.toLowerCase()}${text.slice(1)}` : text
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '')
}
