import { type CatalogueRow, catalogueRows } from './catalogues.ts'
import type { Generator } from './generator.ts'

const FOLDER = 'docs/errors'
const KEPT_FROM = '## Why it happens'

/** A page per error code: head from the catalogue, the explanation below it written by hand and kept. */
export const errorPages: Generator = {
  name: 'error pages',
  ownsFolder: FOLDER,
  generate: async (existing) => {
    const rows = catalogueRows()
    const pages = rows.map((row): [string, string] => {
      const path = `${FOLDER}/${row.code}.md`
      return [path, renderPage(row, explanationOf(existing(path)))]
    })
    return new Map([[`${FOLDER}/README.md`, renderIndex(rows)], ...pages])
  },
}

/** What is written by hand: everything from the heading on. */
export function explanationOf(page: string | undefined): string {
  const start = page?.indexOf(KEPT_FROM) ?? -1
  return page === undefined || start < 0 ? `${KEPT_FROM}\n` : page.slice(start)
}

function renderPage({ code, spec }: CatalogueRow, explanation: string): string {
  const side = {
    caller: 'The caller’s move',
    upstream: 'Apple’s or another service’s answer',
    internal: 'The server’s fault',
  }[spec.kind ?? 'caller']
  return `# ${code}\n\n**${spec.title}.** ${side}; HTTP status ${spec.status}.\n\n**What to do:** ${spec.remedy}\n\n${explanation}`
}

function renderIndex(rows: readonly CatalogueRow[]): string {
  const lines = rows.map(({ code, spec }) => `| [${code}](${code}.md) | ${spec.status} | ${spec.title} |`)
  return `# Errors\n\nEvery error has a code that never changes its meaning, a title, and a remedy that says whose move it is.\nThe server answers with \`application/problem+json\`; the \`cordon\` command prints \`error:\` and \`hint:\` lines, and an object on standard output with \`--json\`.\n\n| Code | Status | What happened |\n|---|---|---|\n${lines.join('\n')}\n`
}
