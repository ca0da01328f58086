import { basename, join } from 'node:path'
import { resolveReference } from './container.ts'
import { xcodeErrors } from './errors.ts'
import type { ProjectFiles } from './files.ts'
import { messageOf } from './message.ts'
import { isDictionary, readPlist } from './plist.ts'
import { productTypeOf } from './product-types.ts'
import type { XcodeProject } from './project.ts'
import { schemeHome } from './swift-packages.ts'
import type { Target } from './targets.ts'
import { childrenNamed, descendant, parseXml, type XmlElement } from './xml.ts'

/** Where a scheme comes from. Xcode makes one for each target of a project that has no scheme file. */
export type SchemeKind = 'shared' | 'user' | 'auto-created'

/** One line of a scheme's build action. */
export interface BuildEntry {
  readonly isForArchiving: boolean
  readonly isForRunning: boolean
  readonly isForTesting: boolean
  /** Id of the target in its project. */
  readonly targetId: string
  readonly targetName: string
  /** File name of the product, such as `App.app`. */
  readonly product: string
  /** Absolute path of the `.xcodeproj` that holds the target. */
  readonly projectPath: string | undefined
}

export interface Scheme {
  readonly name: string
  readonly kind: SchemeKind
  /** Absolute path of the `.xcodeproj`, `.xcworkspace` or `Package.swift` it belongs to. */
  readonly container: string
  readonly buildEntries: readonly BuildEntry[]
  /** The configuration that *Archive* builds; undefined when the scheme names none. */
  readonly archiveConfiguration: string | undefined
}

/** A scheme file found but not yet read. */
export interface SchemeFile {
  readonly name: string
  readonly kind: 'shared' | 'user'
  readonly container: string
  readonly path: string
}

const EXTENSION = '.xcscheme'

/** The scheme files of a project, a workspace or a package (by its manifest), shared ones first. */
export function listSchemeFiles(container: string, files: ProjectFiles): SchemeFile[] {
  const from = files.show(container)
  const home = schemeHome(container)
  const users = files.list(join(home, 'xcuserdata'), from).filter((name) => name.endsWith('.xcuserdatad'))
  const folders = [
    { kind: 'shared' as const, path: join(home, 'xcshareddata', 'xcschemes') },
    ...users.map((user) => ({ kind: 'user' as const, path: join(home, 'xcuserdata', user, 'xcschemes') })),
  ]
  return folders.flatMap(({ kind, path }) =>
    files
      .list(path, from)
      .filter((name) => name.endsWith(EXTENSION))
      .map((name) => ({ name: basename(name, EXTENSION), kind, container, path: join(path, name) })),
  )
}

/** Reads a scheme file. Throws `xcode.scheme_malformed`. */
export function readScheme(file: SchemeFile, files: ProjectFiles): Scheme {
  const shown = files.show(file.path)
  const bytes = files.read(file.path, files.show(file.container))
  let root: XmlElement | undefined
  try {
    root = descendant(parseXml(Buffer.from(bytes ?? []).toString('utf8')), 'Scheme')
  } catch (cause) {
    throw malformed(shown, messageOf(cause), cause)
  }
  if (root === undefined) throw malformed(shown, 'it has no Scheme element')
  const entries = childrenNamed(descendant(root, 'BuildAction', 'BuildActionEntries'), 'BuildActionEntry')
  return {
    name: file.name,
    kind: file.kind,
    container: file.container,
    buildEntries: entries.flatMap((entry) => readEntry(entry, file.container) ?? []),
    archiveConfiguration: descendant(root, 'ArchiveAction')?.attributes.get('buildConfiguration'),
  }
}

function malformed(path: string, reason: string, cause?: unknown): Error {
  return xcodeErrors.scheme_malformed({ path, reason }, { cause, detail: `${path}: ${reason}` })
}

function readEntry(entry: XmlElement, container: string): BuildEntry | undefined {
  const reference = descendant(entry, 'BuildableReference')?.attributes
  const isOn = (action: string) => entry.attributes.get(`buildFor${action}`) !== 'NO'
  if (reference === undefined) return undefined
  return {
    isForArchiving: isOn('Archiving'),
    isForRunning: isOn('Running'),
    isForTesting: isOn('Testing'),
    targetId: reference.get('BlueprintIdentifier') ?? '',
    targetName: reference.get('BlueprintName') ?? '',
    product: reference.get('BuildableName') ?? '',
    projectPath: resolveReference(reference.get('ReferencedContainer') ?? '', container),
  }
}

/** The schemes Xcode makes by itself: one for each target that is not a test, unless the project forbids it. */
export function autoCreatedSchemes(project: XcodeProject): Scheme[] {
  if (forbidsAutoCreation(project)) return []
  return project.targets.filter((target) => !isTest(target)).map((target) => autoCreatedScheme(project, target))
}

function autoCreatedScheme(project: XcodeProject, target: Target): Scheme {
  const names = project.configurations.configurations.map((configuration) => configuration.name)
  return {
    name: target.name,
    kind: 'auto-created',
    container: project.path,
    archiveConfiguration: names.includes('Release') ? 'Release' : project.configurations.defaultName,
    buildEntries: [
      {
        isForArchiving: true,
        isForRunning: true,
        isForTesting: true,
        targetId: target.id,
        targetName: target.name,
        product: target.productFile ?? '',
        projectPath: project.path,
      },
    ],
  }
}

function isTest(target: Target): boolean {
  return productTypeOf(target.productType).wrapper === 'xctest'
}

function forbidsAutoCreation(project: XcodeProject): boolean {
  const path = join(project.path, 'project.xcworkspace', 'xcshareddata', 'WorkspaceSettings.xcsettings')
  const bytes = project.files.read(path, project.document.path)
  if (bytes === undefined) return false
  const values = readPlist(bytes, project.files.show(path))
  return isDictionary(values) && values.IDEWorkspaceSharedSettings_AutocreateContextsIfNeeded === false
}

/** Compares names as people read them: composed and decomposed accents are the same. */
export function isSameName(a: string, b: string): boolean {
  return a.normalize('NFC') === b.normalize('NFC')
}
