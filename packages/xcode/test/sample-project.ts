import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeFiles } from './scratch.ts'

/** The sample project of the repository. */
export const TIDEPOOL = fileURLToPath(new URL('../../../examples/tidepool', import.meta.url))

/** A copy of the sample project that goes away with the test. */
export function copyTidepool(): string {
  const folder = join(writeFiles({}), 'tidepool')
  cpSync(TIDEPOOL, folder, { recursive: true })
  return folder
}

interface SampleTarget {
  readonly name: string
  readonly type?: string
  readonly settings?: Readonly<Record<string, string>>
  readonly dependsOn?: readonly (readonly [name: string, platformFilter?: string])[]
  readonly attributes?: Readonly<Record<string, string>>
}

interface SampleProject {
  readonly targets: readonly SampleTarget[]
  readonly settings?: Readonly<Record<string, string>>
  /** Path of an xcconfig file for the project, and for each target by name. */
  readonly projectFile?: string
  readonly targetFiles?: Readonly<Record<string, string>>
}

const dictionary = (values: Readonly<Record<string, string>> = {}) =>
  Object.entries(values)
    .map(([key, value]) => `"${key}" = "${value.replace(/["\\]/g, '\\$&')}";`)
    .join(' ')

const fileReference = (id: string, path: string | undefined) =>
  path === undefined ? '' : `${id} = {isa = PBXFileReference; path = "${path}"; sourceTree = SOURCE_ROOT; };`

/** The text of a small `project.pbxproj` with one configuration, Release. */
export function samplePbxproj({ targets, settings, projectFile, targetFiles = {} }: SampleProject): string {
  const number = new Map(targets.map(({ name }, index) => [name, index]))
  const configuration = (
    id: string,
    values: Readonly<Record<string, string>> | undefined,
    file: string | undefined,
  ) => `
L${id} = {isa = XCConfigurationList; buildConfigurations = (C${id}, ); defaultConfigurationName = Release; };
C${id} = {isa = XCBuildConfiguration; ${file === undefined ? '' : `baseConfigurationReference = F${id};`} buildSettings = {${dictionary(values)}}; name = Release; };
${fileReference(`F${id}`, file)}`
  const body = targets.map((target, index) => {
    const dependencies = (target.dependsOn ?? []).map(([name, filter], at) => ({
      id: `D${index}x${at}`,
      target: `T${number.get(name)}`,
      filter: filter === undefined ? '' : `platformFilter = ${filter};`,
    }))
    return `
T${index} = {isa = PBXNativeTarget; name = "${target.name}"; productType = "com.apple.product-type.${target.type ?? 'application'}"; buildConfigurationList = LT${index}; dependencies = (${dependencies.map(({ id }) => `${id}, `).join('')}); };
${dependencies.map(({ id, target: to, filter }) => `${id} = {isa = PBXTargetDependency; target = ${to}; ${filter} };`).join('\n')}
${configuration(`T${index}`, target.settings, targetFiles[target.name])}`
  })
  const attributes = targets.map((target, index) =>
    target.attributes ? `T${index} = {${dictionary(target.attributes)}};` : '',
  )
  return `// !$*UTF8*$!
{
archiveVersion = 1;
objectVersion = 77;
objects = {
P = {isa = PBXProject; buildConfigurationList = LP; attributes = {TargetAttributes = {${attributes.join(' ')}}; }; targets = (${targets.map((_, index) => `T${index}, `).join('')}); };
${configuration('P', { SDKROOT: 'iphoneos', ...settings }, projectFile)}
${body.join('')}
};
rootObject = P;
}
`
}

/** The text of a scheme that archives one product. */
export function sampleScheme(targetId: string, targetName: string, product: string, forArchiving = 'YES'): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<Scheme version = "1.7"><BuildAction><BuildActionEntries>
<BuildActionEntry buildForArchiving = "${forArchiving}"><BuildableReference BuildableIdentifier = "primary"
BlueprintIdentifier = "${targetId}" BuildableName = "${product}" BlueprintName = "${targetName}"
ReferencedContainer = "container:App.xcodeproj"></BuildableReference></BuildActionEntry>
</BuildActionEntries></BuildAction><ArchiveAction buildConfiguration = "Release"></ArchiveAction></Scheme>
`
}
