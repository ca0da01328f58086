import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { spawnRunner } from '@cordon/signing/keychain/spawn-runner'
import { build } from 'plist'
import { infoPlist, type Pieces, writeZip } from '../../../app-archive/test/make-archive.ts'
import { createCodesignStandIn } from '../../../signing/test/codesign-stand-in.ts'
import { autoProvisionStep } from '../../src/auto-provision/step.ts'
import { resignStep } from '../../src/resign/step.ts'
import { runStep } from '../../src/run-step.ts'
import type { StepContext } from '../../src/step.ts'
import { type Bench, openBench, projectRoot } from '../harness.ts'

const STAND_INS = join(projectRoot, 'packages/signing/test')
export const APP = 'Payload/Tidepool.app'
export const ID = 'com.example.tidepool'
export const PASSPHRASE = 'test-passphrase'

const claims = (bundleId: string, others: Record<string, unknown> = {}) =>
  build({
    'application-identifier': `OLDTEAM123.${bundleId}`,
    'com.apple.developer.team-identifier': 'OLDTEAM123',
    'get-task-allow': true,
    'keychain-access-groups': [`OLDTEAM123.${bundleId}`],
    ...others,
  } as Parameters<typeof build>[0])

/** An app as another team has signed it, with everything that has a signature of its own. */
export const pieces = (id = ID): Pieces => ({
  [`${APP}/Info.plist`]: infoPlist(id),
  [`${APP}/Tidepool`]: { content: 'program', mode: 0o100755 },
  [`${APP}/_CodeSignature/entitlements.plist`]: claims(id, {
    'aps-environment': 'development',
    'com.apple.developer.siri': true,
  }),
  [`${APP}/embedded.mobileprovision`]: 'the old profile',
  [`${APP}/Frameworks/Core.framework/Info.plist`]: infoPlist('com.example.Core'),
  [`${APP}/Frameworks/Core.framework/Core`]: 'framework',
  [`${APP}/Frameworks/libextra.dylib`]: 'library',
  [`${APP}/PlugIns/Widgets.appex/Info.plist`]: infoPlist(`${id}.widgets`),
  [`${APP}/PlugIns/Widgets.appex/_CodeSignature/entitlements.plist`]: claims(`${id}.widgets`),
  [`${APP}/PlugIns/AppTests.xctest/AppTests`]: 'tests',
  [`${APP}/PlugIns/Notify.appex/Info.plist`]: infoPlist(`${id}.notifications`),
  [`${APP}/Watch/Watch.app/Info.plist`]: infoPlist(`${id}.watchkitapp`, {
    CFBundleSupportedPlatforms: ['WatchOS'],
    WKCompanionAppBundleIdentifier: id,
  }),
  [`${APP}/Watch/Watch.app/Frameworks/Deep.framework/Info.plist`]: infoPlist('com.example.Deep'),
  'SwiftSupport/iphoneos/libswiftCore.dylib': 'not part of the app',
})

/** A machine with stand-ins of `security` and `codesign`, and the app on it. */
export interface Mac {
  readonly folder: string
  readonly ipa: string
  readonly context: StepContext
  resign(changes?: Record<string, string>, context?: StepContext): Promise<Awaited<ReturnType<typeof runResign>>>
  /** What codesign was called with. */
  calls(): readonly (readonly string[])[]
  state(): { readonly keychains: Record<string, unknown>; readonly searchList: readonly string[] }
  /** Files that a run has left beside the app. */
  written(): string[]
}

export const runResign = (given: Record<string, string>, context: StepContext) => runStep(resignStep, given, context)

interface MacOptions {
  /** An argument with which every call of codesign fails. */
  readonly fault?: string
  readonly hasCodesign?: boolean
}

/** A team with a distribution certificate and profiles for the app, and machines to sign on. */
export interface ResignBench {
  readonly bench: Bench
  /** Holds the certificate and the profiles. */
  readonly signingFolder: string
  openMac(content?: Pieces, options?: MacOptions): Promise<Mac>
  close(): Promise<void>
}

export async function openResignBench(): Promise<ResignBench> {
  const bench = await openBench()
  const { result } = await runStep(
    autoProvisionStep,
    {
      ...bench.keyInputs,
      project_path: bench.copy(join(projectRoot, 'examples/tidepool')),
      distribution_type: 'ad-hoc',
      ...{ create_certificate: 'yes', p12_passphrase: PASSPHRASE },
    },
    bench.context,
  )
  const { signingFolder } = result.inputs
  const folders: string[] = []
  return {
    bench,
    signingFolder,
    openMac: async (content = pieces(), options = {}) => {
      const mac = await openMac({ bench, signingFolder }, content, options)
      folders.push(mac.folder)
      return mac
    },
    close: async () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true })
      await bench.close()
    },
  }
}

async function openMac(
  { bench, signingFolder }: Pick<ResignBench, 'bench' | 'signingFolder'>,
  content: Pieces,
  { fault, hasCodesign = true }: MacOptions,
): Promise<Mac> {
  const folder = mkdtempSync(join(tmpdir(), 'cordon-mac-'))
  symlinkSync(join(STAND_INS, 'security-stand-in.mjs'), join(folder, 'security'))
  const env = { PATH: [folder, dirname(process.execPath), '/usr/bin'].join(':'), SECURITY_STAND_IN: folder }
  const codesign = createCodesignStandIn(folder, fault)
  const temporaryFolder = join(folder, 'tmp')
  mkdirSync(temporaryFolder)
  const context: StepContext = {
    ...bench.context,
    platform: 'darwin',
    temporaryFolder,
    run: async (command, args, options) =>
      hasCodesign && command === 'codesign' ? codesign.run(args) : spawnRunner(command, args, { ...options, env }),
  }
  const ipa = await writeZip(folder, 'Tidepool.ipa', content)
  const given = {
    ipa_path: ipa,
    certificate_urls: join(signingFolder, 'cordon-distribution.p12'),
    passphrases: PASSPHRASE,
    provisioning_profile_urls: signingFolder,
  }
  return {
    folder,
    ipa,
    context,
    resign: (changes = {}, on = context) => runResign({ ...given, ...changes }, on),
    calls: () => codesign.calls,
    state: () => JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')),
    written: () => readdirSync(folder).filter((name) => name.includes('resigned')),
  }
}
