import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The table of allowed imports between workspaces; what is not here is forbidden. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'packages/core': [],
  'packages/api': ['core'],
  'packages/xcode': ['core'],
  'packages/signing': ['core'],
  'packages/app-archive': ['core'],
  'packages/simulator': ['core'],
  'packages/apple': ['core', 'signing'],
  'packages/provisioning': ['core', 'signing'],
  'packages/delivery': ['core', 'signing', 'app-archive'],
  'packages/steps': ['core', 'api', 'xcode', 'signing', 'app-archive', 'provisioning', 'delivery', 'apple'],
  'apps/server': ['core', 'api', 'apple', 'signing', 'provisioning', 'delivery'],
  'apps/web': ['core', 'api'],
  'apps/cli': [
    'core',
    'api',
    'steps',
    'xcode',
    'signing',
    'app-archive',
    'provisioning',
    'delivery',
    'apple',
    'simulator',
  ],
}

/** Folders that may import more than their workspace. */
const ALLOWED_BELOW: Readonly<Record<string, readonly string[]>> = {
  'packages/provisioning/src/adapters': ['core', 'signing', 'apple'],
  'packages/delivery/src/adapters': ['core', 'signing', 'app-archive', 'apple'],
}

interface Source {
  /** Path from the project root. */
  readonly path: string
  readonly text: string
  readonly imports: readonly string[]
}

const sources = Object.keys(ALLOWED).flatMap((workspace) => readSources(join(root, workspace, 'src')))
const production = sources.filter((source) => !isTest(source.path))

function readSources(folder: string): Source[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => {
      const file = join(entry.parentPath, entry.name)
      const text = readFileSync(file, 'utf8')
      return { path: relative(root, file), text, imports: importsOf(text) }
    })
}

function importsOf(text: string): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)|(?:^|\n)\s*import\s*['"]([^'"]+)['"]/g
  return [...text.matchAll(pattern)].map((match) => match[1] ?? match[2] ?? match[3] ?? '')
}

function isTest(path: string): boolean {
  return /\.test\.tsx?$/.test(path) || path.includes('/test/')
}

function workspaceOf(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}

function allowedFor(path: string): readonly string[] {
  const below = Object.keys(ALLOWED_BELOW).find((folder) => path.startsWith(`${folder}/`))
  return (below ? ALLOWED_BELOW[below] : ALLOWED[workspaceOf(path)]) ?? []
}

function packageOf(specifier: string): string | undefined {
  return /^@cordon\/([^/]+)/.exec(specifier)?.[1]
}

test('sources are found in every workspace of the table', () => {
  for (const workspace of Object.keys(ALLOWED)) {
    expect(
      production.some((source) => workspaceOf(source.path) === workspace),
      workspace,
    ).toBe(true)
  }
})

test('packages import only what the table allows', () => {
  const forbidden = production.flatMap((source) =>
    source.imports
      .map((specifier) => ({ specifier, target: packageOf(specifier) }))
      .filter(({ target }) => target !== undefined && target !== workspaceOf(source.path).split('/')[1])
      .filter(({ target }) => !allowedFor(source.path).includes(target ?? ''))
      .map(({ specifier }) => `${source.path} imports ${specifier}`),
  )
  expect(forbidden).toEqual([])
})

test('no relative import leaves its workspace', () => {
  const leaving = sources.flatMap((source) =>
    source.imports
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => relative(root, resolve(root, dirname(source.path), specifier)))
      .filter((target) => workspaceOf(target) !== workspaceOf(source.path))
      .filter(() => !isTest(source.path))
      .map((target) => `${source.path} imports ${target}`),
  )
  expect(leaving).toEqual([])
})

test('the simulator shares no code with the client, not even in its tests', () => {
  const simulator = [...sources, ...readSources(join(root, 'packages/simulator/test'))].filter((source) =>
    source.path.startsWith('packages/simulator/'),
  )
  const meeting = simulator.flatMap((source) =>
    source.imports.filter((specifier) => /^@cordon\/(apple|signing|provisioning|steps)/.test(specifier)),
  )
  expect(meeting).toEqual([])
})

test('a server feature imports no other feature', () => {
  const features = /^apps\/server\/src\/features\/([^/]+)\//
  const crossing = production.flatMap((source) => {
    const own = features.exec(source.path)?.[1]
    if (own === undefined) return []
    return source.imports
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => relative(root, resolve(root, dirname(source.path), specifier)))
      .filter((target) => features.exec(target) && features.exec(target)?.[1] !== own)
      .map((target) => `${source.path} imports ${target}`)
  })
  expect(crossing).toEqual([])
})

test('core has no dependency at all', () => {
  const core = production.filter((source) => source.path.startsWith('packages/core/'))
  const outside = core.flatMap((source) => source.imports.filter((specifier) => !specifier.startsWith('.')))
  expect(outside).toEqual([])
})

test('production code imports no test kit', () => {
  const found = production.filter((source) =>
    source.imports.some((specifier) => specifier.startsWith('@cordon/testkit')),
  )
  expect(found.map((source) => source.path)).toEqual([])
})

test('the environment is read in entry points and configuration only', () => {
  const allowed = /(^|\/)(main|config|environment)\.ts$/
  const readers = production.filter((source) => /process\.env\b/.test(source.text) && !allowed.test(source.path))
  expect(readers.map((source) => source.path)).toEqual([])
})

test('the name of a connection type stands in its own folder and in the registry only', () => {
  const server = production.filter((source) => source.path.startsWith('apps/server/src/'))
  const naming = server
    .filter((source) => source.text.includes("'app_store_connect_api_key'"))
    .filter((source) => !source.path.startsWith('apps/server/src/features/connections/types/'))
  expect(naming.map((source) => source.path)).toEqual([])
})

test('no file takes part in an import cycle', () => {
  const byPath = new Map(sources.map((source) => [source.path, source]))
  expect(findCycle(byPath)).toEqual([])
})

/** The first cycle of relative imports, as the list of its files; type-only imports vanish at run time but count here. */
function findCycle(byPath: ReadonlyMap<string, Source>): string[] {
  const done = new Set<string>()
  const trail: string[] = []
  const visit = (path: string): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path]
    if (done.has(path)) return []
    trail.push(path)
    const source = byPath.get(path)
    for (const specifier of source?.imports.filter((name) => name.startsWith('.')) ?? []) {
      const cycle = visit(relative(root, resolve(root, dirname(path), specifier)))
      if (cycle.length > 0) return cycle
    }
    trail.pop()
    done.add(path)
    return []
  }
  for (const path of byPath.keys()) {
    const cycle = visit(path)
    if (cycle.length > 0) return cycle
  }
  return []
}

test('every npm package that is imported is declared by the workspace that imports it', () => {
  const undeclared = production.flatMap((source) => {
    const manifest = JSON.parse(readFileSync(join(root, workspaceOf(source.path), 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
      devDependencies?: Record<string, string>
    }
    const declared = { ...manifest.dependencies, ...manifest.devDependencies }
    return source.imports
      .filter(
        (specifier) =>
          !specifier.startsWith('.') && !specifier.startsWith('node:') && !builtinModules.includes(specifier),
      )
      .map((specifier) =>
        specifier
          .split('/')
          .slice(0, specifier.startsWith('@') ? 2 : 1)
          .join('/'),
      )
      .filter((name) => declared[name] === undefined && name !== manifestName(source.path))
      .map((name) => `${source.path} imports ${name}`)
  })
  expect(undeclared).toEqual([])
})

function manifestName(path: string): string {
  return `@cordon/${workspaceOf(path).split('/')[1]}`
}
