/** Makes files that are committed; `npm run check` fails when one of them is not what its generator says. */
export interface Generator {
  readonly name: string
  /** Path from the project root → whole content. `existing` reads what is there now (for pages with hand-written parts). */
  readonly generate: (existing: (path: string) => string | undefined) => Promise<ReadonlyMap<string, string>>
  /** Folder whose files all belong to this generator; others in it are stale. */
  readonly ownsFolder?: string
}
