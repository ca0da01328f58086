/** Compares versions by their numbers, as Apple does: 1.10 is above 1.9. */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((text) => text.split('.').map(Number))
  for (let index = 0; index < Math.max(a?.length ?? 0, b?.length ?? 0); index += 1) {
    const difference = (a?.[index] ?? 0) - (b?.[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** The highest of some build numbers; undefined for none. Numbers in a form that Apple no longer takes do not count. */
export function highestOf(numbers: readonly string[]): string | undefined {
  return numbers
    .filter((number) => /^\d+(\.\d+)*$/.test(number))
    .toSorted(compareVersions)
    .at(-1)
}
