import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AppArchive, withAppArchive } from '@cordon/app-archive/app-archive'
import { bundlesIn } from '@cordon/app-archive/bundles'
import { pack } from '@cordon/app-archive/pack'
import { writeInfoPlist } from '@cordon/app-archive/plist'
import { unpack } from '@cordon/app-archive/unpack'
import { secret } from '@cordon/core/secret'
import { type Keychain, openKeychain } from '@cordon/signing/keychain/keychain'
import { type DistributionMethod, readProfile } from '@cordon/signing/provisioning-profile'
import { sweepSecretFolders } from '@cordon/signing/secret-folder'
import { exportOutputs } from '../export-outputs.ts'
import { loadIdentities } from '../project-provisioning/certificates.ts'
import { loadProfiles } from '../project-provisioning/fallback.ts'
import type { Step, StepContext } from '../step.ts'
import { type Codesign, createCodesign, toolsMissing } from './codesign.ts'
import { INPUTS, OUTPUTS } from './declaration.ts'
import { type ResignInputs, readResignInputs } from './inputs.ts'
import { mergeEntitlements } from './merge-entitlements.ts'
import { type PlannedBundle, planResign, type ResignPlan } from './plan.ts'
import { rewriteBundle } from './rewrite-bundle.ts'

/** What was signed, with what. */
export interface ResignResult {
  readonly outputPath: string
  readonly distribution: DistributionMethod
  readonly teamId: string | undefined
  /** Common name of the certificate. */
  readonly certificate: string
  readonly bundles: readonly { readonly path: string; readonly bundleId: string; readonly profile: string }[]
  /** Entitlements that the app lost or has otherwise than before. */
  readonly notes: readonly string[]
}

/** Signs an .ipa again with other profiles and another identity. The original is not changed. */
export const resignStep: Step<ResignInputs, ResignResult> = {
  id: 'resign',
  title: 'Re-sign an app',
  summary:
    'signs an existing .ipa with other profiles and another certificate, on macOS, and leaves the original as it is',
  versions: [{ version: '0.1.0', changes: 'first version' }],
  inputs: INPUTS,
  outputs: OUTPUTS,
  requireMachine: ({ platform }) => {
    if (platform !== 'darwin') throw toolsMissing(platform)
  },
  readInputs: readResignInputs,
  run: runResign,
  outputsOf: ({ outputPath, distribution, teamId }) => ({
    BITRISE_IPA_PATH: outputPath,
    BITRISE_EXPORT_METHOD: distribution,
    ...(teamId !== undefined && { BITRISE_DEVELOPER_TEAM: teamId }),
  }),
}

async function runResign(inputs: ResignInputs, context: StepContext): Promise<ResignResult> {
  await sweepSecretFolders(context.temporaryFolder, context.clock)
  const identities = await loadIdentities(inputs.certificates, context)
  const profiles = (await loadProfiles(inputs.profiles, 'provisioning_profile_urls', context)).map(({ content }) => ({
    content,
    profile: readProfile(content),
  }))
  return withAppArchive(inputs.ipaPath, async (archive) => {
    const plan = planResign({ archive, inputs, identities, profiles, now: context.clock.now() })
    for (const { bundleId, given } of plan.bundles) context.log(`${bundleId}: profile "${given.profile.name}"`)
    const notes = await withWorkFolder(context, (work) =>
      signInto(inputs.outputPath, { archive, plan, inputs, work }, context),
    )
    for (const note of notes) context.warn(note)
    const result = resultOf(inputs, plan, notes)
    await exportOutputs(resignStep.outputsOf(result), context, inputs.outputFile)
    return result
  })
}

function resultOf({ outputPath }: ResignInputs, plan: ResignPlan, notes: readonly string[]): ResignResult {
  const { commonName, teamId } = plan.identity.certificate
  const bundles = plan.bundles.map(({ bundle, bundleId, given }) => ({
    path: bundle.path,
    bundleId,
    profile: given.profile.name,
  }))
  return { outputPath, distribution: plan.distribution, teamId, certificate: commonName, bundles, notes }
}

