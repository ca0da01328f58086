import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { RELATIONSHIP_LETTERS, RESOURCE_LETTERS } from '../src/app-store-connect/operations.ts'
import { DOCUMENT } from './document.ts'

/** The generated file of all operations. */
export const TABLE_FILE = new URL('../src/app-store-connect/operations.generated.ts', import.meta.url)

interface Listed {
  readonly method: string
  readonly path: string
  readonly id: string
}

/** Every operation of Apple's document. */
export function listOperations(): Listed[] {
  const { paths } = JSON.parse(readFileSync(DOCUMENT, 'utf8')) as {
    paths: Record<string, Record<string, { operationId?: string }>>
  }
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { operationId }]) =>
      operationId === undefined ? [] : [{ method: method.toUpperCase(), path, id: operationId }],
    ),
  )
}

function letterFor(table: typeof RESOURCE_LETTERS, method: string, form: boolean, id: string): string {
  const found = Object.entries(table).find(
    ([, [knownMethod, knownForm, suffix]]) => knownMethod === method && knownForm === form && id.endsWith(`_${suffix}`),
  )
  if (found === undefined) throw new Error(`no letter for ${method} ${id}`)
  return found[0]
}

/** Writes the table as TypeScript: a row per resource, letters for its operations, then its relationships. */
export function generateTable(): string {
  const rows = new Map<string, { letters: string; relationships: Map<string, string> }>()
  for (const { method, path, id } of listOperations()) {
    const [version, type, hasId, third, fourth] = path.split('/').slice(1)
    const row = rows.get(`${version}/${type}`) ?? { letters: '', relationships: new Map<string, string>() }
    rows.set(`${version}/${type}`, row)
    if (third === undefined) {
      row.letters += letterFor(RESOURCE_LETTERS, method, hasId !== undefined, id)
      continue
    }
    const name = fourth ?? third
    const letter = letterFor(RELATIONSHIP_LETTERS, method, fourth !== undefined, id)
    row.relationships.set(name, `${row.relationships.get(name) ?? ''}${letter}`)
  }
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { letters, relationships }]) => {
      const items = [...relationships].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, own]) => ` ${name}:${own}`)
      return `  '${key}': '${letters}${items.join('')}',`
    })
  return [
    '// Made by packages/simulator/test/operation-table.ts from the names of the operations in Apple’s OpenAPI document 4.4.1.',
    '/** Apple’s operations by version and resource; operations.ts explains the letters. */',
    'export const OPERATION_TABLE: Readonly<Record<string, string>> = {',
    ...lines,
    '}',
    '',
  ].join('\n')
}

/** Writes the generated file anew. */
export function writeTable(): void {
  writeFileSync(TABLE_FILE, generateTable())
}

/** Whether Apple's document is there to compare with. */
export const isDocumentPresent = existsSync(DOCUMENT)
