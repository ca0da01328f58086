import { appendFileSync } from 'node:fs'
import type { Context } from './context.ts'
import { workflowCommand } from './step-program/commands.ts'

/** Shell lines that export variables; values are single-quoted, so nothing in them is expanded. */
export function toShellExports(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `export ${name}=${quote(value)}\n`)
    .join('')
}

function quote(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`
}

/**
 * Hands variables to the later steps of a CI job where the CI system has a way for it: GitHub's environment file, with the
 * token masked in its log. Says whether it did.
 */
export function exportToCi(
  context: Context,
  variables: Readonly<Record<string, string>>,
  secrets: readonly string[],
): boolean {
  const file = context.environment.variables.GITHUB_ENV
  if (!file) return false
  for (const secret of secrets) context.terminal.err(workflowCommand('add-mask', secret))
  appendFileSync(
    file,
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  )
  return true
}
