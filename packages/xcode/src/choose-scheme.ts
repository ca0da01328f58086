import { xcodeErrors } from './errors.ts'
import { type BuildEntry, isSameName, type Scheme } from './scheme.ts'
import type { SchemeIndex } from './scheme-index.ts'

/** A scheme together with the entry of its build action that is the app. */
export interface AppScheme {
  readonly scheme: Scheme
  readonly main: BuildEntry
}

/**
 * The scheme of this name, or, without a name, the only one that archives an app.
 * Throws `xcode.scheme_not_found`, `scheme_ambiguous` and `scheme_without_app`, each with the schemes there are,
 * and `scheme_malformed` when the file of the scheme named cannot be read.
 */
export function chooseScheme(index: SchemeIndex, name: string | undefined): AppScheme {
  return name === undefined ? chooseOnly(index.schemes) : chooseNamed(index, name)
}

/** The schemes that archive an app. */
export function appSchemes(schemes: readonly Scheme[]): AppScheme[] {
  return schemes.flatMap((scheme) => {
    const main = scheme.buildEntries.find((entry) => entry.isForArchiving && isApp(entry) && isOfProject(entry))
    return main === undefined ? [] : [{ scheme, main }]
  })
}

function isApp(entry: BuildEntry): boolean {
  return entry.product.endsWith('.app')
}

/** What a Swift package builds has no target of a project, and so nothing that says how it is signed. */
function isOfProject({ projectPath }: BuildEntry): boolean {
  return projectPath?.endsWith('.xcodeproj') ?? true
}

function chooseNamed({ schemes, broken }: SchemeIndex, name: string): AppScheme {
  const named = schemes.filter((scheme) => isSameName(scheme.name, name))
  const first = named[0]
  if (first === undefined) {
    const failure = broken.get(name.normalize('NFC'))
    if (failure !== undefined) throw failure
    const available = namesOf(schemes)
    throw xcodeErrors.scheme_not_found({ scheme: name, available }, { detail: notFound(name, available) })
  }
  return appSchemes(named)[0] ?? withoutApp(first, schemes)
}

function notFound(name: string, available: readonly string[]): string {
  const list =
    available.length === 0 ? 'there are none' : `there are ${available.map((other) => `"${other}"`).join(', ')}`
  return `no scheme "${name}"; ${list}`
}

function withoutApp(scheme: Scheme, schemes: readonly Scheme[]): never {
  const reason = whyNoApp(scheme.buildEntries.find(isApp))
  const available = namesOf(appSchemes(schemes).map(({ scheme: other }) => other))
  throw xcodeErrors.scheme_without_app(
    { scheme: scheme.name, reason, available },
    { detail: `scheme "${scheme.name}": ${reason}` },
  )
}

function whyNoApp(app: BuildEntry | undefined): string {
  if (app === undefined) return 'no entry of its build action is an app'
  return isOfProject(app)
    ? `"${app.product}" is not switched on for Archive`
    : `"${app.product}" is built by a Swift package, not by a target of a project`
}

function chooseOnly(schemes: readonly Scheme[]): AppScheme {
  const candidates = appSchemes(schemes)
  const available = namesOf(candidates.map(({ scheme }) => scheme))
  const only = candidates[0]
  if (only === undefined) {
    const all = namesOf(schemes)
    throw xcodeErrors.scheme_without_app(
      { scheme: '', reason: 'no scheme of the project archives an app', available: all },
      {
        detail:
          all.length === 0 ? 'the project has no scheme' : `none of the schemes archives an app: ${all.join(', ')}`,
      },
    )
  }
  if (available.length > 1) {
    throw xcodeErrors.scheme_ambiguous({ available }, { detail: available.map((name) => `"${name}"`).join(', ') })
  }
  return only
}

function namesOf(schemes: readonly Scheme[]): string[] {
  return [...new Set(schemes.map((scheme) => scheme.name.normalize('NFC')))]
}