async function withWorkFolder<T>({ temporaryFolder }: StepContext, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(temporaryFolder, 'cordon-resign-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

interface Work {
  readonly archive: AppArchive
  readonly plan: ResignPlan
  readonly inputs: ResignInputs
  /** A folder of this run's own. */
  readonly work: string
}

async function signInto(output: string, work: Work, context: StepContext): Promise<readonly string[]> {
  const { archive, plan, inputs } = work
  const codesign = createCodesign(context)
  const unpacked = join(work.work, 'app')
  await unpack(archive.zip, unpacked)
  // What the app claims is read before anything in it changes.
  const claims = await readClaims(codesign, plan.bundles, unpacked)
  for (const planned of plan.bundles) {
    await rewriteBundle(unpacked, planned, { app: archive.app.bundleId, wishes: inputs })
  }
  const merged = await writeEntitlements(work, claims)
  const keychain = await openSigningKeychain(inputs, work.work, context)
  try {
    await keychain.importIdentity(plan.identity)
    await signAll(codesign, { ...work, unpacked, files: merged.files, keychain: keychain.path }, context)
    await codesign.verify(join(unpacked, archive.app.path))
  } finally {
    await keychain.close()
  }
  await pack(unpacked, output)
  return merged.notes
}

type Claims = ReadonlyMap<PlannedBundle, Awaited<ReturnType<Codesign['entitlementsOf']>>>

async function readClaims(codesign: Codesign, bundles: readonly PlannedBundle[], unpacked: string): Promise<Claims> {
  const claims = new Map()
  for (const planned of bundles) {
    claims.set(planned, await codesign.entitlementsOf(join(unpacked, planned.bundle.path)))
  }
  return claims
}

interface EntitlementFiles {
  /** File of the entitlements by path of the bundle in the archive. */
  readonly files: ReadonlyMap<string, string>
  readonly notes: readonly string[]
}

async function writeEntitlements({ archive, plan, work }: Work, claims: Claims): Promise<EntitlementFiles> {
  const files = new Map<string, string>()
  const notes: string[] = []
  const app = { from: archive.app.bundleId, to: plan.bundles[0]?.bundleId ?? archive.app.bundleId }
  for (const [planned, present] of claims) {
    const { bundle, bundleId, given } = planned
    const merged = mergeEntitlements({
      present,
      profile: given.profile,
      bundle: { from: bundle.bundleId, to: bundleId },
      app,
    })
    const path = join(work, `entitlements-${files.size}.plist`)
    await writeFile(path, writeInfoPlist({ form: 'xml', values: merged.values }), { mode: 0o600 })
    files.set(bundle.path, path)
    notes.push(...merged.notes)
  }
  return { files, notes }
}

function openSigningKeychain(
  { keychain }: ResignInputs,
  work: string,
  { run, temporaryFolder }: StepContext,
): Promise<Keychain> {
  const own = { path: join(work, 'resign.keychain'), password: secret(randomBytes(24).toString('base64url')) }
  return openKeychain({ ...(keychain ?? own), run, temporaryFolder })
}

interface Signing extends Work {
  readonly unpacked: string
  readonly files: EntitlementFiles['files']
  readonly keychain: string
}

/** From the inside out: a signature seals what lies in a bundle, so that has to be signed before. */
async function signAll(codesign: Codesign, signing: Signing, context: StepContext): Promise<void> {
  const { archive, plan, unpacked, files, keychain } = signing
  const identity = plan.identity.certificate.sha1Fingerprint
  for (const path of codeIn(archive)) {
    const entitlements = files.get(path)
    await codesign.sign(join(unpacked, path), {
      identity,
      keychain,
      ...(entitlements !== undefined && { entitlements }),
    })
    context.log(`signed ${path}`)
  }
}

/** Everything in the app that has code and so a signature, the deepest first and the app last. */
function codeIn({ app, entries }: AppArchive): readonly string[] {
  const names = new Set(entries.keys())
  const libraries = [...entries.values()]
    .filter(({ name, kind }) => kind === 'file' && name.startsWith(`${app.path}/`) && name.endsWith('.dylib'))
    .map(({ name }) => name)
  const bundles = bundlesIn(app.path, names).map(({ path }) => path)
  const depth = (path: string) => path.split('/').length
  return [...libraries, ...bundles].sort((a, b) => depth(b) - depth(a) || (a < b ? -1 : 1))
}
