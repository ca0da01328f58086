import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const configuration = (id: string, name: string, bundleId: string) =>
  `${id} = {isa = XCBuildConfiguration; buildSettings = {/*more*/ PRODUCT_BUNDLE_IDENTIFIER = ${bundleId}; SDKROOT = iphoneos; }; name = ${name}; };`

const PBXPROJ = `// !$*UTF8*$!
{
archiveVersion = 1;
objectVersion = 77;
objects = {
P = {isa = PBXProject; buildConfigurationList = LP; attributes = {TargetAttributes = {}; }; targets = (T0, T1, ); };
LP = {isa = XCConfigurationList; buildConfigurations = (CP1, CP2, ); defaultConfigurationName = Release; };
CP1 = {isa = XCBuildConfiguration; buildSettings = {}; name = Debug; };
CP2 = {isa = XCBuildConfiguration; buildSettings = {}; name = Release; };
T0 = {isa = PBXNativeTarget; name = App; productType = "com.apple.product-type.application"; productReference = R0; buildConfigurationList = L0; dependencies = (); };
R0 = {isa = PBXFileReference; path = App.app; sourceTree = BUILT_PRODUCTS_DIR; };
L0 = {isa = XCConfigurationList; buildConfigurations = (C01, C02, ); defaultConfigurationName = Release; };
${configuration('C01', 'Debug', 'com.acme.app')}
${configuration('C02', 'Release', 'com.acme.app')}
T1 = {isa = PBXNativeTarget; name = AppUITests; productType = "com.apple.product-type.bundle.ui-testing"; buildConfigurationList = L1; dependencies = (D1, ); };
D1 = {isa = PBXTargetDependency; target = T0; };
L1 = {isa = XCConfigurationList; buildConfigurations = (C11, C12, ); defaultConfigurationName = Release; };
${configuration('C11', 'Debug', 'com.acme.AppUITests')}
${configuration('C12', 'Release', 'com.acme.AppUITests')}
};
rootObject = P;
}
`

const SCHEME = `<?xml version="1.0" encoding="UTF-8"?>
<Scheme version = "1.7"><BuildAction><BuildActionEntries>
<BuildActionEntry buildForArchiving = "YES"><BuildableReference BuildableIdentifier = "primary"
BlueprintIdentifier = "T0" BuildableName = "App.app" BlueprintName = "App"
ReferencedContainer = "container:App.xcodeproj"></BuildableReference></BuildActionEntry>
</BuildActionEntries></BuildAction><ArchiveAction buildConfiguration = "Release"></ArchiveAction></Scheme>
`

/**
 * Writes a project with an app and its UI tests, in two configurations; gives the path of the project.
 * @param settings further build settings of all targets, as in the file.
 */
export function withUiTests(folder: string, settings = ''): string {
  const project = join(folder, 'uitests/App.xcodeproj')
  const schemes = join(project, 'xcshareddata/xcschemes')
  mkdirSync(schemes, { recursive: true })
  writeFileSync(join(project, 'project.pbxproj'), PBXPROJ.replaceAll('/*more*/', settings))
  writeFileSync(join(schemes, 'App.xcscheme'), SCHEME)
  return project
}
