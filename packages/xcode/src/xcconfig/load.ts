import { basename, dirname, extname, isAbsolute, join } from 'node:path'
import type { Assignment, SettingLayer } from '../build-settings/assignment.ts'
import { xcodeErrors } from '../errors.ts'
import type { ProjectFiles } from '../files.ts'
import { parseXcconfig, type XcconfigLine } from './parse.ts'

const MAX_INCLUDE_DEPTH = 64

/** An xcconfig file that something refers to and that is not there. Normal for generated and git-ignored files. */
export interface MissingXcconfig {
  readonly path: string
  /** `file:line`, or the project file. */
  readonly referredFrom: string
  /** Named by `#include?`. */
  readonly isOptional: boolean
}

/** What an xcconfig file and all it includes say, in the order of the text. */
export interface LoadedXcconfig {
  readonly assignments: readonly Assignment[]
  readonly missing: readonly MissingXcconfig[]
  /** Lines that Xcode would not accept, as `file:line: reason`. */
  readonly problems: readonly string[]
}

interface Loading {
  readonly files: ProjectFiles
  readonly layer: SettingLayer
  /** Searched after the folder of the including file. */
  readonly sourceRoot: string
  readonly assignments: Assignment[]
  readonly missing: MissingXcconfig[]
  readonly problems: string[]
}

/** Where a file is named from. */
interface Caller {
  readonly chain: readonly string[]
  readonly referredFrom: string
  readonly isOptional: boolean
}

/**
 * Reads an xcconfig file with its includes, which take effect where they stand.
 * Throws `xcode.include_cycle`, `xcode.include_too_deep` and `xcode.path_outside_project`.
 */
export function loadXcconfig(
  path: string,
  from: {
    readonly files: ProjectFiles
    readonly layer: SettingLayer
    readonly sourceRoot: string
    readonly referredFrom: string
  },
): LoadedXcconfig {
  const loading: Loading = { ...from, assignments: [], missing: [], problems: [] }
  loadFile(loading, path, { chain: [], referredFrom: from.referredFrom, isOptional: false })
  return loading
}

function loadFile(loading: Loading, path: string, caller: Caller): void {
  const { files } = loading
  const shown = files.show(path)
  if (caller.chain.includes(path)) throw cycleError(files, [...caller.chain.slice(caller.chain.indexOf(path)), path])
  if (caller.chain.length >= MAX_INCLUDE_DEPTH)
    throw xcodeErrors.include_too_deep({ path: shown, limit: MAX_INCLUDE_DEPTH })
  const bytes = files.read(path, caller.referredFrom)
  if (bytes === undefined) {
    loading.missing.push({ path: shown, referredFrom: caller.referredFrom, isOptional: caller.isOptional })
    return
  }
  const chain = [...caller.chain, path]
  for (const line of parseXcconfig(Buffer.from(bytes).toString('utf8'))) applyLine(loading, line, chain, shown)
}

function applyLine(loading: Loading, line: XcconfigLine, chain: readonly string[], shown: string): void {
  const place = `${shown}:${line.line}`
  if (line.kind === 'problem') loading.problems.push(`${place}: ${line.reason}`)
  else if (line.kind === 'include') applyInclude(loading, line, chain, place)
  else loading.assignments.push(assignmentOf(loading.layer, line, shown))
}

function applyInclude(
  loading: Loading,
  { path, isOptional }: XcconfigLine & { kind: 'include' },
  chain: readonly string[],
  referredFrom: string,
): void {
  const candidates = candidatesFor(loading, path, chain.at(-1) ?? '')
  const readable = candidates.filter((candidate) => !(isOptional && loading.files.isAbsentOutside(candidate)))
  const target = readable.find((candidate) => exists(loading.files, candidate, referredFrom))
  if (target === undefined) loading.missing.push({ path, referredFrom, isOptional })
  else loadFile(loading, target, { chain, referredFrom, isOptional })
}

function assignmentOf(layer: SettingLayer, line: XcconfigLine & { kind: 'assignment' }, file: string): Assignment {
  const { name, conditions, value } = line
  const setting = name + conditions.map(({ parameter, pattern }) => `[${parameter}=${pattern}]`).join('')
  return { name, conditions, value, origin: { layer, file, line: line.line, setting, text: value } }
}

/** Beside the including file, then in the project's folder; the extension may be left out. */
function candidatesFor(loading: Loading, path: string, includer: string): string[] {
  if (path.startsWith('<DEVELOPER_DIR>')) return []
  const places = isAbsolute(path) ? [path] : [join(dirname(includer), path), join(loading.sourceRoot, path)]
  return places.flatMap((place) => (extname(place) === '' ? [place, `${place}.xcconfig`] : [place]))
}

function exists(files: ProjectFiles, path: string, referredFrom: string): boolean {
  return files.list(dirname(path), referredFrom).includes(basename(path))
}

function cycleError(files: ProjectFiles, chain: readonly string[]): Error {
  const cycle = chain.map((path) => files.show(path))
  return xcodeErrors.include_cycle({ cycle }, { detail: cycle.join(' → ') })
}
