interface Page<T> {
  readonly items: readonly T[]
  readonly nextCursor: string | null
}

const PAGE_SIZE = 200

/** Reads a paged list up to `most` items. */
export async function readAll<T>(
  readPage: (query: { cursor?: string; limit: number }) => Promise<Page<T>>,
  most = 10_000,
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | null = null
  do {
    const page: Page<T> = await readPage({
      ...(cursor === null ? {} : { cursor }),
      limit: Math.min(PAGE_SIZE, most - items.length),
    })
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null && items.length < most)
  return items
}
