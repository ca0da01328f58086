import { isPlayed, type ListedOperation, listAppleOperations } from '@cordon/simulator/app-store-connect/operation-list'
import { registry } from '@cordon/simulator/app-store-connect/registry'
import type { Generator } from './generator.ts'

/** docs/simulator-operations.md: what the simulator plays of Apple's document, and what answers 501. */
export const simulatorPage: Generator = {
  name: 'operations of the simulator',
  generate: async () => new Map([['docs/simulator-operations.md', render()]]),
}

function render(): string {
  const all = listAppleOperations()
  const played = all.filter((operation) => isPlayed(operation, registry))
  const rest = all.filter((operation) => !played.includes(operation))
  return [
    '# Operations of the simulator',
    '',
    `Of the ${all.length} operations in Apple's document, the [simulator](simulator.md) plays ${played.length}. Every other answers 501 with code \`NOT_SIMULATED\` and its name.`,
    '',
    '## Played',
    '',
    '| Request | Operation |',
    '|---|---|',
    ...played.map(({ method, path, id }) => `| \`${method} ${path}\` | \`${id}\` |`),
    '',
    '## Answered 501',
    '',
    '| Resource | Operations |',
    '|---|---|',
    ...[...byResource(rest)].map(
      ([resource, own]) => `| \`${resource}\` | ${own.map(({ name }) => name).join(', ')} |`,
    ),
    '',
  ].join('\n')
}

function byResource(operations: readonly ListedOperation[]): Map<string, ListedOperation[]> {
  const groups = new Map<string, ListedOperation[]>()
  for (const operation of operations) {
    const key = `/${operation.version}/${operation.type}`
    groups.set(key, [...(groups.get(key) ?? []), operation])
  }
  return groups
}
