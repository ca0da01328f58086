/** A workflow command of GitHub Actions as a line of standard output. Source: GitHub's "Workflow commands". */
export function workflowCommand(name: string, value: string): string {
  return `::${name}::${value.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}\n`
}

/** Shorter pieces would hide ordinary words of the log. */
const MIN_MASKED_LENGTH = 4

/** What must be masked of a secret value: the whole, and its parts where it is a list or has several lines. */
export function maskable(value: string): readonly string[] {
  const parts = [value, ...value.split(/[|\r\n]+/)].map((part) => part.trim())
  return [...new Set(parts)].filter((part) => part.length >= MIN_MASKED_LENGTH)
}
