/** What a bundle inside an app is. */
export type BundleKind =
  | 'app'
  | 'app-clip'
  | 'watch-app'
  | 'extension'
  | 'xpc-service'
  | 'system-extension'
  | 'framework'
  | 'tests'

/** Where a bundle lies, found by names alone. */
export interface BundlePlace {
  readonly kind: BundleKind
  /** In the archive, without a slash at its end: `Payload/App.app/PlugIns/Share.appex`. */
  readonly path: string
  /** Path of the bundle it lies in; undefined for the app. */
  readonly parent: string | undefined
  /** Where its Info.plist and profile lie: the bundle itself, or `Contents` in bundles of the Mac. */
  readonly contents: string
}

/** The folder that a bundle lies in, and its ending, tell what it is. */
const NESTED: readonly (readonly [folder: string, ending: string, kind: BundleKind])[] = [
  ['AppClips', '.app', 'app-clip'],
  ['Watch', '.app', 'watch-app'],
  ['PlugIns', '.appex', 'extension'],
  ['PlugIns', '.xctest', 'tests'],
  ['Extensions', '.appex', 'extension'],
  ['XPCServices', '.xpc', 'xpc-service'],
  ['SystemExtensions', '.systemextension', 'system-extension'],
  ['Frameworks', '.framework', 'framework'],
]

/** The paths of the apps in an archive: `Payload/*.app` of an .ipa, else `*.app` at the top of a zip. */
export function appPaths(names: Iterable<string>): string[] {
  const inPayload = new Set<string>()
  const atTop = new Set<string>()
  for (const name of names) {
    const [first = '', second = '', third] = name.split('/')
    if (first === 'Payload' && second.endsWith('.app') && third !== undefined) inPayload.add(`${first}/${second}`)
    if (first.endsWith('.app') && second !== '') atTop.add(first)
  }
  return [...(inPayload.size > 0 ? inPayload : atTop)].sort()
}

/** The app and every bundle in it that has code of its own, parents before what lies in them. */
export function bundlesIn(app: string, names: ReadonlySet<string>): BundlePlace[] {
  const places = new Map<string, BundlePlace>([[app, placeOf('app', app, undefined, names)]])
  for (const name of [...names].sort()) {
    if (name.startsWith(`${app}/`)) collect(name, app, names, places)
  }
  return [...places.values()]
}

function collect(name: string, app: string, names: ReadonlySet<string>, places: Map<string, BundlePlace>): void {
  const parts = name.split('/')
  let parent = app
  for (let at = app.split('/').length; at < parts.length - 1; at++) {
    const path = parts.slice(0, at + 1).join('/')
    const kind = kindOf(parts[at - 1] ?? '', parts[at] ?? '')
    if (kind === undefined) continue
    if (!places.has(path)) places.set(path, placeOf(kind, path, parent, names))
    parent = path
  }
}

function kindOf(folder: string, name: string): BundleKind | undefined {
  return NESTED.find(([inFolder, ending]) => folder === inFolder && name.endsWith(ending))?.[2]
}

function placeOf(kind: BundleKind, path: string, parent: string | undefined, names: ReadonlySet<string>): BundlePlace {
  const mac = `${path}/Contents`
  return { kind, path, parent, contents: names.has(`${mac}/Info.plist`) ? mac : path }
}
