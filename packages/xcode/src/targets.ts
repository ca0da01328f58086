import type { ConfigurationList } from './configurations.ts'
import { find, itemsOf, type PbxDocument, type PbxNode, textOf } from './pbxproj/document.ts'
import { productTypeOf } from './product-types.ts'
import type { PbxObjects } from './project-paths.ts'

/** A target of a project. */
export interface Target {
  readonly id: string
  readonly name: string
  /** `PBXNativeTarget`, `PBXAggregateTarget` or `PBXLegacyTarget`. */
  readonly isa: string
  /** Such as `com.apple.product-type.application`; none for aggregate targets. */
  readonly productType: string | undefined
  /** File name of the product, such as `App.app`. */
  readonly productFile: string | undefined
  /** The targets of this project that it depends on or whose products it embeds, in the order of the file. */
  readonly dependencies: readonly TargetDependency[]
  readonly configurations: ConfigurationList
  /** Ids of the file-system-synchronised folders whose files belong to it. */
  readonly synchronizedFolders: readonly string[]
  /** Its dictionary in the project's `TargetAttributes`, if there is one. */
  readonly attributes: PbxNode | undefined
}

/** A dependency that may hold on some platforms only. */
export interface TargetDependency {
  readonly targetId: string
  /** Names as Xcode writes them (`ios`, `maccatalyst`, `watchos`, …); empty: on all. */
  readonly platformFilters: readonly string[]
}

interface Reading {
  readonly document: PbxDocument
  readonly objects: PbxObjects
  readonly root: PbxNode
  readonly targetOfProduct: ReadonlyMap<string, string>
}

/** Reads the targets in the order in which the project lists them. */
export function readTargets(
  document: PbxDocument,
  objects: PbxObjects,
  root: PbxNode,
  configurationsOf: (listId: string | undefined) => ConfigurationList,
): Target[] {
  const ids = textsOf(document, find(document, root, 'targets'))
  const reading = { document, objects, root, targetOfProduct: productsOf(document, objects, ids) }
  return ids.flatMap((id) => readTarget(reading, id, configurationsOf) ?? [])
}

function readTarget(
  reading: Reading,
  id: string,
  configurationsOf: (listId: string | undefined) => ConfigurationList,
): Target | undefined {
  const { document, objects, root } = reading
  const node = objects.get(id)
  const read = (key: string) => textOf(document, find(document, node, key))
  const name = read('name')
  if (node === undefined || name === undefined) return undefined
  const product = objects.get(read('productReference') ?? '')
  return {
    id,
    name,
    isa: read('isa') ?? '',
    productType: read('productType'),
    productFile: textOf(document, find(document, product, 'path')) ?? assumedProduct(name, read('productType')),
    dependencies: [...declaredDependencies(reading, node), ...embeddedTargets(reading, node)],
    configurations: configurationsOf(read('buildConfigurationList')),
    synchronizedFolders: textsOf(document, find(document, node, 'fileSystemSynchronizedGroups')),
    attributes: find(document, root, 'attributes', 'TargetAttributes', id),
  }
}

function assumedProduct(name: string, productType: string | undefined): string | undefined {
  const { wrapper } = productTypeOf(productType)
  return wrapper && `${name}.${wrapper}`
}

function productsOf(document: PbxDocument, objects: PbxObjects, ids: readonly string[]): Map<string, string> {
  const products = new Map<string, string>()
  for (const id of ids) {
    const product = textOf(document, find(document, objects.get(id), 'productReference'))
    if (product !== undefined) products.set(product, id)
  }
  return products
}

function declaredDependencies(reading: Reading, target: PbxNode): TargetDependency[] {
  const { document, objects } = reading
  return textsOf(document, find(document, target, 'dependencies')).flatMap((id) => {
    const dependency = objects.get(id)
    const targetId = textOf(document, find(document, dependency, 'target')) ?? targetBehindProxy(reading, dependency)
    return targetId === undefined ? [] : [{ targetId, platformFilters: filtersOf(document, dependency) }]
  })
}

function filtersOf(document: PbxDocument, node: PbxNode | undefined): string[] {
  const single = textOf(document, find(document, node, 'platformFilter'))
  return single === undefined ? textsOf(document, find(document, node, 'platformFilters')) : [single]
}

function targetBehindProxy(reading: Reading, dependency: PbxNode | undefined): string | undefined {
  const { document, objects, root } = reading
  const proxy = objects.get(textOf(document, find(document, dependency, 'targetProxy')) ?? '')
  const portal = objects.get(textOf(document, find(document, proxy, 'containerPortal')) ?? '')
  return portal === root ? textOf(document, find(document, proxy, 'remoteGlobalIDString')) : undefined
}

/** Xcode builds what a target embeds even without a declared dependency, and it has to be signed too. */
function embeddedTargets(reading: Reading, target: PbxNode): TargetDependency[] {
  const { document, objects, targetOfProduct } = reading
  return textsOf(document, find(document, target, 'buildPhases'))
    .map((id) => objects.get(id))
    .filter((phase) => textOf(document, find(document, phase, 'isa')) === 'PBXCopyFilesBuildPhase')
    .flatMap((phase) => textsOf(document, find(document, phase, 'files')))
    .flatMap((id) => {
      const file = objects.get(id)
      const targetId = targetOfProduct.get(textOf(document, find(document, file, 'fileRef')) ?? '')
      return targetId === undefined ? [] : [{ targetId, platformFilters: filtersOf(document, file) }]
    })
}

function textsOf(document: PbxDocument, array: PbxNode | undefined): string[] {
  return itemsOf(document, array).flatMap((item) => textOf(document, item) ?? [])
}

/**
 * A target and all it depends on inside its project, each once, nearest first.
 * `holds` says whether a dependency counts for the platform that its owner is built for.
 */
export function withDependencies(
  targets: readonly Target[],
  main: Target,
  holds: (owner: Target, dependency: TargetDependency) => boolean,
): Target[] {
  const byId = new Map(targets.map((target) => [target.id, target]))
  const found = new Set([main])
  for (const owner of found) {
    for (const dependency of owner.dependencies) {
      const target = byId.get(dependency.targetId)
      if (target !== undefined && holds(owner, dependency)) found.add(target)
    }
  }
  return [...found]
}
