import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { diffLines } from '@cordon/testkit/line-diff'
import { describe, expect, test } from 'vitest'
import { autoProvisionStep } from '../src/auto-provision/step.ts'
import { runStep } from '../src/run-step.ts'
import { openBench, projectRoot } from './harness.ts'

const CORPUS = join(projectRoot, '../shared/xcode-projects')
const isHere = existsSync(CORPUS)

/** Real projects: folder to copy, project in it, scheme, and settings that its repository leaves to each developer. */
const PROJECTS: readonly {
  folder: string
  project: string
  scheme: string
  bundleId: string
  targets: number
  settings?: string
  /** What a person has registered before, because no API can: App Clips. */
  registered?: readonly string[]
}[] = [
  {
    folder: 'Alamofire+Alamofire/Example',
    project: 'iOS Example.xcodeproj',
    scheme: 'iOS Example',
    bundleId: 'org.alamofire.iOS-Example',
    targets: 1,
  },
  {
    folder: 'Automattic+pocket-casts-ios',
    project: 'podcasts.xcodeproj',
    scheme: 'pocketcasts',
    bundleId: 'au.com.shiftyjelly.podcasts',
    targets: 8,
  },
  {
    folder: 'Dimillian+IceCubesApp',
    project: 'IceCubesApp.xcodeproj',
    scheme: 'IceCubesApp',
    bundleId: 'com.thomasricouard.IceCubesApp',
    targets: 5,
  },
  {
    folder: 'Ranchero-Software+NetNewsWire',
    project: 'NetNewsWire.xcodeproj',
    scheme: 'NetNewsWire-iOS',
    bundleId: 'com.ranchero.NetNewsWire.iOS',
    targets: 3,
  },
  {
    folder: 'apple+sample-food-truck',
    project: 'Food Truck.xcodeproj',
    scheme: 'Food Truck',
    bundleId: 'com.example.apple-samplecode.Food-Truck<team>',
    targets: 2,
    registered: ['com.example.earlier'],
  },
  {
    folder: 'artsy+eidolon',
    project: 'Kiosk.xcodeproj',
    scheme: 'Kiosk',
    bundleId: 'net.artsy.kiosk.beta',
    targets: 1,
  },
  { folder: 'damus-io+damus', project: 'damus.xcodeproj', scheme: 'damus', bundleId: 'com.jb55.damus2', targets: 4 },
  {
    folder: 'home-assistant+iOS',
    project: 'HomeAssistant.xcodeproj',
    scheme: 'App-Release',
    bundleId: 'io.robbie.HomeAssistant',
    targets: 10,
  },
  {
    folder: 'jellyfin+Swiftfin',
    project: 'Swiftfin.xcodeproj',
    scheme: 'Swiftfin',
    bundleId: 'org.jellyfin.swiftfin',
    targets: 1,
  },
  {
    folder: 'mullvad+mullvadvpn-app/ios',
    project: 'MullvadVPN.xcodeproj',
    scheme: 'MullvadVPN',
    bundleId: 'net.example.vpn',
    targets: 2,
    settings: 'APPLICATION_IDENTIFIER=net.example.vpn',
  },
  {
    folder: 'pointfreeco+isowords',
    project: 'App/isowords.xcodeproj',
    scheme: 'isowords',
    bundleId: 'co.pointfree.IsoWordsTesting',
    targets: 2,
    registered: ['co.pointfree.IsoWordsTesting.Clip'],
  },
  { folder: 'utmapp+UTM', project: 'UTM.xcodeproj', scheme: 'iOS', bundleId: 'com.utmapp.UTM', targets: 1 },
]

if (!isHere) process.stdout.write('../shared/xcode-projects is not here: the main job was not tried on real projects\n')

describe.runIf(isHere)('the main job on real projects', () => {
  test.each(PROJECTS)(
    '$project of $folder',
    async ({ folder, project, scheme, bundleId, targets, settings = '', registered = [] }) => {
      const bench = await openBench()
      try {
        const bundleIds = registered.map((identifier) => ({ identifier, name: 'Registered before', platform: 'IOS' }))
        await bench.simulator.seedTeam(bench.teamId, { bundleIds })
        const path = join(bench.copy(join(CORPUS, folder)), project)
        const before = readFileSync(join(path, 'project.pbxproj'), 'utf8')
        const inputs = {
          ...bench.keyInputs,
          project_path: path,
          scheme,
          build_settings: settings,
          create_certificate: 'yes',
          p12_passphrase: 'test',
        }
        const { result } = await runStep(autoProvisionStep, inputs, bench.context)
        expect(result.targets[0]?.bundleId).toBe(bundleId.replace('<team>', bench.teamId))
        expect(result.targets).toHaveLength(targets)
        for (const target of result.targets) {
          expect(
            result.provisioned.profiles.some((profile) => profile.identifier === target.bundleId),
            target.bundleId,
          ).toBe(true)
        }
        const edited = result.projectEdit
        expect(edited?.changes.length).toBeGreaterThan(0)
        expectOnlySigningLines(
          before,
          readFileSync(
            join(dirname(result.analysis.projectPath), `${project.split('/').pop()}/project.pbxproj`),
            'utf8',
          ),
        )
        const again = await runStep(autoProvisionStep, inputs, bench.context)
        expect(again.result.provisioned.changes).toEqual([])
        expect(again.result.projectEdit?.changes).toEqual([])
      } finally {
        await bench.close()
      }
    },
  )
})

/** Every line that is new, and every line that is gone, is about signing. */
function expectOnlySigningLines(before: string, after: string): void {
  const signing = /CODE_SIGN|DEVELOPMENT_TEAM|PROVISIONING_PROFILE|DevelopmentTeam|ProvisioningStyle/
  const { removed, added } = diffLines(before, after)
  for (const line of [...removed, ...added]) expect(line).toMatch(signing)
}
