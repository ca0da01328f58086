// Parameters that Apple leaves out when it compares a request with a scope.
const IGNORED = new Set(['limit', 'cursor', 'sort'])

function parametersOf(query: string): string {
  const kept = [...new URLSearchParams(query)].filter(([name]) => !IGNORED.has(name))
  return JSON.stringify(kept.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function withoutVersion(path: string): string {
  return path.replace(/^\/v\d+(?=\/)/, '')
}

/**
 * Whether a token's scope covers a request. Each entry is a method, a space and a path, with optional query parameters;
 * their order does not matter, and the path matches with and without `/v1` (forum thread 707271).
 */
export function isInScope(scope: readonly string[], method: string, path: string, query: string): boolean {
  return scope.some((entry) => {
    const [entryMethod, target = ''] = entry.split(' ')
    const [entryPath = '', entryQuery = ''] = target.split('?')
    return (
      entryMethod === method &&
      withoutVersion(entryPath) === withoutVersion(path) &&
      parametersOf(entryQuery) === parametersOf(query)
    )
  })
}
