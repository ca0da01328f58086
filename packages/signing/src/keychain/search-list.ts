import type { SecurityCommand } from './security.ts'

const QUOTED_LINE = /^\s*"(.*)"\s*$/

/** The keychains in which macOS looks for identities, in order. */
export async function readSearchList(security: SecurityCommand): Promise<readonly string[]> {
  const listed = await security.plain(['list-keychains', '-d', 'user'])
  return listed.split('\n').flatMap((line) => QUOTED_LINE.exec(line)?.[1] ?? [])
}

async function writeSearchList(security: SecurityCommand, paths: readonly string[]): Promise<void> {
  await security.plain(['list-keychains', '-d', 'user', '-s', ...paths])
}

/** Adds a keychain at the end, so that the first, where new things go, stays first. Says whether it was missing. */
export async function addToSearchList(security: SecurityCommand, path: string): Promise<boolean> {
  const paths = await readSearchList(security)
  if (paths.includes(path)) return false
  await writeSearchList(security, [...paths, path])
  return true
}

/** Takes a keychain out, keeping what others put in meanwhile. */
export async function removeFromSearchList(security: SecurityCommand, path: string): Promise<void> {
  const paths = await readSearchList(security)
  if (!paths.includes(path)) return
  const others = paths.filter((other) => other !== path)
  await writeSearchList(security, others)
}
