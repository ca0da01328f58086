import { dirname, isAbsolute, join, normalize, resolve } from 'node:path'

/**
 * The absolute path that a reference such as `container:App.xcodeproj`, `group:Sub/App.xcodeproj`, `absolute:/…` or
 * `self:` means. `container` is the `.xcodeproj` or `.xcworkspace` it is written in, `group` the folder of the group.
 * Undefined for references into Xcode itself.
 */
export function resolveReference(reference: string, container: string, group = dirname(container)): string | undefined {
  const colon = reference.indexOf(':')
  const kind = colon < 0 ? 'container' : reference.slice(0, colon)
  const path = normalize(reference.slice(colon + 1) || '.')
  const base = BASES.get(kind)?.(container, group)
  if (base === undefined) return undefined
  return isAbsolute(path) ? path : resolve(join(base, path))
}

const BASES: ReadonlyMap<string, (container: string, group: string) => string> = new Map([
  ['container', dirname],
  ['group', (_: string, group: string) => group],
  ['absolute', () => '/'],
  ['self', dirname],
])
